import { randomUUID } from 'node:crypto'
import type { BusyKind } from '../../domain/busy-time.ts'
import { DAY_MS } from '../../domain/durations.ts'
import type { Interval } from '../../domain/interval.ts'
import type { CalendarBinding, CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { Clock } from '../../ports/clock.ts'
import { MockCalendarAdapter } from './adapter.ts'
import { type MockCalendarState, type MockEvent, newCalendarState } from './calendar.ts'
import { createMockConnector, type MockAccount } from './connector.ts'
import { createMockFaults, type MockFaults } from './faults.ts'

export interface MockExternalEvent extends Interval {
  readonly calendarId?: string
  readonly title?: string
  /** Whether its time is busy; true if not given. */
  readonly busy?: boolean
  /** What it is marked as where its time is busy; `busy` if not given. */
  readonly kind?: BusyKind
}

/** Of an event that was not created through the port. */
const NOT_OURS = {
  description: undefined,
  timeZone: undefined,
  attendee: undefined,
  joinUrl: undefined,
  visibility: 'default',
  key: undefined,
} as const

/** What a test, or somebody at a demo, does to the calendars without the port. */
export interface MockControls extends MockFaults {
  /** An account's calendars; each tenant has its own, even of one account. */
  calendars(tenantId: string, accountKey?: string): MockCalendarState
  /** Adds an event that we did not create, to calendar `main` if none is named. Returns its id. */
  addExternalEvent(tenantId: string, event: MockExternalEvent): string
  /** Makes an event the first of a series of `times` events, `days` days apart. Returns their ids, its own first. */
  makeSeries(tenantId: string, eventId: string, days: number, times: number): readonly string[]
  removeExternalEvent(tenantId: string, eventId: string): void
  events(tenantId: string): readonly MockEvent[]
  /** The account that the therapist signs in with from now on; undefined where she declines. */
  signInAs(account: MockAccount | undefined): void
}

export interface MockCalendarBinding extends CalendarBinding {
  readonly controls: MockControls
}

const ACCOUNT: MockAccount = { key: 'mock-account', address: 'calendar@mock.example' }

/** The calendar binding of no provider: it has the features it is given, and keeps its calendars in memory. */
export function createMockCalendar(options: {
  readonly features: CalendarFeatures
  readonly clock: Clock
}): MockCalendarBinding {
  const { features, clock } = options
  const faults = createMockFaults()
  const states = new Map<string, MockCalendarState>()
  let account: MockAccount | undefined = ACCOUNT

  const calendars = (tenantId: string, accountKey = account?.key ?? ACCOUNT.key): MockCalendarState => {
    const key = JSON.stringify([tenantId, accountKey])
    const found = states.get(key) ?? newCalendarState(features.onlineMeeting !== undefined)
    states.set(key, found)
    return found
  }

  const controls: MockControls = {
    ...faults,
    calendars,
    addExternalEvent(tenantId, { calendarId = 'main', title = 'External event', busy = true, ...span }) {
      const event = { ...NOT_OURS, ...span, id: randomUUID(), calendarId, title, busy }
      calendars(tenantId).events.set(event.id, event)
      return event.id
    },
    makeSeries(tenantId, eventId, days, times) {
      const { events } = calendars(tenantId)
      const first = events.get(eventId)
      if (first === undefined) throw new Error('there is no such event')
      return Array.from({ length: times }, (_, n) => {
        const later = (at: Date) => new Date(at.getTime() + n * days * DAY_MS)
        const id = n === 0 ? eventId : randomUUID()
        events.set(id, { ...first, id, start: later(first.start), end: later(first.end), seriesId: eventId })
        return id
      })
    },
    removeExternalEvent: (tenantId, eventId) => void calendars(tenantId).events.delete(eventId),
    events: (tenantId) => [...calendars(tenantId).events.values()],
    signInAs(chosen) {
      account = chosen
    },
  }

  return {
    connector: createMockConnector({ clock, faults, state: calendars, account: () => account }),
    calendarFor: (connection) =>
      new MockCalendarAdapter(
        { state: calendars(connection.tenantId, connection.accountKey), faults, clock },
        connection,
      ),
    consentOutcome: (error) => (error === 'access_denied' ? 'declined_or_admin' : 'failed'),
    features,
    controls,
  }
}
