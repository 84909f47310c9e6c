/** Beside {@link ICalendarProvider}, on the same instance: a look that makes nothing. */
export interface EventLookup {
  /**
   * The id of the event that stands under this key, also when the therapist has moved it or made a series of it; undefined
   * when none does. Every failure is a CalendarError: not to have seen is not to know.
   */
  findEvent(idempotencyKey: string): Promise<string | undefined>
}
