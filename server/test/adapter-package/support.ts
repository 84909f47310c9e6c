import { createMockCalendar, type MockCalendarBinding } from '../../src/adapters/mock-calendar/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { MovableClock } from '../support/movable-clock.ts'

export const CONTEXT: ConnectionContext = {
  id: 'connection-1',
  tenantId: 'tenant-1',
  accountKey: 'mock-account',
  access: 'bookings',
  timeZone: 'Europe/Berlin',
  calendarIds: ['main'],
  policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
}

export function startMock(): { readonly mock: MockCalendarBinding; readonly clock: MovableClock } {
  const clock = new MovableClock(new Date('2027-06-01T08:00:00Z'))
  const mock = createMockCalendar({
    clock,
    features: {
      slug: 'somewhere',
      label: 'Somewhere',
      company: 'Somebody',
      signInLabel: 'Sign in',
      issuerOrigins: ['https://login.somewhere.example'],
      onlineMeeting: undefined,
      busyChoices: [],
      accessRemovalUrls: [],
      sentences: {},
    },
  })
  mock.controls.calendars(CONTEXT.tenantId, CONTEXT.accountKey)
  return { mock, clock }
}

export const failure = (reason: CalendarFailure, retryAfterMs?: number): CalendarError =>
  new CalendarError(reason, 'as the test wants it', {
    code: 'test',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })

export const at = (time: string): Date => new Date(`2027-06-14T${time}:00Z`)
