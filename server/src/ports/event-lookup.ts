import type { WrittenEvent } from '../domain/changed-event.ts'
import type { Interval } from '../domain/interval.ts'
import type { CalendarFailure } from './calendar-failure.ts'

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
  /**
   * When events of ours are now, wherever in the account they lie, in the order in which they are named. What is not certain of
   * one is `unknown` for that one alone; rejects where nothing could be asked. Of the provider only ids, times, and whether an
   * event is there and single are asked, and only of events of ours.
   */
  lookUpEvents(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]>
}

/** The event of an id, and where and when it is expected to be. */
export interface EventToLookUp extends Interval {
  readonly id: string
  /** The calendar that it was written to; absent: the default calendar. */
  readonly calendarId?: string | undefined
}

export type EventLook =
  | (Interval & {
      readonly state: 'there'
      /** Whether it is neither a series nor part of one. */
      readonly single: boolean
    })
  | { readonly state: 'gone' }
  | { readonly state: 'unknown'; readonly because: CalendarFailure }
