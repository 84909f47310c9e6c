import { describe, expect, test } from 'vitest'
import { consentMissing, consentOutcome } from './consent.ts'

const WORDS = ['access_denied', 'consent_required', 'invalid_client', 'invalid_grant', 'interaction_required'] as const

describe.each([50105, 90093, 90094, 90095])('AADSTS%i asks for an administrator', (code) => {
  test.each(WORDS)('in a callback and at the token endpoint alike, under %s', (error) => {
    expect(consentOutcome(error, undefined, `AADSTS${code}: words that change.`)).toBe('admin_consent')
    expect(consentMissing({ error, codes: [50000, code] }, false)).toBe('admin_consent')
  })
})

test.each([7000112, 90099, 500011, 650052])('a callback with AADSTS%i: a directory keeps us out', (code) => {
  expect(consentOutcome('invalid_resource', undefined, `AADSTS${code}: words that change.`)).toBe('admin_consent')
})

test.each([
  ['another number', 'AADSTS65004: User declined to consent to access the app.', 'declined_or_admin'],
  ['a number that only begins so', 'AADSTS900941: something else.', 'declined_or_admin'],
  ['a number of something else', 'Trace ID: 90094', 'declined_or_admin'],
  ['the second of two numbers', 'AADSTS50000: wrapped. AADSTS90094: Admin consent is required.', 'admin_consent'],
] as const)('OA-19 a callback with %s', (_, description, outcome) => {
  expect(consentOutcome('access_denied', undefined, description)).toBe(outcome)
})

test.each([
  [{ error: 'invalid_grant', codes: [65001] }],
  [{ error: 'consent_required' }],
  [{ error: 'invalid_grant', subError: 'consent_required' }],
])('consent that is missing (%o) is an administrator’s to give in an organisation, and at home one’s own', (answer) => {
  expect([consentMissing(answer, false), consentMissing(answer, true)]).toEqual(['admin_consent', 'reconnect'])
})

test.each([
  [{ error: 'invalid_grant', codes: [50173] }],
  [{ error: 'invalid_grant', subError: 'bad_token' }],
  [{ error: 'interaction_required', codes: [50076] }],
  [{}],
])('%o is not about consent', (answer) => {
  expect(consentMissing(answer, false)).toBeUndefined()
})
