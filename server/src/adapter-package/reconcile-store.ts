import type { CalendarFailure } from '../ports/calendar-failure.ts'
import type { CreateEventParams } from '../ports/calendar-provider.ts'

/** A booking as the store gives it to whoever has claimed it. */
export interface ClaimedBooking {
  /** The booking's: the idempotency key of its event. */
  readonly id: string
  readonly tenantId: string
  /** A value that no other claim has. */
  readonly claim: string
  /** What the event is to say; undefined: there is to be none, because the booking is cancelled. */
  readonly wanted: Omit<CreateEventParams, 'idempotencyKey' | 'signal'> | undefined
  /** The event's id, once it is known. */
  readonly eventId: string | undefined
  /** The newest write that was begun: to which account, and when by the host's clock. */
  readonly write: { readonly accountKey: string; readonly begunAt: Date } | undefined
  /** How often in a row it has failed. */
  readonly failures: number
}

export interface ReconcileAgain {
  readonly waitMs: number
  readonly failures: number
  /** Undefined where nothing failed. */
  readonly failure: CalendarFailure | undefined
}

type Claimed = Pick<ClaimedBooking, 'id' | 'claim'>

/**
 * Five methods over a host's table of bookings. Each but `claim` changes the row only while the claim is still the row's, so
 * that a process that comes late changes nothing.
 */
export interface ReconcileStore {
  /** Takes the booking for `milliseconds`, in one statement; undefined while somebody else has it, and where it is gone. */
  claim(bookingId: string, milliseconds: number): Promise<ClaimedBooking | undefined>
  /**
   * Notes, and commits, that a write to the account begins: from here on an event may exist. False, and nothing is changed,
   * where the booking has been cancelled.
   */
  begin(booking: Claimed, accountKey: string, now: Date): Promise<boolean>
  /** The event stands: keeps its id and ends the claim. A booking that was cancelled meanwhile is due at once. */
  written(booking: Claimed, event: { readonly id: string; readonly joinUrl?: string }): Promise<void>
  /** No event stands: forgets its id and the write, and ends the claim. */
  removed(booking: Claimed): Promise<void>
  /** Ends the claim; the booking is due again after `waitMs`. */
  later(booking: Claimed, again: ReconcileAgain): Promise<void>
}
