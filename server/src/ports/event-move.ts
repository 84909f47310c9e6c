import type { Interval } from '../domain/interval.ts'

/** Beside {@link ICalendarProvider}, on the same instance. */
export interface EventMove {
  /**
   * Gives an event of ours other times, and changes nothing else of it, wherever in the account it lies; said again, it changes
   * nothing. Rejects with a CalendarError: `not_found` where the event is gone, with EventChanged `series` where it is a series or
   * part of one, with EventChanged `moved` where it stands neither at `from` nor at `to`, `forbidden` where it is not ours. In all these it is
   * left as it is.
   */
  moveEvent(eventId: string, move: EventTimesChange): Promise<MovedEvent>
}

export interface EventTimesChange {
  readonly from: Interval
  readonly to: Interval
  /** The calendar that it was written to; absent: the default calendar. */
  readonly calendarId?: string | undefined
  /** IANA name of the zone in which the therapist thinks of this event. */
  readonly timeZone: string
}

export interface MovedEvent {
  /** Of the version that came of it. */
  readonly changeKey: string | undefined
}
