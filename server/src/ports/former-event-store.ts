import type { EventStatus, EventWord } from '../domain/booking-event.ts'
import type { EventChange } from '../domain/changed-event.ts'
import type { Booking } from './booking-store.ts'
import type { CalendarFailure } from './calendar-failure.ts'
import type { Mailbox } from './connection.ts'

/**
 * The event of a booking in an account that the practice has given up, or may not write to any more. It is the booking's event
 * no longer: that one, if there is one, is written under another key. WRITTEN: it stays there.
 */
export interface FormerEvent {
  /** The idempotency key under which it was written. */
  readonly key: string
  readonly booking: Booking
  readonly mailbox: Mailbox
  readonly status: Extract<EventStatus, 'WRITTEN' | 'REMOVING' | 'FAILED'>
  /** Undefined: whether it was ever made is not known. */
  readonly id: string | undefined
  /** As those of a booking's event. */
  readonly calendarId?: string | undefined
  readonly isInvited?: boolean
  /** Why it was not removed when that was last tried. */
  readonly failure: CalendarFailure | undefined
  /** Its change key when it was last as we wrote it. Undefined where that is not known, and where it goes whatever it is. */
  readonly changeKey: string | undefined
  /** What has become of it that keeps us from removing it. */
  readonly change: EventChange | undefined
  /** How long ago, by the database's clock, a write began that has not certainly ended; undefined: there is none. */
  readonly claimAgeMs: number | undefined
}

export interface FormerEventStore {
  byKey(key: string): Promise<FormerEvent | undefined>
  /**
   * Those that were to be removed and may still stand: the removal was refused, or goes on since before `leftBefore`. Of
   * sessions that end after `endsAfter`, soonest first; of more than `limit`, the latest.
   */
  unremoved(
    tenantId: string,
    bounds: { readonly endsAfter: Date; readonly leftBefore: Date; readonly limit: number },
  ): Promise<readonly FormerEvent[]>
  /** What is now known of one whose removal goes on, or is given up. Does nothing to one that is not to be removed any more. */
  record(
    key: string,
    known: {
      readonly status?: 'FAILED'
      readonly id?: string
      readonly failure?: CalendarFailure
      readonly change?: EventChange
    },
  ): Promise<void>
  /** Nothing stands there any more. */
  forget(key: string): Promise<void>
  /** Queues the job of its removal after `delayMs` of the database's clock, in the place of one that waits. */
  removeLater(key: string, delayMs: number, failures: number): Promise<void>
  /**
   * The therapist's word about one that could not be removed, or was changed: it is tried again, removed, or forgotten. The audit keeps what it was
   * and who said so, in the same transaction. Undefined when the tenant has no such event.
   */
  say(tenantId: string, key: string, word: EventWord, actor: string): Promise<'done' | 'nothing_to_do' | undefined>
}
