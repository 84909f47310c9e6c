import type { BookingStatus, CalendarCheck } from '../domain/booking.ts'
import type { EventStatus, KnownEvent } from '../domain/booking-event.ts'
import type { Interval } from '../domain/interval.ts'
import type { CalendarFailure } from './calendar-provider.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
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
  /** Why writing or removing failed for good. */
  readonly failure: CalendarFailure | undefined
}

/** A cancelled session whose event may still stand in a calendar. */
export interface UnremovedEvent {
  readonly booking: Booking
  /** Where it was written; undefined when that is not known. */
  readonly provider: CalendarProviderType | undefined
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
  /** Whether the event is to be written to the calendar. */
  readonly wantsEvent: boolean
}

export type InsertOutcome =
  | { readonly kind: 'booked'; readonly booking: Booking }
  | { readonly kind: 'replayed'; readonly booking: Booking }
  | { readonly kind: 'key_reused' }
  | { readonly kind: 'taken' }

export interface BookingStore {
  /** What confirmed bookings block in the window, buffers included. */
  blocked(tenantId: string, window: Interval): Promise<readonly Interval[]>
  /** The booking made under this key, if any, and the hash of the request that made it. */
  byIdempotencyKey(
    tenantId: string,
    keyHash: string,
  ): Promise<{ readonly booking: Booking; readonly requestHash: string } | undefined>
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
   * Cancelled sessions whose event may still stand: its removal failed, or goes on since before `cancelledBefore`.
   * Those that end after `endsAfter`, soonest first; of more than `limit`, the latest.
   */
  unremoved(
    tenantId: string,
    bounds: { readonly endsAfter: Date; readonly cancelledBefore: Date; readonly limit: number },
  ): Promise<readonly UnremovedEvent[]>
  countConfirmed(tenantId: string, from: Date): Promise<number>
  /**
   * Cancels and queues the removal of the event in one transaction. Undefined when it is not confirmed any more or has begun.
   * `actor` as in {@link AuditEvent}; `client` when absent.
   */
  cancel(tenantId: string, id: string, now: Date, actor?: string): Promise<Booking | undefined>
  /** The booking, with the tenant it belongs to, for the job that reconciles its event. */
  forReconcile(id: string): Promise<Booking | undefined>
  /**
   * Records what reconciling made of the event. False, and nothing is changed, when no reconcile leads from the status that
   * is stored to the new one (see `NEXT`): the booking moved on meanwhile.
   */
  recordEvent(id: string, change: EventChange): Promise<boolean>
  /** Queues the jobs of every booking whose event still waits to be written or removed; of all tenants when none is named. */
  requeue(tenantId?: string): Promise<void>
  /**
   * Queues the outbox job again after `delayMs` of the database's clock, for example when the provider throttles; the job
   * is told how often in a row that has happened.
   */
  reconcileLater(id: string, delayMs: number, throttled: number): Promise<void>
}

export interface EventChange {
  readonly to: EventStatus
  readonly id?: string
  readonly connectionId?: string
  readonly joinUrl?: string
  readonly failure?: CalendarFailure
}
