import type { WrittenEvent } from '../domain/changed-event.ts'

/** Where and when an event was written. */
export type Placed = Pick<WrittenEvent, 'start' | 'end' | 'calendarId'>

/** Beside {@link ICalendarProvider}, on the same instance: looks that make nothing. Every failure is a CalendarError. */
export interface EventLookup {
  /**
   * The id of the event that stands under this key, also when the therapist has moved it or made a series of it; undefined
   * when none does. Not to have seen is not to know: then it rejects.
   *
   * @param calendarId - the calendar that it may have been written to, gone or not; absent: the default calendar.
   */
  findEvent(idempotencyKey: string, calendarId?: string): Promise<string | undefined>
  /**
   * The change key of an event of ours that is single, at its time and in the calendar it was written to; undefined when it is
   * not, or not there.
   */
  changeKeyOf(eventId: string, written: Placed): Promise<string | undefined>
}
