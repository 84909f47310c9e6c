import { bindingOf, type ConnectOptions, connect, type MicrosoftFixture } from './support.ts'

export const MORNING = { start: '2027-01-05T09:00', end: '2027-01-05T10:00' }
export const MORNING_BUSY = '2027-01-05T08:00Z/2027-01-05T09:00Z'

/** A connection with so many calendars, each with one event in an hour of its own; nothing in the journal yet. */
export async function withCalendars(on: MicrosoftFixture, count: number) {
  const connected = await connect(on)
  const calendars = Array.from({ length: count }, (_, index) =>
    on.emulator.addCalendar(connected.account, `No. ${index}`),
  )
  for (const [index, calendar] of calendars.entries()) {
    const start = new Date(Date.UTC(2027, 0, 5, index))
    calendar.add({ start, end: new Date(start.getTime() + 30 * 60_000) })
  }
  const connection = { ...connected.connection, calendarIds: calendars.map(({ id }) => id) }
  on.emulator.journal.clear()
  return { ...connected, connection, provider: on.binding.calendarFor(connection) }
}

/** A connection with one event, in the morning; nothing in the journal yet. */
export async function withMorning(on: MicrosoftFixture) {
  const connected = await connect(on)
  on.emulator.addEvent(connected.account, MORNING)
  on.emulator.journal.clear()
  return connected
}

/** A connection, and nothing in the journal yet. */
export async function writerOf(on: MicrosoftFixture, options: ConnectOptions = {}) {
  const connected = await connect(on, options)
  on.emulator.journal.clear()
  return connected
}

/** A connection whose access token is too old to be used; our side has just started. */
export async function expiredAt(on: MicrosoftFixture, options: ConnectOptions = {}) {
  const connected = await connect(on, options)
  on.clock.advance(2 * 60 * 60_000)
  on.emulator.journal.clear()
  const binding = bindingOf(on)
  return { ...connected, binding, provider: binding.calendarFor(connected.connection) }
}
