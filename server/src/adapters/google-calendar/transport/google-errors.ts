import { z } from 'zod'
import { Cancelled, DeadlineExceeded } from '../../../concurrency/deadline.ts'
import { programmingErrorIn } from '../../../net/programming-errors.ts'
import { UnusableBody } from '../../../net/read-body.ts'
import { redacted } from '../../../net/redact.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import { wordIn } from '../../../net/untrusted-json.ts'
import {
  CalendarError,
  type CalendarErrorDetails,
  type CalendarFailure,
  CancelledCall,
} from '../../../ports/calendar-failure.ts'
import type { Clock } from '../../../ports/clock.ts'
import { ClientRejected } from '../../oauth/client-rejected.ts'
import { needsAdministrator } from '../identity/consent.ts'

/** An answer of the Calendar API or of the token endpoint, whatever its status. */
interface GoogleAnswer {
  readonly status: number
  readonly body: unknown
  /** From the Retry-After header. */
  readonly retryAfterMs: number | undefined
}

export function answerOf(status: number, body: unknown, retryAfter: unknown, clock: Clock): GoogleAnswer {
  const header = typeof retryAfter === 'string' ? retryAfter : undefined
  return { status, body, retryAfterMs: parseRetryAfter(header, clock.now()) }
}

/**
 * How long a caller waits after a throttled answer without Retry-After. Google then asks for exponential backoff and names no
 * time.
 */
const DEFAULT_THROTTLE_MS = 10_000
/** The same where a quota is used up, which is back after hours: support.google.com/a/answer/2905486 */
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
  // The scope for the call is not granted: consent can be withdrawn scope by scope.
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
  unauthorized_client: 'misconfigured',
  redirect_uri_mismatch: 'misconfigured',
  invalid_request: 'misconfigured',
  invalid_scope: 'misconfigured',
  unsupported_grant_type: 'misconfigured',
  rate_limit_exceeded: 'throttled',
}

/** Our own client: its id or secret is wrong, or Google has taken it away. */
const CLIENT_REJECTED: ReadonlySet<string> = new Set(['invalid_client', 'deleted_client', 'disabled_client'])

/** What means something else at a refresh, because the same request worked before: what changed is on the account's side. */
const AT_REFRESH: Readonly<Record<string, CalendarFailure>> = {
  unauthorized_client: 'reconnect',
  // The account is restricted, or outside the organisation to which the project limits access.
  access_denied: 'forbidden',
  org_internal: 'forbidden',
}

const byStatus = (status: number): CalendarFailure =>
  BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : status >= 400 ? 'misconfigured' : 'garbled')

const byCode = (table: Readonly<Record<string, CalendarFailure>>, code = ''): CalendarFailure | undefined => {
  if (needsAdministrator(code)) return 'admin_consent'
  return Object.hasOwn(table, code) ? table[code] : undefined
}

const ApiError = z.object({
  error: z.object({ errors: z.array(z.object({ reason: z.string() })).min(1) }),
})
const OAuthError = z.object({ error: z.string() })

/** Whether a quota is used up, so that a retry within one call cannot help. */
export const isQuotaUsedUp = ({ reason, code }: CalendarError): boolean =>
  reason === 'throttled' && QUOTAS.has(code ?? '')

function failure(reason: CalendarFailure, message: string, { status, retryAfterMs }: GoogleAnswer, code?: string) {
  const usual = QUOTAS.has(code ?? '') ? QUOTA_MS : DEFAULT_THROTTLE_MS
  const wait = reason === 'throttled' ? (retryAfterMs ?? usual) : retryAfterMs
  const details: CalendarErrorDetails = {
    status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(code === undefined ? {} : { code }),
  }
  return new CalendarError(reason, message, details)
}

/** The failure of an answer of the Calendar API that is not a success. */
export function apiFailure(answer: GoogleAnswer): CalendarError {
  const code = wordIn(ApiError.safeParse(answer.body).data?.error.errors[0]?.reason)
  const named = answer.status === 403 || answer.status === 401 ? byCode(BY_REASON, code) : undefined
  return failure(named ?? byStatus(answer.status), `Google Calendar answered ${answer.status}`, answer, code)
}

/** The failure of an answer of the token endpoint that is not a success. */
export function tokenEndpointFailure(answer: GoogleAnswer, refreshing = false): CalendarError {
  const { status } = answer
  const code = wordIn(OAuthError.safeParse(answer.body).data?.error)
  const told = status < 500 && status !== 429
  const message = `Google's token endpoint answered ${status}`
  if (told && CLIENT_REJECTED.has(code ?? '')) return new ClientRejected(message, { status, ...(code && { code }) })
  const table = refreshing ? { ...BY_OAUTH_ERROR, ...AT_REFRESH } : BY_OAUTH_ERROR
  return failure((told ? byCode(table, code) : undefined) ?? byStatus(status), message, answer, code)
}

export const garbled = (what: string): CalendarError =>
  new CalendarError('garbled', `Google's answer cannot be trusted: ${what}`)

/** The error and its causes, outermost first: the libraries wrap what `fetch` threw. */
const causes = function* (error: unknown): Generator<unknown> {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) yield at
}

/**
 * The failure of a call that brought no usable answer; a CalendarError stays as it is. `signal` is the call's: where it was
 * aborted, its reason tells a deadline that passed or a caller who left, whatever the library threw.
 */
export function transportFailure(error: unknown, signal?: AbortSignal): CalendarError {
  if (error instanceof CalendarError) return error
  for (const cause of [...causes(error), ...(signal?.aborted ? [signal.reason] : [])]) {
    if (cause instanceof Cancelled) return new CancelledCall('The caller gave up', 'call_cancelled')
    if (cause instanceof DeadlineExceeded) return new CalendarError('timeout', 'Google did not answer in time')
    if (cause instanceof UnusableBody) return new CalendarError('garbled', 'Not an answer', { code: cause.code })
  }
  const mistake = programmingErrorIn(error)
  if (mistake !== undefined) return mistake
  return new CalendarError('unavailable', 'Google could not be reached', { cause: redacted(error) })
}
