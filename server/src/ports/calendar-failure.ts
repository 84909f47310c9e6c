import type { EventChange } from '../domain/changed-event.ts'
import { traceOf } from './error-trace.ts'

/**
 * What a caller can do about a failure; one line of meaning each. Tables over it are a `Record<CalendarFailure, …>`: the
 * compiler lists them when a failure is added. Stored by name, in `event_failure` and `failure_reason`.
 */
export const CALENDAR_FAILURES = [
  'reconnect', // the grant is gone or too narrow: only the therapist can mend it
  'admin_consent', // the therapist's organisation must approve first
  'forbidden', // the account may not do this, and asking again will not help
  'throttled', // slow down until `retryAfterMs` has passed
  'unavailable', // the provider cannot answer now: try later
  'timeout', // no answer in time, or nobody waited for it: the outcome is unknown
  'not_found', // the calendar or mailbox is not there
  'conflict', // something else stands in the way: another event under this key, or an event that is no more what we wrote
  'garbled', // an answer nobody can trust
  'misconfigured', // our own registration, secret, request or code is wrong: an operator must act, not the therapist
] as const

export type CalendarFailure = (typeof CALENDAR_FAILURES)[number]

export interface CalendarErrorDetails {
  /**
   * How long to wait before the same call, in milliseconds: the provider's Retry-After or, where it sent none, the
   * adapter's advice. Always set for `throttled`.
   */
  readonly retryAfterMs?: number
  /** The provider's own error code, for the log. Never a message, and never what decides. */
  readonly code?: string
  readonly status?: number
  /** The provider's id of the request, for its support. */
  readonly requestId?: string
  readonly cause?: unknown
}

export class CalendarError extends Error {
  override readonly name = 'CalendarError'
  readonly reason: CalendarFailure
  readonly retryAfterMs: number | undefined
  readonly code: string | undefined
  readonly status: number | undefined
  readonly requestId: string | undefined

  constructor(reason: CalendarFailure, message: string, details: CalendarErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.reason = reason
    this.retryAfterMs = details.retryAfterMs
    this.code = details.code
    this.status = details.status
    this.requestId = details.requestId
  }
}

/**
 * Some of the calendars that were read together failed, each in a way of its own: what can be done is to read without them. The
 * details are those of the failure that is least likely to pass.
 */
export class CalendarsUnreadable extends CalendarError {
  /** By the provider's id of the calendar. */
  readonly failures: ReadonlyMap<string, CalendarError>

  constructor(failures: ReadonlyMap<string, CalendarError>, worst: CalendarError) {
    const { code, status, requestId, retryAfterMs } = worst
    super(worst.reason, worst.message, {
      ...(code === undefined ? {} : { code }),
      ...(status === undefined ? {} : { status }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
    this.failures = failures
  }
}

/**
 * What it means that `failures`, of at least one calendar, came of reading `asked` calendars together. Where every one failed in
 * the same way it is the account's failure, and no single calendar is to blame.
 */
export function readFailure(failures: ReadonlyMap<string, CalendarError>, asked: number): CalendarError {
  const all = [...failures.values()]
  const worst = all.find(({ reason }) => !isTransient(reason)) ?? all[0]
  if (worst === undefined) throw new TypeError('nothing failed')
  const alike = all.length === asked && all.every(({ reason }) => reason === worst.reason)
  return alike ? worst : new CalendarsUnreadable(failures, worst)
}

/** The scopes that were granted do not reach as far as what was to be done (RFC 6750 section 3.1). */
export class InsufficientScope extends CalendarError {
  /** `forbidden`: of a grant that is being made. `reconnect`: of a connection's. */
  constructor(reason: Extract<CalendarFailure, 'forbidden' | 'reconnect'>, message: string) {
    super(reason, message, { code: 'insufficient_scope' })
  }
}

/** The event is no more what we wrote: what becomes of it is the therapist's to say. */
export class EventChanged extends CalendarError {
  readonly change: EventChange

  constructor(change: EventChange) {
    super('conflict', 'the event is no more what was written', { code: change })
    this.change = change
  }
}

/** The caller did not wait for the answer: the outcome is unknown, and it says nothing about the provider. */
export class CancelledCall extends CalendarError {
  constructor(message: string, code: string) {
    super('timeout', message, { code })
  }
}

/** A mistake in our own code, which says nothing about the provider. Its message, which may quote anything, is not kept. */
export class ProgrammingError extends CalendarError {
  /** File and line. */
  readonly at: string | undefined

  constructor(mistake: unknown) {
    const { error: code, at } = traceOf(mistake)
    super('misconfigured', 'a mistake in our own code', code === undefined ? {} : { code })
    this.at = at
  }
}

const TRANSIENT: Readonly<Record<CalendarFailure, boolean>> = {
  reconnect: false,
  admin_consent: false,
  forbidden: false,
  throttled: true,
  unavailable: true,
  timeout: true,
  not_found: false,
  conflict: false,
  garbled: false,
  misconfigured: false,
}

/** Failures that say nothing about the grant or the request: the same call may succeed later. */
export const isTransient = (reason: CalendarFailure): boolean => TRANSIENT[reason]

/** Whether nobody knows after this failure whether the call was carried out. */
export const isOutcomeUnknown = (failure: CalendarError): boolean =>
  failure.reason === 'timeout' ||
  failure.reason === 'unavailable' ||
  failure.reason === 'garbled' ||
  failure instanceof ProgrammingError
