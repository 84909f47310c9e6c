import type { WrittenEvent } from '../domain/changed-event.ts'

/** Beside {@link ICalendarProvider}, on the same instance: looks that make nothing. Every failure is a CalendarError. */
export interface EventLookup {
  /**
   * The id of the event that stands under this key, also when the therapist has moved it or made a series of it; undefined
   * when none does. Not to have seen is not to know: then it rejects.
   */
  findEvent(idempotencyKey: string): Promise<string | undefined>
  /** The change key of an event of ours that is single and at its time; undefined when it is not, or not there. */
  changeKeyOf(eventId: string, times: Pick<WrittenEvent, 'start' | 'end'>): Promise<string | undefined>
}
