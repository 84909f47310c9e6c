import { CallerLeft, TimeIsUp } from '../../../concurrency/deadline.ts'
import type { HttpAnswer } from '../../../net/http.ts'
import { UnusableBody } from '../../../net/read-body.ts'
import { redacted } from '../../../net/redact.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import { CallPaused } from '../../../net/retry-after-pauses.ts'
import { CalendarError, type CalendarErrorDetails, type CalendarFailure } from '../../../ports/calendar-provider.ts'

/** `throttled` always says how long; Graph's advice without the header is to back off (learn.microsoft.com/graph/throttling). */
export const DEFAULT_THROTTLE_MS = 10_000

export const paused = (retryAfterMs: number): CallPaused => new CallPaused('Graph asked for a pause', retryAfterMs)

/** An answer of Graph's that is not a success. */
export class GraphRefusal extends CalendarError {
  /** What is not there: the one thing that was asked for, or the whole mailbox, which says nothing about the thing. */
  readonly missing: 'item' | 'mailbox' | undefined
  /** Whether the body names an error. */
  readonly explained: boolean

  constructor(reason: CalendarFailure, status: number, details: CalendarErrorDetails) {
    super(reason, `Microsoft Graph answered ${status}`, { ...details, status })
    const { code } = details
    this.explained = code !== undefined
    if (code !== undefined && NO_MAILBOX.has(code)) this.missing = 'mailbox'
    else if (status === 404 || status === 410) this.missing = 'item'
  }
}

/** Codes that say more than their status. Everything else goes by the status (learn.microsoft.com/graph/errors). */
const BY_CODE: Readonly<Record<string, CalendarFailure>> = {
  // No mailbox behind the account: seen with accounts that have no Exchange licence and with mailboxes on premises.
  MailboxNotEnabledForRESTAPI: 'not_found',
  MailboxNotSupportedForRESTAPI: 'not_found',
  ErrorNonExistentMailbox: 'not_found',
  ErrorItemNotFound: 'not_found',
  ErrorAccessDenied: 'forbidden',
  ErrorDuplicateTransactionId: 'conflict',
  TooManyRequests: 'throttled',
  ApplicationThrottled: 'throttled',
  InvalidAuthenticationToken: 'reconnect',
  // 403 when a claims challenge was not declared or not met: signing in again meets it.
  insufficient_claims: 'reconnect',
}

const NO_MAILBOX = new Set(['MailboxNotEnabledForRESTAPI', 'MailboxNotSupportedForRESTAPI', 'ErrorNonExistentMailbox'])

const byStatus = (status: number): CalendarFailure => {
  if (status === 401) return 'reconnect'
  if (status === 403) return 'forbidden'
  if (status === 404 || status === 410) return 'not_found'
  if (status === 409 || status === 412) return 'conflict'
  if (status === 429 || status === 509) return 'throttled'
  if (status === 408 || status === 423 || status >= 500) return 'unavailable'
  // A redirect or a success that nobody expected is not an answer to our question.
  return status < 400 ? 'garbled' : 'misconfigured'
}

/** Worth saying again later (learn.microsoft.com/graph/errors; 500 and 502 are seen too: microsoft-graph-docs #2017). */
export const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504, 507, 509])

const WORD = /^[A-Za-z0-9_.-]{1,64}$/

const member = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined

/** `error.code`, when it is a word: the only part of an error body that leaves this file. */
export const graphErrorCode = (body: unknown): string | undefined => {
  const code = member(member(body, 'error'), 'code')
  return typeof code === 'string' && WORD.test(code) ? code : undefined
}

/** Graph's refusal, by code and status; its message is for people and is dropped. */
export function graphFailure(
  status: number,
  body: unknown,
  details: Pick<CalendarErrorDetails, 'retryAfterMs' | 'requestId'> = {},
): GraphRefusal {
  const code = graphErrorCode(body)
  const named = code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined
  // A 5xx is a 5xx whatever it is called.
  const reason = status >= 500 || named === undefined ? byStatus(status) : named
  const retryAfterMs = details.retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)
  return new GraphRefusal(reason, status, {
    ...(code === undefined ? {} : { code }),
    ...(details.requestId === undefined ? {} : { requestId: details.requestId }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

/** Graph's id of a request, for its support. */
export function requestIdOf(headers: HttpAnswer['headers']): { readonly requestId?: string } {
  const requestId = headers['request-id']
  return requestId !== undefined && WORD.test(requestId) ? { requestId } : {}
}

export const retryAfterOf = (headers: HttpAnswer['headers'], now: Date): number | undefined =>
  parseRetryAfter(headers['retry-after'], now)

export const garbled = (code: string): CalendarError =>
  new CalendarError('garbled', 'Microsoft answered something that cannot be trusted', { code })

/** What a call that brought no answer came to. */
export function transportFailure(error: unknown): CalendarError {
  if (error instanceof CalendarError) return error
  if (error instanceof CallerLeft)
    return new CalendarError('timeout', 'the caller did not wait for Microsoft', { code: 'caller_left' })
  if (error instanceof TimeIsUp) return new CalendarError('timeout', 'Microsoft did not answer in time')
  if (error instanceof UnusableBody) return garbled(error.code)
  const cause = redacted(error)
  return new CalendarError('unavailable', 'Microsoft could not be reached', {
    cause,
    ...(cause.code === undefined ? {} : { code: cause.code }),
  })
}

/** Refused before anything was sent: repeating it cannot do it twice. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])

export const neverSent = (error: unknown): boolean => NEVER_SENT.has(redacted(error).code ?? '')
