import type { BusySpan } from '../domain/busy-time.ts'
import type { WrittenEvent } from '../domain/changed-event.ts'
import type { Interval } from '../domain/interval.ts'
import type { EventToLookUp } from './event-lookup.ts'

/**
 * The calendars of one connection. One instance serves one connection of one tenant.
 * Every failure is a CalendarError; nothing else is thrown.
 */
export interface ICalendarProvider {
  /**
   * When the therapist is busy between `start` and `end`, over every calendar chosen to block time.
   * All or nothing: it rejects if any calendar, page or batch item could not be read, with CalendarsUnreadable where the answer
   * tells which calendars failed while others did not. An empty list means that everything was read, and nothing is busy.
   */
  getFreeBusy(params: FreeBusyParams): Promise<FreeBusyResult>

  /**
   * Writes one event. Calls with one `idempotencyKey`, even at one time, make one event, and all of them give it. It rejects
   * with an unknown outcome where the answer was lost; the next call then finds the event that was made, even if it has
   * become a series meanwhile. It goes to the calendar that the connection names and to no other: rejects with `not_found`
   * where that is not there, with `forbidden` where nothing may be written into it.
   */
  createEvent(params: CreateEventParams): Promise<CalendarEvent>

  /**
   * Removes an event that `createEvent` made, whatever calendar of the account it lies in; one that is gone counts as removed.
   * Rejects with `forbidden` where the event is not ours, and with EventChanged where the therapist has made it a
   * series or part of one: with it would go events that are not ours. With `asWritten`, also where it lies in another calendar
   * than it was written to, or was changed otherwise than in time. All these are left as they are.
   */
  deleteEvent(eventId: string, asWritten?: WrittenEvent): Promise<void>
}

export interface FreeBusyParams {
  /** Instants; the window is half-open and not empty. */
  readonly start: Date
  readonly end: Date
  /** Asks for the result's `calendars` as well, which are not kept in memory for those who only ask what is free. */
  readonly byCalendar?: boolean
  /**
   * Events of ours that are left out, wherever they lie, for a connection that may write. Without its calendar one takes a
   * request more at Google.
   */
  readonly besides?: readonly EventToLookUp[]
  readonly signal?: AbortSignal
}

export interface FreeBusyResult {
  /** Merged, sorted and clipped to the window asked for. */
  readonly busy: readonly Interval[]
  /** When the read began: anything that changed later may be missing. */
  readonly readAt: Date
  /** Only where `byCalendar` asks for it: every calendar that was read, once. Together they are busy when `busy` is. */
  readonly calendars?: readonly CalendarBusy[]
}

/** Busy time of one calendar: times and what they are marked as, and nothing else of its entries. */
export interface CalendarBusy {
  /** The provider's id, as in `ConnectionContext.calendarIds`. */
  readonly calendarId: string
  /** Sorted by start and clipped to the window. Spans of one kind are merged, those of several kinds may overlap. */
  readonly busy: readonly BusySpan[]
  /**
   * Whether it has entries, and all of them are marked as free; those of the day before and after the window may count. Undefined
   * where the provider does not tell.
   */
  readonly isAllFree?: boolean
}

export interface CreateEventParams {
  /** The booking's id: any text but an empty one. The event is known by it for good. */
  readonly idempotencyKey: string
  readonly start: Date
  readonly end: Date
  /** IANA name of the zone in which the therapist thinks of this event. */
  readonly timeZone: string
  /** Shown in the therapist's calendar: neutral words, never a client's name unless the therapist asked for it. */
  readonly title: string
  /** For hosts that take the adapter along; this product does not pass it. */
  readonly description?: string
  /**
   * Invited only when given: the provider then stores the address and sends mail of its own. For hosts that take the adapter
   * along; this product does not pass it.
   */
  readonly attendee?: { readonly name: string; readonly email: string }
  /** Asks for a video link. Where the account has none to give, the event is written without it. */
  readonly onlineMeeting?: boolean
  readonly signal?: AbortSignal
}

export interface CalendarEvent {
  readonly id: string
  /** `start`, `end` and `webLink` are for hosts that take the adapter along; this product does not read them. */
  readonly start: Date
  readonly end: Date
  readonly webLink?: string
  /** The video link. */
  readonly joinUrl?: string
  /** Of the version that was answered, for {@link WrittenEvent}. */
  readonly changeKey?: string
}
