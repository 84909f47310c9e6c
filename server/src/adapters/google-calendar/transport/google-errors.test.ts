import { describe, expect, it } from 'vitest'
import { Cancelled, DeadlineExceeded } from '../../../concurrency/deadline.ts'
import { UnusableBody } from '../../../net/read-body.ts'
import type { CalendarFailure } from '../../../ports/calendar-failure.ts'
import { ClientRejected } from '../../oauth/client-rejected.ts'
import { apiFailure, isQuotaUsedUp, tokenEndpointFailure, transportFailure } from './google-errors.ts'

const api = (status: number, reason?: string, retryAfterMs?: number) =>
  apiFailure({
    status,
    body: reason === undefined ? '<html>' : { error: { code: status, errors: [{ reason }] } },
    retryAfterMs,
  })

const oauth = (status: number, error: unknown) =>
  tokenEndpointFailure({ status, body: { error, error_description: 'Bad Request' }, retryAfterMs: undefined })

describe('answers of the Calendar API', () => {
  const cases: readonly [number, string | undefined, CalendarFailure][] = [
    [400, 'invalid', 'misconfigured'],
    [400, 'timeRangeTooLong', 'misconfigured'],
    [401, 'authError', 'reconnect'],
    [401, undefined, 'reconnect'],
    [403, 'rateLimitExceeded', 'throttled'],
    [403, 'userRateLimitExceeded', 'throttled'],
    [403, 'quotaExceeded', 'throttled'],
    [403, 'calendarLimitsExceeded', 'throttled'],
    [403, 'insufficientPermissions', 'reconnect'],
    [403, 'accessNotConfigured', 'misconfigured'],
    [403, 'domainPolicy', 'admin_consent'],
    [403, 'notACalendarUser', 'not_found'],
    [403, 'forbiddenForNonOrganizer', 'forbidden'],
    [403, 'somethingNew', 'forbidden'],
    [403, 'constructor', 'forbidden'],
    [403, undefined, 'forbidden'],
    [404, 'notFound', 'not_found'],
    [409, 'duplicate', 'conflict'],
    [410, 'deleted', 'not_found'],
    [412, 'conditionNotMet', 'conflict'],
    [418, undefined, 'misconfigured'],
    [429, 'rateLimitExceeded', 'throttled'],
    [429, undefined, 'throttled'],
    [500, 'backendError', 'unavailable'],
    [503, undefined, 'unavailable'],
    [599, undefined, 'unavailable'],
    [302, undefined, 'garbled'],
  ]
  it.each(cases)('%i %s is %s', (status, reason, failure) => {
    expect(api(status, reason)).toMatchObject({ reason: failure, status, code: reason })
  })

  it('F-15 throttling always names a wait, and Google’s own if it gave one', () => {
    expect(api(429).retryAfterMs).toBeGreaterThan(0)
    expect(api(429, undefined, 7000).retryAfterMs).toBe(7000)
  })

  it.each(['quotaExceeded', 'calendarLimitsExceeded', 'dailyLimitExceeded'])(
    'F-15 %s names a long wait: it lasts for hours',
    (reason) => {
      expect(api(403, reason).retryAfterMs).toBe(900_000)
      expect(api(403, reason, 7000).retryAfterMs).toBe(7000)
      expect(isQuotaUsedUp(api(403, reason))).toBe(true)
      expect(isQuotaUsedUp(api(429, 'rateLimitExceeded'))).toBe(false)
    },
  )

  it('CL-09 a reason that is no word is not kept', () => {
    expect(api(403, 'two\nlines').code).toBeUndefined()
  })
})

describe('answers of the token endpoint', () => {
  const cases: readonly [number, unknown, CalendarFailure][] = [
    [400, 'invalid_grant', 'reconnect'],
    [401, 'invalid_client', 'misconfigured'],
    [401, 'unauthorized_client', 'misconfigured'],
    [401, 'deleted_client', 'misconfigured'],
    [400, 'redirect_uri_mismatch', 'misconfigured'],
    [400, 'invalid_request', 'misconfigured'],
    [400, 'admin_policy_enforced', 'admin_consent'],
    [400, 'something_new', 'misconfigured'],
    [400, 'constructor', 'misconfigured'],
    [403, 'something_new', 'forbidden'],
    [400, { nested: true }, 'misconfigured'],
    [429, 'rate_limit_exceeded', 'throttled'],
    [500, 'invalid_grant', 'unavailable'],
    [503, undefined, 'unavailable'],
  ]
  it.each(cases)('F-53 %i %s is %s', (status, error, failure) => {
    expect(oauth(status, error).reason).toBe(failure)
  })
})

describe('answers to a refresh', () => {
  const cases: readonly [number, string, CalendarFailure][] = [
    [400, 'admin_policy_enforced', 'admin_consent'],
    [400, 'access_denied', 'forbidden'],
    [403, 'access_denied', 'forbidden'],
    [400, 'org_internal', 'forbidden'],
    [401, 'unauthorized_client', 'reconnect'],
    [400, 'invalid_grant', 'reconnect'],
    [401, 'invalid_client', 'misconfigured'],
    [400, 'invalid_scope', 'misconfigured'],
    [503, 'access_denied', 'unavailable'],
  ]
  it.each(cases)('%i %s is %s', (status, error, failure) => {
    expect(tokenEndpointFailure({ status, body: { error }, retryAfterMs: undefined }, true).reason).toBe(failure)
  })

  it.each([true, false])('our own client refused is told from everything else (%s)', (refreshing) => {
    const of = (error: string) => tokenEndpointFailure({ status: 401, body: { error }, retryAfterMs: 1 }, refreshing)
    for (const error of ['invalid_client', 'deleted_client', 'disabled_client'])
      expect(of(error)).toBeInstanceOf(ClientRejected)
    for (const error of ['unauthorized_client', 'admin_policy_enforced', 'invalid_request'])
      expect(of(error)).not.toBeInstanceOf(ClientRejected)
  })
})

describe('no answer', () => {
  const open = new AbortController().signal
  it('tells the caller who left, our deadline and a broken line apart', () => {
    const wrapped = (cause: Error) => new TypeError('fetch failed', { cause })
    expect(transportFailure(wrapped(new Cancelled()), open)).toMatchObject({
      reason: 'timeout',
      code: 'call_cancelled',
    })
    expect(transportFailure(wrapped(new DeadlineExceeded()), open)).toMatchObject({
      reason: 'timeout',
      code: undefined,
    })
    expect(transportFailure(wrapped(new UnusableBody('too_large')), open)).toMatchObject({ reason: 'garbled' })
    expect(transportFailure(wrapped(new Error('reset')), open)).toMatchObject({ reason: 'unavailable' })
    expect(transportFailure('anything', AbortSignal.abort(new DeadlineExceeded()))).toMatchObject({ reason: 'timeout' })
  })

  it('CL-08 keeps nothing of a foreign error but words', () => {
    const error = Object.assign(new Error('Bearer secret'), { config: { headers: { authorization: 'Bearer secret' } } })
    expect(JSON.stringify(transportFailure(error, open).cause)).not.toContain('secret')
  })
})
