import type { EmulatedEvent, Fault } from '../../dev/google-emulator/index.ts'
import { connect, IRIS, startGoogle } from '../support/google-account.ts'
import { describeCalendarProvider } from './calendar-provider.ts'
import type { CalendarUnderTest, Failure, HeldEvent, ProviderMethod } from './calendar-under-test.ts'

const REQUEST: Readonly<Record<ProviderMethod, string>> = {
  getFreeBusy: 'POST /calendar/v3/freeBusy',
  createEvent: 'POST /calendar/v3/calendars/*/events',
  deleteEvent: 'DELETE /calendar/v3/calendars/*/events/*',
  lookUpEvents: 'GET /calendar/v3/calendars/*/events',
}

const refusal = (code: number, reason: string): Fault => ({
  status: code,
  body: { error: { code, message: 'Emulated', errors: [{ domain: 'usageLimits', reason, message: 'Emulated' }] } },
  times: Number.POSITIVE_INFINITY,
})

const FAULTS: Readonly<Record<Exclude<Failure, 'grant_gone'>, Fault>> = {
  unavailable: refusal(503, 'backendError'),
  throttled: refusal(403, 'rateLimitExceeded'),
  garbled: { malformed: true, times: Number.POSITIVE_INFINITY },
  forbidden: refusal(403, 'forbiddenForNonOrganizer'),
}

const when = (time: Date | string) => (typeof time === 'string' ? { date: time } : { dateTime: time.toISOString() })

const held = (event: EmulatedEvent, calendarId: string): HeldEvent => ({
  id: event.id,
  start: new Date(event.start.dateTime ?? event.start.date ?? ''),
  end: new Date(event.end.dateTime ?? event.end.date ?? ''),
  title: event.summary ?? '',
  description: event.description,
  isPrivate: event.visibility === 'private',
  isBusy: event.transparency !== 'transparent',
  guests: (event.attendees ?? []).map(({ email }) => email),
  calendarId,
})

async function open(): Promise<CalendarUnderTest> {
  const fixture = await startGoogle()
  const { google, binding } = fixture
  const connection = await connect(fixture)
  const account = google.account(IRIS)
  const [main = '', second = ''] = connection.calendarIds
  return {
    calendarIds: [main, second],
    open: (changes = {}) => binding.calendarFor({ ...connection, ...changes }),
    addExternalEvent: async ({ from, to, calendarId, showAs }) =>
      google.addEvent(
        IRIS,
        {
          summary: 'Private matter',
          start: when(from),
          end: when(to),
          transparency: showAs === 'free' ? 'transparent' : 'opaque',
        },
        calendarId,
      ),
    async removeExternalEvent(id) {
      google.removeEvent(IRIS, id)
    },
    async editEvent(id, { title, guests, start, end }) {
      const attendees = Array.from({ length: guests ?? 0 }, (_, n) => ({ email: `guest${n}@client.example` }))
      google.editEvent(IRIS, id, {
        ...(title && { summary: title }),
        ...(start && { start: when(start) }),
        ...(end && { end: when(end) }),
        ...(guests && { attendees }),
      })
    },
    async moveToCalendar(id, calendarId) {
      google.moveEvent(IRIS, id, calendarId)
    },
    async removeOther() {
      account.calendars.delete(second)
    },
    async lockOther() {
      const other = account.calendars.get(second)
      if (other) account.calendars.set(second, { ...other, accessRole: 'reader' })
    },
    async makeSeries(id, { every, times }) {
      const rule = `RRULE:FREQ=${every === 'day' ? 'DAILY' : 'WEEKLY'}${times === undefined ? '' : `;COUNT=${times}`}`
      google.editEvent(IRIS, id, { recurrence: [rule] })
    },
    async appointmentOf(id, day, moved) {
      const first = account.calendars.get(main)?.events.get(id)?.start.dateTime ?? ''
      const time = first.slice(11, 19).replaceAll(':', '')
      const own = `${id}_${day.replaceAll('-', '')}T${time}Z`
      const at = (hours: number) => new Date(Date.parse(`${day}${first.slice(10)}`) + hours * 3_600_000).toISOString()
      if (moved) google.editEvent(IRIS, own, { start: { dateTime: at(3) }, end: { dateTime: at(4) } })
      return own
    },
    listEvents: async () =>
      [...account.calendars.values()]
        .flatMap(({ id, events }) => [...events.values()].map((event) => ({ id, event })))
        .filter(({ event }) => event.status !== 'cancelled')
        .map(({ id, event }) => held(event, id)),
    fail(method, failure) {
      if (failure !== 'grant_gone') google.failNext(REQUEST[method], FAULTS[failure])
      else {
        google.withdraw(IRIS)
        google.expireAccessTokens()
      }
    },
    hang: (method) => google.failNext(REQUEST[method], { hang: true }),
    loseAnswer: (method) => void google.failNext(REQUEST[method], { reset: true, afterApply: true }),
    breakCalendar: (id) => void account.unreadable.add(id),
    withoutOnlineMeetings() {
      account.meet = false
    },
    recover: () => google.recover(),
    close: () => fixture.close(),
  }
}

describeCalendarProvider('google (emulator)', open)
