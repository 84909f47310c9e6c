import type { Interval } from '../../domain/interval.ts'

export interface MockEvent extends Interval {
  readonly id: string
  readonly calendarId: string
  readonly title: string
  readonly description: string | undefined
  readonly timeZone: string | undefined
  readonly attendee: string | undefined
  readonly joinUrl: string | undefined
  /** Whether it blocks its time. */
  readonly busy: boolean
  readonly visibility: 'private' | 'default'
  /** The key it was made under; absent on events that were not made through the port. */
  readonly key: string | undefined
  /** Set on the appointments of a series that the therapist made of an event: the id of its first one. */
  readonly seriesId?: string
}

/** One account's calendars. */
export interface MockCalendarState {
  readonly listings: { readonly id: string; readonly name: string; readonly isDefault: boolean }[]
  readonly events: Map<string, MockEvent>
  /** Calendars that cannot be read for now. */
  readonly unreadable: Set<string>
  /** Whether the account can give video links. */
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
