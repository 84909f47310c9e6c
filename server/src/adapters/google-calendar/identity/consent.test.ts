import { describe, expect, it } from 'vitest'
import { apiFailure, tokenEndpointFailure } from '../transport/google-errors.ts'
import { consentOutcome } from './consent.ts'

describe('admin_policy_enforced asks for an administrator', () => {
  it('in a callback', () => {
    expect(consentOutcome('admin_policy_enforced')).toBe('admin_consent')
  })

  it.each([400, 401, 403])('at the token endpoint, status %i', (status) => {
    const answer = { status, body: { error: 'admin_policy_enforced' }, retryAfterMs: undefined }
    expect(tokenEndpointFailure(answer).reason).toBe('admin_consent')
  })

  it('which is not said by an answer of a provider that is down', () => {
    const answer = { status: 503, body: { error: 'admin_policy_enforced' }, retryAfterMs: undefined }
    expect(tokenEndpointFailure(answer).reason).toBe('unavailable')
  })
})

it('domainPolicy asks for an administrator, of the Calendar API', () => {
  const body = { error: { errors: [{ reason: 'domainPolicy' }] } }
  expect(apiFailure({ status: 403, body, retryAfterMs: undefined }).reason).toBe('admin_consent')
})

it.each([
  ['access_denied', 'declined_or_admin'],
  ['server_error', 'failed'],
  ['invalid_scope', 'failed'],
  ['constructor', 'failed'],
] as const)('OA-19 a callback with %s: %s', (error, outcome) => {
  expect(consentOutcome(error)).toBe(outcome)
})
