import type { BookingStatus, CalendarCheck } from '../domain/booking.ts'
import type { EventStatus, EventWord, KnownEvent } from '../domain/booking-event.ts'
import type { EventChange as ChangeOfEvent } from '../domain/changed-event.ts'
import type { Interval } from '../domain/interval.ts'
import type { CalendarFailure } from './calendar-failure.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { Mailbox } from './connection.ts'
import type { Service } from './tenant-store.ts'

export interface Booking {
  readonly id: string
  readonly tenantId: string
  readonly service: Service
  readonly startsAt: Date
  readonly endsAt: Date
  readonly status: BookingStatus
  readonly clientName: string
  readonly clientEmail: string
  readonly calendarCheck: CalendarCheck
  readonly calendarCheckedAt: Date | undefined
  readonly cancelledAt: Date | undefined
  readonly event: BookingEvent
}

export interface BookingEvent extends KnownEvent {
  readonly joinUrl: string | undefined
  /** The account it was written to, or is being written to. */
  readonly mailbox: Mailbox | undefined
  /** Why it was not written or removed when that was last tried. */
  readonly failure: CalendarFailure | undefined
  /** The provider's id of the calendar it was written to, or is being written to. Undefined: the account's default calendar. */
  readonly calendarId?: string | undefined
  /** Whether the client is invited by it. */
  readonly isInvited?: boolean
}

/** A cancelled session whose event may still stand in a calendar. */
export interface UnremovedEvent {
  readonly booking: Booking
  /** Where it was written; undefined when that is not known. */
  readonly provider: CalendarProviderType | undefined
  /** What has become of an event that is left to the therapist. */
  readonly change?: ChangeOfEvent | undefined
}

export interface StandingEvents {
  readonly sessions: number
  readonly withVideo: number
}

/** Events of sessions to come in one account. */
export interface WrittenEvents {
  /** By the provider's id of the calendar, undefined for the account's default calendar: how many stand there. */
  readonly calendars: readonly { readonly calendarId: string | undefined; readonly sessions: number }[]
  /** How many are still to be written. */
  readonly waiting: number
}

export interface NewBooking {
  readonly id: string
  readonly tenantId: string
  readonly serviceId: string
  readonly session: Interval
  readonly blocked: Interval
  readonly clientName: string
  readonly clientEmail: string
  readonly manageTokenHash: string
  readonly idempotencyKeyHash: string
  /** Of the meaningful content of the request, so that a key reused for something else is noticed. */
  readonly requestHash: string
  readonly calendarCheck: CalendarCheck
  readonly calendarCheckedAt: Date | undefined
  /** The connections whose calendars were read for it. */
  readonly readConnectionIds: readonly string[]
  /** Whether the event is to be written to the calendar. It is, too, where an account that takes sessions was connected meanwhile. */
  readonly wantsEvent: boolean
}

/** What an earlier request under the same key made. */
export interface Earlier {
  readonly booking: Booking
  readonly manageTokenHash: string
}

export type InsertOutcome =
  | { readonly kind: 'booked'; readonly booking: Booking }
  | ({ readonly kind: 'replayed' } & Earlier)
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'taken' }
  /** The practice has closed. */
  | { readonly kind: 'closed' }
  /** A further account was connected meanwhile, and was not read. */
  | { readonly kind: 'account_unread' }

/** When a confirmed booking's session is, and what it blocks with its buffers. */
export interface BookedTime {
  readonly session: Interval
  readonly blocked: Interval
}

export interface UpcomingCounts {
  /** Confirmed sessions that end later. */
  readonly sessions: number
  /** What the therapist is asked of events that stand otherwise than booked (EventComparisonStore.notices). */
  readonly notices: number
}

export interface BookingStore {
  /** What confirmed bookings block in the window, buffers included. */
  blocked(tenantId: string, window: Interval): Promise<readonly Interval[]>
  /** As `blocked`, with the sessions themselves. */
  booked(tenantId: string, window: Interval): Promise<readonly BookedTime[]>
  /** The booking made under this key, if any, and the hash of the request that made it. */
  byIdempotencyKey(tenantId: string, keyHash: string): Promise<(Earlier & { readonly requestHash: string }) | undefined>
  /** Another manage token in the place of the one whose hash is `former`; nothing where that is not the booking's any more. */
  replaceManageToken(tenantId: string, id: string, former: string, tokenHash: string): Promise<void>
  /**
   * One transaction: the tenant's calendar lock, `isOffered` on what the database then holds, the insert, and the
   * job that writes the event. Tells a replay of the same key and a rival's booking apart.
   * `isOffered` is pure and receives the blocked intervals around the session.
   */
  insert(booking: NewBooking, now: Date, isOffered: (blocked: readonly Interval[]) => boolean): Promise<InsertOutcome>
  byId(tenantId: string, id: string): Promise<Booking | undefined>
  byManageToken(tokenHash: string): Promise<Booking | undefined>
  /** Sessions that end after `from`, soonest first, cancelled ones included. */
  upcoming(tenantId: string, from: Date): Promise<readonly Booking[]>
  /**
   * Cancelled sessions whose event may still stand: its removal was refused, or goes on since before `cancelledBefore`.
   * Those that end after `endsAfter`, soonest first; of more than `limit`, the latest.
   */
  unremoved(
    tenantId: string,
    bounds: { readonly endsAfter: Date; readonly cancelledBefore: Date; readonly limit: number },
  ): Promise<readonly UnremovedEvent[]>
  countUpcoming(tenantId: string, from: Date): Promise<UpcomingCounts>
  /** Sessions that begin after `from` and whose event stands in this account, and how many of those events have a video link. */
  countStanding(tenantId: string, mailbox: Mailbox, from: Date): Promise<StandingEvents>
  /** What of the sessions that begin after `from` is written to this account, and how many sessions of the tenant still are to be. */
  countWritten(tenantId: string, mailbox: Mailbox, from: Date): Promise<WrittenEvents>
  /**
   * Cancels and queues the removal of the event, of which it gives what is known, in one transaction. Undefined when the booking
   * is not confirmed any more or has begun. `actor` as in {@link AuditEvent}; `client` when absent.
   */
  cancel(tenantId: string, id: string, now: Date, actor?: string): Promise<{ readonly event: KnownEvent } | undefined>
  /**
   * The therapist's word about an event that could not be written or removed: it becomes what {@link afterWord} says, and
   * the audit keeps what it was and who said so, in one transaction. What is tried again has a job that is due.
   * Undefined when the tenant has no such booking.
   */
  sayOfEvent(
    tenantId: string,
    id: string,
    word: EventWord,
    actor: string,
  ): Promise<'done' | 'nothing_to_do' | undefined>
  /** The booking, with the tenant it belongs to, for the job that reconciles its event. */
  forReconcile(id: string): Promise<BookingToReconcile | undefined>
  /**
   * Records what reconciling made of the event. False, and nothing is changed, when no reconcile leads from the status that
   * is stored to the new one (see `NEXT`): the booking moved on meanwhile.
   */
  recordEvent(id: string, change: EventChange): Promise<boolean>
  /**
   * Notes that a write through this connection begins, as the newest: from here on an event may exist, whatever becomes of
   * this process. `isFirst`: no earlier write may still be under way. Undefined when the event is not to be written any more,
   * or not there, or under another key: its account was given up meanwhile.
   */
  claimWrite(id: string, connectionId: string, eventKey?: string, place?: EventPlace): Promise<EventClaim | undefined>
  /**
   * The event's change key when it was last as we wrote it. Undefined where that is not known, and where the therapist wants
   * the event removed whatever it has become.
   */
  changeKey(id: string): Promise<string | undefined>
  /**
   * At most `limit` bookings whose event was written more than a minute ago and whose change key has not been read since. Each
   * is given again after an hour, unless {@link recordLook} ends that, or its session is over.
   */
  takeDueForLook(limit: number): Promise<readonly Booking[]>
  /** The change key was read once more; undefined leaves it as it was. No effect once the event is to be removed. */
  recordLook(id: string, changeKey: string | undefined): Promise<void>
  /** How long ago, by the database's clock, the newest write began that has not certainly ended; undefined: there is none. */
  claimAgeMs(id: string): Promise<number | undefined>
  /**
   * Queues the jobs of every booking whose event still waits to be written or removed and has none, and of former events that
   * wait to be removed; of all tenants when none is named. Of one that is, jobs that wait after a failure become due as well: its calendar was connected again.
   */
  requeue(tenantId?: string): Promise<void>
  /** The tenant's jobs that wait after a failure become due, but for those that a provider's Retry-After holds back. */
  makeDue(tenantId: string): Promise<void>
  /**
   * Queues the outbox job again after `delayMs` of the database's clock; the job is told how often in a row it has failed.
   */
  reconcileLater(id: string, delayMs: number, failures: number): Promise<void>
}

export interface BookingToReconcile extends Booking {
  /** The idempotency key of its event: the booking's id, until it is written to another account than before. */
  readonly eventKey: string
}

export interface EventChange {
  readonly to: EventStatus
  readonly id?: string
  readonly connectionId?: string
  readonly joinUrl?: string
  readonly failure?: CalendarFailure
  readonly change?: ChangeOfEvent
  readonly changeKey?: string
  /** Changed only if this is the newest claim, and `connectionId` that of its write. `hasEnded`: nothing of any write can still come. */
  readonly claim?: EventClaim & { readonly hasEnded: boolean }
}

/** What a write is about to make. */
export type EventPlace = Pick<BookingEvent, 'calendarId' | 'isInvited'>

/** One write that has begun. */
export interface EventClaim {
  readonly by: string
  readonly isFirst: boolean
}
