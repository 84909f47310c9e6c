import type { BusyKind } from '../../domain/busy-time.ts'
import type { Interval } from '../../domain/interval.ts'
import type { CalendarListing } from '../../ports/calendar-connector.ts'

export interface MockEvent extends Interval {
  readonly id: string
  readonly calendarId: string
  readonly title: string
  readonly description: string | undefined
  readonly timeZone: string | undefined
  readonly attendee: string | undefined
  readonly joinUrl: string | undefined
  /** Whether its time is busy. */
  readonly busy: boolean
  /** What it is marked as where its time is busy; `busy` if not given. */
  readonly kind?: BusyKind
  readonly visibility: 'private' | 'default'
  /** The idempotency key; undefined for an event that was not created through the port. */
  readonly key: string | undefined
  /** Set where the event is part of a series: the id of the series' first event. */
  readonly seriesId?: string
}

/** The calendars of one account. */
export interface MockCalendarState {
  readonly listings: CalendarListing[]
  readonly events: Map<string, MockEvent>
  /** Ids of calendars whose read fails as `unavailable`. */
  readonly unreadable: Set<string>
  /** Whether events may have a video link. */
  onlineMeetings: boolean
}

export const newCalendarState = (onlineMeetings: boolean): MockCalendarState => ({
  listings: [
    { id: 'main', name: 'Calendar', isDefault: true },
    { id: 'other', name: 'Second calendar', isDefault: false },
  ],
  events: new Map(),
  unreadable: new Set(),
  onlineMeetings,
})
