import type { DifferenceWord, EventDifference, FoundDifference } from '../domain/event-difference.ts'
import type { Interval } from '../domain/interval.ts'
import type { Booking } from './booking-store.ts'
import type { Mailbox } from './connection.ts'

/** A written event of a confirmed session that is not over. */
export interface EventToCompare {
  readonly bookingId: string
  readonly eventId: string
  readonly session: Interval
  /** When it was seen last; the session's time if that is not known to differ. */
  readonly expected: Interval
  /** The calendar that it was written to; undefined: the default calendar. */
  readonly calendarId: string | undefined
  /** The account it was written to. */
  readonly mailbox: Mailbox | undefined
  /** Something else was seen at its time once, and the therapist is not asked about it yet. */
  readonly conflictSeen: boolean
}

/** What a look for other entries at the time of one session has found; calendars by our ids. */
export interface FoundConflict {
  readonly event: Pick<EventToCompare, 'bookingId' | 'eventId'>
  /** Something else stands in these. */
  readonly calendarIds: readonly string[]
  /** These could not be looked at: what was found in them before stands. */
  readonly unread: readonly string[]
}

/** A difference that waits for the therapist's word. */
export interface DifferenceNotice {
  readonly id: string
  readonly booking: Booking
  readonly kind: EventDifference
  /** When the event is now; undefined where it is gone, and of a conflict. */
  readonly now: Interval | undefined
  /** Of a conflict, the calendars in which something else stands, by our ids; empty where it was found by an earlier release. */
  readonly calendarIds: readonly string[]
}

/** `decided`: her word was given before, in another window. `changed`: it is as it was said no more. */
export type SaidOfDifference =
  | { readonly kind: 'said'; readonly notice: DifferenceNotice }
  | { readonly kind: 'decided'; readonly word: DifferenceWord }
  | { readonly kind: 'changed' }

/** When written events are compared with their sessions, and in what they differ. All moments are the database's. */
export interface EventComparisonStore {
  /** Says of events that were written lately when they are compared, and queues a job for each tenant that has some due. */
  queueDue(): Promise<void>
  /** Queues the job of one tenant once more. */
  queue(tenantId: string): Promise<void>
  /**
   * At most `limit` events of the tenant that are due; each is due again at its next time, whatever becomes of this look: within 11 minutes where
   * its session begins in the next 48 hours, else within six hours, all of a tenant together.
   */
  takeDue(tenantId: string, limit: number): Promise<readonly EventToCompare[]>
  /** The look at these events was given up: they are due now. */
  giveBack(bookingIds: readonly string[]): Promise<void>
  /** These events stand as their sessions are booked: what they differed in is forgotten. */
  recordAsBooked(bookingIds: readonly string[]): Promise<void>
  /**
   * The event differs. The same difference seen a minute or more after it was first seen waits for the therapist; what is seen for
   * the first time is looked at again a minute later. No effect where the event is not the booking's any more, or has an answer to
   * this difference. True when the therapist is asked from now on: then its conflict is forgotten, because the event is elsewhere.
   */
  recordDifference(event: Pick<EventToCompare, 'bookingId' | 'eventId'>, difference: FoundDifference): Promise<boolean>
  /**
   * What stands at the times of sessions, as {@link recordDifference}: a conflict in no other calendars than before is the same. One that
   * stands in none any more is forgotten. The ids of bookings about which the therapist is asked from now on.
   */
  recordConflicts(found: readonly FoundConflict[]): Promise<ReadonlySet<string>>
  /** What waits for the therapist, of sessions that are not over, soonest first; at most `limit`. */
  notices(tenantId: string, now: Date, limit: number): Promise<readonly DifferenceNotice[]>
  /**
   * The therapist's word about one difference, with the audit, in one transaction; by `write_again` the event is to be written under
   * another key, and its job is queued. Undefined when the tenant has no such booking, or nothing like that can be said.
   */
  say(said: {
    readonly tenantId: string
    readonly bookingId: string
    readonly differenceId: string
    readonly word: DifferenceWord
    readonly actor: string
    readonly now: Date
  }): Promise<SaidOfDifference | undefined>
  /** The event was put back: this is its version now. */
  recordPutBack(bookingId: string, changeKey: string | undefined): Promise<void>
  /** The event could not be put back: the difference waits for her word again, and is looked at again at once. */
  takeBack(notice: DifferenceNotice, actor: string): Promise<void>
}
