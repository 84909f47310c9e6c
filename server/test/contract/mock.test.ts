import { Temporal } from 'temporal-polyfill'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import type { CalendarFeatures } from '../../src/ports/calendar-binding.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { describeCalendarProvider } from './calendar-provider.ts'
import { type CalendarUnderTest, FAILURES } from './calendar-under-test.ts'

const ZONE = 'Europe/Berlin'
const TENANT = 'tenant-1'
const FEATURES: CalendarFeatures = {
  slug: 'somewhere',
  label: 'Somewhere',
  company: 'Somebody',
  signInLabel: 'Sign in',
  issuerOrigins: [],
  onlineMeeting: 'Meetings',
  busyChoices: [],
  accessRemovalUrls: [],
  sentences: {},
}

const instant = (when: Date | string): Date =>
  typeof when === 'string' ? new Date(Temporal.PlainDate.from(when).toZonedDateTime(ZONE).epochMilliseconds) : when

async function open(): Promise<CalendarUnderTest> {
  const mock = createMockCalendar({ features: FEATURES, clock: systemClock })
  const { controls } = mock
  const state = controls.calendars(TENANT, 'account-1')
  controls.signInAs({ key: 'account-1', address: 'iris@practice.example' })
  return {
    calendarIds: ['main', 'other'],
    tellsMarks: true,
    open: (changes = {}) =>
      mock.calendarFor({
        id: 'connection-1',
        tenantId: TENANT,
        accountKey: 'account-1',
        access: 'bookings',
        timeZone: ZONE,
        calendarIds: ['main', 'other'],
        policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
        ...changes,
      }),
    addExternalEvent: async ({ from, to, calendarId, showAs }) =>
      controls.addExternalEvent(TENANT, {
        start: instant(from),
        end: instant(to),
        busy: showAs !== 'free',
        ...(showAs !== undefined && showAs !== 'free' && { kind: showAs }),
        ...(calendarId === undefined ? {} : { calendarId }),
      }),
    async editEvent(id, { guests, ...change }) {
      const found = state.events.get(id)
      if (found === undefined) throw new Error('there is no such event')
      state.events.set(id, { ...found, ...change, ...(guests && { attendee: `${guests} people` }) })
    },
    async moveToCalendar(id, calendarId) {
      const found = state.events.get(id)
      if (found === undefined) throw new Error('there is no such event')
      state.events.set(id, { ...found, calendarId })
    },
    async removeOther() {
      state.listings.splice(1)
      for (const [id, { calendarId }] of state.events) if (calendarId === 'other') state.events.delete(id)
    },
    async lockOther() {
      state.listings.splice(1, 1, { id: 'other', name: 'Second calendar', isDefault: false, isReadOnly: true })
    },
    async makeSeries(id, { every, times = 30 }) {
      controls.makeSeries(TENANT, id, every === 'day' ? 1 : 7, times)
    },
    async appointmentOf(id, day, moved) {
      const found = controls
        .events(TENANT)
        .find(({ seriesId, start }) => seriesId === id && start.toISOString().startsWith(day))
      if (found === undefined) throw new Error('the series has no such day')
      const later = (time: Date) => new Date(time.getTime() + 3 * 3_600_000)
      if (moved) state.events.set(found.id, { ...found, start: later(found.start), end: later(found.end) })
      return found.id
    },
    removeExternalEvent: async (id) => controls.removeExternalEvent(TENANT, id),
    listEvents: async () =>
      controls.events(TENANT).map(({ id, start, end, title, description, visibility, busy, attendee, calendarId }) => ({
        ...{ id, start, end, title, description, calendarId },
        isPrivate: visibility === 'private',
        isBusy: busy,
        guests: attendee === undefined ? [] : [attendee],
      })),
    fail: (method, failure) =>
      controls.failAlways(method, new CalendarError(FAILURES[failure], 'asked for', { retryAfterMs: 1000 })),
    hang: (method) => controls.hangNext(method),
    loseAnswer: (method) => controls.failNext(method, new CalendarError('timeout', 'asked for'), 'after'),
    breakCalendar: (id) => void state.unreadable.add(id),
    withoutOnlineMeetings() {
      state.onlineMeetings = false
    },
    recover: () => controls.recover(),
    close: async () => undefined,
  }
}

describeCalendarProvider('mock', open)
