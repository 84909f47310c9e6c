import { expect, test } from 'vitest'
import { PERSONAL_TENANT } from '../../src/adapters/microsoft-calendar/identity/consent.ts'
import {
  type EntraExchange,
  tokenEndpointFailure,
} from '../../src/adapters/microsoft-calendar/identity/token-endpoint-errors.ts'
import { ClientRejected } from '../../src/adapters/oauth/client-rejected.ts'

const OWN_TENANT = '6f0b5a4e-2a57-4d0e-9a51-5d5a0a0e7b11'
const refusal = (status: number, error: string, codes: number[]): EntraExchange => ({ status, error, codes })

// learn.microsoft.com/entra/identity-platform/reference-error-codes, of what the directory of one organisation does
const KEPT_OUT = [
  ...[70001, 7000112, 90099, 1000031, 50001, 500011, 500014, 650052, 650054, 650056],
  ...[50002, 500021, 500022, 500212, 500213],
]
test.each(KEPT_OUT)('AADSTS%i, of one organisation, is never our fault', (number) => {
  for (const error of ['unauthorized_client', 'invalid_resource', 'invalid_client', 'invalid_request', 'access_denied'])
    for (const tenant of [undefined, OWN_TENANT])
      expect(tokenEndpointFailure(refusal(400, error, [number]), undefined, tenant).reason).toBe('admin_consent')
})

test.each([
  ['unauthorized_client', 700016, 'admin_consent'],
  ['unauthorized_client', 700011, 'admin_consent'],
  ['unauthorized_client', 123456789, 'admin_consent'],
  ['invalid_resource', 123456789, 'admin_consent'],
  ['invalid_request', 90002, 'reconnect'],
  ['invalid_grant', 50034, 'reconnect'],
  ['invalid_scope', 70011, 'misconfigured'],
  ['invalid_client', 7000222, 'misconfigured'],
] as const)('at a refresh %s with AADSTS%i: %s', (error, number, reason) => {
  expect(tokenEndpointFailure(refusal(400, error, [number]), undefined, OWN_TENANT).reason).toBe(reason)
})

test('our own client refused is told from everything else', () => {
  const of = (error: string, number: number) => tokenEndpointFailure(refusal(401, error, [number]), undefined)
  expect(of('invalid_client', 7000215)).toBeInstanceOf(ClientRejected)
  expect(of('invalid_client', 123456789)).toBeInstanceOf(ClientRejected)
  expect(of('unauthorized_client', 700016)).not.toBeInstanceOf(ClientRejected)
  expect(of('invalid_client', 650056)).not.toBeInstanceOf(ClientRejected)
})

test.each(['unauthorized_client', 'invalid_resource'])('people of no organisation, refused with %s', (error) => {
  const failure = tokenEndpointFailure(refusal(400, error, [7000112]), undefined, PERSONAL_TENANT)
  expect(failure.reason).toBe('misconfigured')
})
