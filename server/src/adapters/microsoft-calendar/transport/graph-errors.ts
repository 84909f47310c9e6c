import { Cancelled, DeadlineExceeded } from '../../../concurrency/deadline.ts'
import type { HttpAnswer } from '../../../net/http.ts'
import { programmingErrorIn } from '../../../net/programming-errors.ts'
import { UnusableBody } from '../../../net/read-body.ts'
import { redacted } from '../../../net/redact.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import { CallPaused } from '../../../net/retry-after-pauses.ts'
import { memberOf, wordIn } from '../../../net/untrusted-json.ts'
import {
  CalendarError,
  type CalendarErrorDetails,
  type CalendarFailure,
  CancelledCall,
} from '../../../ports/calendar-failure.ts'
import { claimsIn } from './claims-challenge.ts'

/**
 * How long a caller waits after a throttled answer without Retry-After. Graph then asks for backoff and names no time
 * (learn.microsoft.com/graph/throttling).
 */
export const DEFAULT_THROTTLE_MS = 10_000

export const paused = (retryAfterMs: number): CallPaused => new CallPaused('Graph asked for a pause', retryAfterMs)

interface Hints {
  readonly claims: string | undefined
  readonly existingEventId: string | undefined
}

/** An answer of Graph that is not a success. */
export class GraphError extends CalendarError {
  /** Whether Graph says that the very item asked for is not there. A 404 may speak of the mailbox, the account or the path. */
  readonly itemGone: boolean
  /** Whether the body names an error. */
  readonly explained: boolean
  /** The claims that a 401 asks for, as JSON text. */
  readonly claims: string | undefined
  /** Beside ErrorDuplicateTransactionId: the event that has the transactionId. Seen by public clients, not documented. */
  readonly existingEventId: string | undefined

  constructor(reason: CalendarFailure, status: number, details: CalendarErrorDetails, hints: Hints) {
    super(reason, `Microsoft Graph answered ${status}`, { ...details, status })
    this.claims = hints.claims
    this.existingEventId = hints.existingEventId
    const { code } = details
    this.explained = code !== undefined
    this.itemGone = (status === 404 || status === 410) && code === 'ErrorItemNotFound'
  }
}

/** Error codes that say more than the status; without one of them the status decides (learn.microsoft.com/graph/errors). */
const BY_CODE: Readonly<Record<string, CalendarFailure>> = {
  // The account has no mailbox in Exchange Online: seen without an Exchange licence, and with mailboxes on premises.
  MailboxNotEnabledForRESTAPI: 'not_found',
  MailboxNotSupportedForRESTAPI: 'not_found',
  ErrorNonExistentMailbox: 'not_found',
  ErrorItemNotFound: 'not_found',
  ErrorAccessDenied: 'forbidden',
  ErrorDuplicateTransactionId: 'conflict',
  TooManyRequests: 'throttled',
  ApplicationThrottled: 'throttled',
  InvalidAuthenticationToken: 'reconnect',
  // A claims challenge was not met; signing in again meets it.
  insufficient_claims: 'reconnect',
}

const byStatus = (status: number): CalendarFailure => {
  if (status === 401) return 'reconnect'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429 || status === 509) return 'throttled'
  if (status === 408 || status === 423 || status >= 500) return 'unavailable'
  // A redirect, or a success where none is possible.
  return status < 400 ? 'garbled' : 'misconfigured'
}

/** Statuses after which a retry may succeed (learn.microsoft.com/graph/errors; 500 and 502: microsoft-graph-docs #2017). */
export const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 507, 509])

/**
 * The failure that Graph's error code and status name; `challenge` is the answer's WWW-Authenticate. Nothing else of the body is kept: its message may quote private data.
 */
export function graphFailure(
  status: number,
  body: unknown,
  details: Pick<CalendarErrorDetails, 'retryAfterMs' | 'requestId'> & { readonly challenge?: string | undefined } = {},
): GraphError {
  const code = wordIn(memberOf(memberOf(body, 'error'), 'code'))
  const named = code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined
  // A status of 500 or more decides alone: Graph's trouble may come with any code.
  const reason = status >= 500 || named === undefined ? byStatus(status) : named
  const retryAfterMs = details.retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)
  const known = {
    ...(code === undefined ? {} : { code }),
    ...(details.requestId === undefined ? {} : { requestId: details.requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
  const existing = memberOf(memberOf(body, 'error'), '@event.existingEventId')
  return new GraphError(reason, status, known, {
    claims: claimsIn(details.challenge),
    existingEventId: typeof existing === 'string' && existing !== '' ? existing : undefined,
  })
}

/** Graph's id of a request, which its support asks for. */
export function requestIdOf(headers: HttpAnswer['headers']): { readonly requestId?: string } {
  const requestId = wordIn(headers['request-id'])
  return requestId === undefined ? {} : { requestId }
}

export const retryAfterOf = (headers: HttpAnswer['headers'], now: Date): number | undefined =>
  parseRetryAfter(headers['retry-after'], now)

export const garbled = (code: string): CalendarError =>
  new CalendarError('garbled', 'Microsoft answered something that cannot be trusted', { code })

/** The failure of a call that brought no usable answer; a CalendarError stays as it is. */
export function transportFailure(error: unknown): CalendarError {
  if (error instanceof CalendarError) return error
  return programmingErrorIn(error) ?? exchangeFailure(error)
}

/** The failure of an exchange, of which nothing but the network is to blame. */
export function exchangeFailure(error: unknown): CalendarError {
  if (error instanceof Cancelled) return new CancelledCall('the caller did not wait for Microsoft', 'call_cancelled')
  if (error instanceof DeadlineExceeded) return new CalendarError('timeout', 'Microsoft did not answer in time')
  if (error instanceof UnusableBody) return garbled(error.code)
  const cause = redacted(error)
  return new CalendarError('unavailable', 'Microsoft could not be reached', {
    cause,
    ...(cause.code === undefined ? {} : { code: cause.code }),
  })
}

/** No connection was made, so nothing was sent: a retry cannot do anything twice. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

export const neverSent = (error: unknown): boolean => NEVER_SENT.has(redacted(error).code ?? '')
