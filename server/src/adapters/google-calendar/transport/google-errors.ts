import { z } from 'zod'
import { CallerLeft, TimeIsUp } from '../../../concurrency/deadline.ts'
import { UnusableBody } from '../../../net/read-body.ts'
import { redacted } from '../../../net/redact.ts'
import {
  CalendarError,
  type CalendarErrorDetails,
  type CalendarFailure,
  CancelledCall,
} from '../../../ports/calendar-provider.ts'
import { needsAdministrator } from '../identity/consent.ts'

/** An answer, whatever its status. */
export interface GoogleAnswer {
  readonly status: number
  readonly body: unknown
  /** From the Retry-After header. */
  readonly retryAfterMs: number | undefined
}

/** A caller's patience where Google throttles without Retry-After, as it documents: it asks for exponential backoff. */
const THROTTLED_MS = 10_000
/** A used-up quota is back after hours, and reading goes on meanwhile: support.google.com/a/answer/2905486 */
const QUOTA_MS = 15 * 60_000
const QUOTAS = new Set(['quotaExceeded', 'calendarLimitsExceeded', 'dailyLimitExceeded'])

// developers.google.com/workspace/calendar/api/guides/errors and developers.google.com/workspace/calendar/api/guides/quota
const BY_REASON: Readonly<Record<string, CalendarFailure>> = {
  rateLimitExceeded: 'throttled',
  userRateLimitExceeded: 'throttled',
  quotaExceeded: 'throttled',
  dailyLimitExceeded: 'throttled',
  calendarLimitsExceeded: 'throttled',
  authError: 'reconnect',
  // The grant is narrower than what was asked for: consent can be withdrawn scope by scope.
  insufficientPermissions: 'reconnect',
  accessNotConfigured: 'misconfigured',
  // The account exists and has no calendar.
  notACalendarUser: 'not_found',
}

const BY_STATUS: Readonly<Record<number, CalendarFailure>> = {
  400: 'misconfigured',
  401: 'reconnect',
  403: 'forbidden',
  404: 'not_found',
  408: 'unavailable',
  409: 'conflict',
  410: 'not_found',
  412: 'conflict',
  429: 'throttled',
}

// developers.google.com/identity/protocols/oauth2/web-server and RFC 6749 section 5.2
const BY_OAUTH_ERROR: Readonly<Record<string, CalendarFailure>> = {
  invalid_grant: 'reconnect',
  invalid_client: 'misconfigured',
  unauthorized_client: 'misconfigured',
  deleted_client: 'misconfigured',
  disabled_client: 'misconfigured',
  redirect_uri_mismatch: 'misconfigured',
  invalid_request: 'misconfigured',
  invalid_scope: 'misconfigured',
  unsupported_grant_type: 'misconfigured',
  rate_limit_exceeded: 'throttled',
}

const byStatus = (status: number): CalendarFailure =>
  BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : status >= 400 ? 'misconfigured' : 'garbled')

const byCode = (table: Readonly<Record<string, CalendarFailure>>, code = ''): CalendarFailure | undefined => {
  if (needsAdministrator(code)) return 'admin_consent'
  return Object.hasOwn(table, code) ? table[code] : undefined
}

const WORD = /^[A-Za-z_]{1,64}$/
const word = (text: string | undefined): string | undefined => (text && WORD.test(text) ? text : undefined)

const ApiError = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).min(1) }),
})
const OAuthError = z.object({ error: z.string() })

/** A quota is used up: saying it again within one call cannot help. */
export const isQuotaUsedUp = ({ reason, code }: CalendarError): boolean =>
  reason === 'throttled' && QUOTAS.has(code ?? '')

function failure(reason: CalendarFailure, message: string, { status, retryAfterMs }: GoogleAnswer, code?: string) {
  const patience = QUOTAS.has(code ?? '') ? QUOTA_MS : THROTTLED_MS
  const wait = reason === 'throttled' ? (retryAfterMs ?? patience) : retryAfterMs
  const details: CalendarErrorDetails = {
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(code === undefined ? {} : { code }),
  }
  return new CalendarError(reason, message, details)
}

/** What an answer of the Calendar API that is not a success means. */
export function apiFailure(answer: GoogleAnswer): CalendarError {
  const code = word(ApiError.safeParse(answer.body).data?.error.errors[0]?.reason)
  const named = answer.status === 403 || answer.status === 401 ? byCode(BY_REASON, code) : undefined
  return failure(named ?? byStatus(answer.status), `Google Calendar answered ${answer.status}`, answer, code)
}

/** What an answer of the token endpoint that is not a success means. */
export function oauthFailure(answer: GoogleAnswer): CalendarError {
  const code = word(OAuthError.safeParse(answer.body).data?.error)
  const named = answer.status < 500 && answer.status !== 429 ? byCode(BY_OAUTH_ERROR, code) : undefined
  return failure(named ?? byStatus(answer.status), `Google's token endpoint answered ${answer.status}`, answer, code)
}

export const garbled = (what: string): CalendarError =>
  new CalendarError('garbled', `Google's answer cannot be trusted: ${what}`)

const causes = function* (error: unknown): Generator<unknown> {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) yield at
}

/** What it means that there was no answer. `signal` tells our own deadline and a caller who left from a broken line. */
export function noAnswer(error: unknown, signal: AbortSignal): CalendarError {
  if (error instanceof CalendarError) return error
  for (const cause of [...causes(error), ...(signal.aborted ? [signal.reason] : [])]) {
    if (cause instanceof CallerLeft) return new CancelledCall('The caller gave up', 'caller_left')
    if (cause instanceof TimeIsUp) return new CalendarError('timeout', 'Google did not answer in time')
    if (cause instanceof UnusableBody) return new CalendarError('garbled', 'Not an answer', { code: cause.code })
  }
  return new CalendarError('unavailable', 'Google could not be reached', { cause: redacted(error) })
}
