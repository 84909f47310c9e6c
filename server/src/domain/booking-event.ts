import type { EventChange } from './changed-event.ts'
import type { Evidence } from './connection-health.ts'
import { DAY_MS, HOUR_MS } from './durations.ts'

/** What is known of a booking's event, its copy in the therapist's calendar. */
export const EVENT_STATUSES = ['NOT_WANTED', 'PENDING', 'WRITTEN', 'REMOVING', 'REMOVED', 'FAILED'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

/** What moves an event: an outbox job, the end of its booking, the end of its account's connection, the therapist's word. */
export const EVENT_CAUSES = ['reconcile', 'cancel', 'disconnect', 'therapist'] as const
export type EventCause = (typeof EVENT_CAUSES)[number]

/**
 * Which status may follow which, and what may bring it about. A status that follows itself gains knowledge: the connection
 * that is written through, the event's id, or why it waits. What an event is to come to, written or removed, it comes to, or
 * the therapist says that it need not: FAILED waits for her alone.
 */
export const NEXT: Readonly<Record<EventStatus, Readonly<Partial<Record<EventStatus, readonly EventCause[]>>>>> = {
  NOT_WANTED: { REMOVING: ['cancel'] },
  PENDING: {
    PENDING: ['reconcile', 'disconnect', 'therapist'],
    WRITTEN: ['reconcile'],
    NOT_WANTED: ['reconcile', 'disconnect', 'therapist'],
    REMOVING: ['cancel'],
  },
  // By the therapist: written again, because it is gone. To the account that follows, or nowhere any more: what stands in the account before is a former event from then on.
  WRITTEN: { REMOVING: ['cancel'], PENDING: ['disconnect', 'therapist'], NOT_WANTED: ['disconnect'] },
  REMOVING: {
    REMOVING: ['reconcile', 'disconnect', 'therapist'],
    REMOVED: ['reconcile', 'disconnect', 'therapist'],
    FAILED: ['reconcile'],
  },
  REMOVED: {},
  FAILED: {
    PENDING: ['therapist'],
    NOT_WANTED: ['therapist'],
    REMOVING: ['cancel', 'therapist'],
    REMOVED: ['cancel', 'therapist'],
  },
}

export const mayFollow = (from: EventStatus, to: EventStatus, cause: EventCause): boolean =>
  NEXT[from][to]?.includes(cause) ?? false

/** The statuses that `cause` may change to `to`. Throws a RangeError when there are none: such a move is a mistake of ours. */
export function statusesBefore(to: EventStatus, cause: EventCause): EventStatus[] {
  const before = EVENT_STATUSES.filter((from) => mayFollow(from, to, cause))
  if (before.length === 0) throw new RangeError(`no event becomes ${to} by ${cause}`)
  return before
}

/** The statuses that `cause` may change at all. */
export const changedBy = (cause: EventCause): EventStatus[] =>
  EVENT_STATUSES.filter((from) => EVENT_STATUSES.some((to) => mayFollow(from, to, cause)))

/** Whether the booking is in the outbox: its event is still to be written or removed. */
export const isInOutbox = (status: EventStatus): status is 'PENDING' | 'REMOVING' =>
  status === 'PENDING' || status === 'REMOVING'

export interface KnownEvent {
  readonly status: EventStatus
  readonly id: string | undefined
  /** The connection it was written through: its id means nothing in any other account. */
  readonly connectionId: string | undefined
}

type Failure = NonNullable<Evidence['failure']>

/** A status with the failure that belongs to it. */
export interface EventOutcome {
  readonly status: EventStatus
  readonly failure?: Failure
  /** What has become of the event that is left alone. */
  readonly change?: EventChange
}

/** The account it was written to is out of reach; connecting it again mends that. */
export const OUT_OF_REACH: EventOutcome = { status: 'REMOVING', failure: 'reconnect' }

/** Once a write has begun, no status but REMOVED says that nothing was made: its answer may have been lost. */
export const writeHasBegun = ({ id, connectionId }: KnownEvent): boolean =>
  id !== undefined || connectionId !== undefined

/** What a new booking starts with. */
export const firstStatus = (wantsEvent: boolean): EventStatus => (wantsEvent ? 'PENDING' : 'NOT_WANTED')

/** An event we know nothing of yet may have been made all the same (F-24): it is looked for and removed. */
export function afterCancelling(event: KnownEvent): EventStatus {
  const begun = writeHasBegun(event)
  if (event.status === 'REMOVED' || (event.status === 'NOT_WANTED' && !begun)) return event.status
  return event.status === 'FAILED' && !begun ? 'REMOVED' : 'REMOVING'
}

/** What an event of the outbox comes to when its tenant has no calendar that we may write to, or another account's. */
export function withoutCalendar(event: KnownEvent): EventOutcome {
  if (event.status === 'PENDING') return { status: 'NOT_WANTED' }
  return writeHasBegun(event) ? OUT_OF_REACH : { status: 'REMOVED' }
}

/** What the therapist may say of an event that could not be written or removed, or that has changed since it was written. */
export const EVENT_WORDS = ['try_again', 'did_it_myself', 'remove_it', 'leave_it'] as const
export type EventWord = (typeof EVENT_WORDS)[number]

/** What an event becomes by her word; undefined where there is nothing to be said. */
export function afterWord(word: EventWord, status: EventStatus, isCancelled: boolean): EventStatus | undefined {
  if (!isInOutbox(status) && status !== 'FAILED') return undefined
  const ofChanged = word === 'remove_it' || word === 'leave_it'
  if (ofChanged && !(isCancelled && status === 'FAILED')) return undefined
  if (word === 'remove_it') return 'REMOVING'
  if (word === 'try_again') return isCancelled ? 'REMOVING' : 'PENDING'
  return isCancelled ? 'REMOVED' : 'NOT_WANTED'
}

/**
 * `soon` and `later`: the job is tried again, without end and ever more rarely; `waits`: until people mend the connection;
 * `fails`: the therapist alone can say what becomes of it.
 */
export type FailedReconcile = 'soon' | 'later' | 'waits' | 'fails'

const AFTER_FAILURE: Readonly<Record<Failure, FailedReconcile>> = {
  reconnect: 'waits',
  admin_consent: 'waits',
  forbidden: 'later',
  throttled: 'later',
  unavailable: 'soon',
  timeout: 'soon',
  not_found: 'later',
  conflict: 'later',
  garbled: 'soon',
  misconfigured: 'later',
}

/** What a failed reconcile comes to. */
export const afterFailedReconcile = ({ id }: KnownEvent, failure: Failure): FailedReconcile =>
  // The event is no more what we wrote: whether it goes is the therapist's to say.
  failure === 'conflict' && id !== undefined ? 'fails' : AFTER_FAILURE[failure]

const SECOND_MS = 1_000

/**
 * How long an outbox job waits after so many failures in a row: at least what the provider named; once that did not help,
 * never less than a growing time, at most an hour. When the session is over nothing depends on it any more: a day.
 *
 * @param random - in [0, 1): the jitter.
 */
export function waitAfterFailure(
  pace: 'soon' | 'later',
  { failures, namedMs, isOver }: { readonly failures: number; readonly namedMs?: number; readonly isOver: boolean },
  random: number,
): number {
  if (namedMs !== undefined && namedMs > 0 && failures === 0) return namedMs
  const seconds = pace === 'soon' ? Math.E ** (failures + 1) : 60 * 2 ** failures
  const growing = seconds * SECOND_MS * (1 + random / 2)
  const longest = isOver && pace === 'later' ? DAY_MS : HOUR_MS
  return Math.max(namedMs ?? 0, Math.min(longest, growing))
}
