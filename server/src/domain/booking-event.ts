import type { Evidence } from './connection-health.ts'

/** What is known of a booking's event, its copy in the therapist's calendar. */
export const EVENT_STATUSES = ['NOT_WANTED', 'PENDING', 'WRITTEN', 'REMOVING', 'REMOVED', 'FAILED'] as const
export type EventStatus = (typeof EVENT_STATUSES)[number]

/** What moves an event: an outbox job, the end of its booking, the end of its tenant's connection. */
export const EVENT_CAUSES = ['reconcile', 'cancel', 'disconnect'] as const
export type EventCause = (typeof EVENT_CAUSES)[number]

/**
 * Which status may follow which, and what may bring it about. A status that follows itself gains knowledge: the connection
 * that is written through, or the event's id.
 */
export const NEXT: Readonly<Record<EventStatus, Readonly<Partial<Record<EventStatus, readonly EventCause[]>>>>> = {
  NOT_WANTED: { REMOVING: ['cancel'] },
  PENDING: {
    PENDING: ['reconcile'],
    WRITTEN: ['reconcile'],
    FAILED: ['reconcile'],
    NOT_WANTED: ['reconcile', 'disconnect'],
    REMOVING: ['cancel'],
  },
  WRITTEN: { REMOVING: ['cancel'] },
  REMOVING: { REMOVING: ['reconcile'], REMOVED: ['reconcile', 'disconnect'], FAILED: ['reconcile', 'disconnect'] },
  REMOVED: {},
  FAILED: { REMOVING: ['cancel'], REMOVED: ['cancel'] },
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
export type EventOutcome =
  | { readonly status: Exclude<EventStatus, 'FAILED'>; readonly failure?: undefined }
  | { readonly status: 'FAILED'; readonly failure: Failure }

/** The connection it was written through is out of reach. */
const OUT_OF_REACH: EventOutcome = { status: 'FAILED', failure: 'forbidden' }

/** Once a write has begun, no status but REMOVED says that nothing was made: its answer may have been lost. */
const writeHasBegun = ({ id, connectionId }: KnownEvent): boolean => id !== undefined || connectionId !== undefined

/** What a new booking starts with. */
export const firstStatus = (wantsEvent: boolean): EventStatus => (wantsEvent ? 'PENDING' : 'NOT_WANTED')

/** An event we know nothing of yet may have been made all the same (F-24): it is looked for and removed. */
export function afterCancelling(event: KnownEvent): EventStatus {
  const begun = writeHasBegun(event)
  if (event.status === 'REMOVED' || (event.status === 'NOT_WANTED' && !begun)) return event.status
  return event.status === 'FAILED' && !begun ? 'REMOVED' : 'REMOVING'
}

/**
 * Nobody can change events of the old account any more: removals still owed have failed for good, but for those of
 * bookings whose event nobody began to write. Events not written yet wait for the new account, where it takes them
 * (`keepUnwritten`), or are not wanted any more. Undefined: the event stays as it is.
 */
export function afterDisconnecting(event: KnownEvent, keepUnwritten: boolean): EventOutcome | undefined {
  if (event.status === 'REMOVING') return writeHasBegun(event) ? OUT_OF_REACH : { status: 'REMOVED' }
  return event.status === 'PENDING' && !keepUnwritten ? { status: 'NOT_WANTED' } : undefined
}

/** What an event of the outbox comes to when its tenant has no calendar that we may write to. */
export function withoutCalendar(event: KnownEvent): EventOutcome {
  if (event.status === 'PENDING') return { status: 'NOT_WANTED' }
  return writeHasBegun(event) ? OUT_OF_REACH : { status: 'REMOVED' }
}

/** `later`: after a pause; `waits`: until people mend the connection; `fails`: for good; `again`: the job is tried again. */
export type FailedReconcile = 'later' | 'waits' | 'fails' | 'again'

const AFTER_FAILURE: Readonly<Record<Failure, FailedReconcile>> = {
  reconnect: 'waits',
  admin_consent: 'waits',
  forbidden: 'fails',
  throttled: 'later',
  unavailable: 'again',
  timeout: 'again',
  not_found: 'fails',
  conflict: 'again',
  garbled: 'again',
  misconfigured: 'again',
}

/** What a failed reconcile comes to. `last`: the job has no attempt left. */
export function afterFailedReconcile({ id }: KnownEvent, failure: Failure, last: boolean): FailedReconcile {
  // The event has become part of a series: what of it goes is the therapist's to say.
  if (failure === 'conflict' && id !== undefined) return 'fails'
  const after = AFTER_FAILURE[failure]
  return after === 'again' && last ? 'fails' : after
}
