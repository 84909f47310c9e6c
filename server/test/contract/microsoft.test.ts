import { type EventDraft, type Fault, type Match, startMicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'
import { bindingOf, CLIENT_ID, CLIENT_SECRET, connect, REDIRECT_URI, record } from '../microsoft/support.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { describeCalendarProvider } from './calendar-provider.ts'
import type { CalendarUnderTest, ExternalEvent, Failure, HeldEvent, ProviderMethod } from './calendar-under-test.ts'
import { crowd, recurrenceOf } from './outlook-series.ts'
import { outlookStatus } from './outlook-status.ts'

const REQUEST: Readonly<Record<ProviderMethod, Match>> = {
  getFreeBusy: 'GET /v1.0/me/calendars/*/calendarView',
  createEvent: /^POST \/v1\.0\/me\/(calendars\/[^/]+\/)?events$/,
  deleteEvent: 'DELETE /v1.0/me/events/*',
  lookUpEvents: 'POST /v1.0/$batch',
}

const FAULTS: Readonly<Record<Exclude<Failure, 'grant_gone'>, Fault>> = {
  unavailable: { status: 503, code: 'ServiceUnavailable' },
  throttled: { status: 429, code: 'TooManyRequests', retryAfter: '3600' },
  garbled: { kind: 'malformed-json' },
  forbidden: { status: 403, code: 'ErrorAccessDenied' },
}

/** A day of the tenant's zone is an all-day event there; anything else an instant. */
const draftOf = ({ from, to, showAs }: ExternalEvent): EventDraft => ({
  subject: 'Private matter',
  start: from,
  end: to,
  timeZone: 'W. Europe Standard Time',
  isAllDay: typeof from === 'string',
  showAs: outlookStatus(showAs),
})

async function open(): Promise<CalendarUnderTest> {
  const clock = new MovableClock()
  const secrets = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }
  const emulator = await startMicrosoftEmulator({ ...secrets, redirectUris: [REDIRECT_URI], now: clock.now })
  const parts = { emulator, clock, log: new LogRecorder(), vault: new MemoryVault(clock) }
  const fixture = { ...parts, binding: bindingOf(parts) }
  const { account, connection } = await connect(fixture)
  const second = emulator.addCalendar(account, 'Second')
  const [main] = connection.calendarIds
  const calendarIds: [string, string] = [main ?? '', second.id]
  const always = { times: Number.POSITIVE_INFINITY }

  return {
    calendarIds,
    tellsMarks: true,
    open: (changes = {}) => fixture.binding.calendarFor({ ...connection, calendarIds, ...changes }),
    addExternalEvent: async (event) => emulator.addEvent(account, draftOf(event), event.calendarId).immutableId,
    async removeExternalEvent(id) {
      emulator.removeEvent(account, id)
    },
    async editEvent(id, { title, guests, ...times }) {
      const attendees = guests === undefined ? {} : { attendees: crowd(guests) }
      emulator.editEvent(account, id, { ...times, ...attendees, ...(title && { subject: title }) })
    },
    async moveToCalendar(id, calendarId) {
      emulator.moveEvent(account, id, calendarId)
    },
    removeOther: async () => emulator.removeCalendar(account, second.id),
    async lockOther() {
      second.canEdit = false
    },
    async makeSeries(id, { every, times }) {
      const startDate = new Date(emulator.event(account, id)?.start ?? 0).toISOString().slice(0, 10)
      emulator.makeSeries(account, id, recurrenceOf({ every, ...(times && { times }) }, startDate))
    },
    async appointmentOf(id, day, moved) {
      const event = emulator.event(account, id)
      if (event === undefined) throw new Error('there is no such event')
      const { start, end } = event.occurrence(day)
      const later = (instant: number) => new Date(instant + 3 * 3_600_000)
      if (moved) event.calendar.moveOccurrence(event, day, { start: later(start), end: later(end) })
      return emulator.occurrenceId(account, id, day)
    },
    listEvents: async () =>
      emulator.events(account).map(
        ({ immutableId, start, end, draft, calendar }): HeldEvent => ({
          id: immutableId,
          start: new Date(start),
          end: new Date(end),
          title: draft.subject ?? '',
          description: draft.body?.content || undefined,
          isPrivate: draft.sensitivity === 'private',
          isBusy: draft.showAs === 'busy',
          guests: (draft.attendees ?? []).map(({ emailAddress }) => emailAddress?.address ?? ''),
          calendarId: calendar.id,
        }),
      ),
    fail(method, failure) {
      if (failure !== 'grant_gone') emulator.faults.failNext(REQUEST[method], FAULTS[failure], always)
      else {
        emulator.revoke(account)
        emulator.expireAccessTokens(account)
      }
    },
    hang: (method) => emulator.faults.failNext(REQUEST[method], { kind: 'hang' }).struck,
    loseAnswer: (method) => void emulator.faults.failNext(REQUEST[method], { kind: 'reset', applied: true }),
    breakCalendar: (id) =>
      void emulator.faults.failNext(({ path }) => decodeURIComponent(path).includes(id), { status: 500 }, always),
    withoutOnlineMeetings() {
      account.teams = false
    },
    recover() {
      emulator.faults.clear()
      // What a Retry-After or a breaker asked for is over by then.
      clock.advance(2 * 3_600_000)
    },
    async close() {
      record(emulator)
      await emulator.close()
    },
  }
}

describeCalendarProvider('microsoft (emulator)', open)
