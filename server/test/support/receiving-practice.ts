import type { EmulatedWorld, Instance } from './emulated-world.ts'
import { bookingsOf } from './evidence.ts'
import { until } from './until.ts'
import { IRIS, type Provider, writtenSession } from './written-session.ts'

const HOUR_MS = 3_600_000
/** Stands in each entry of hers. */
export const POISON = 'Dialysis, third floor'

interface Held {
  readonly calendarId: string
  readonly title: string
  readonly guests: readonly string[]
}

/** A therapist with one written session and a second calendar of her own, and a hand that reaches behind her provider. */
export async function receivingPractice(
  world: EmulatedWorld,
  app: Instance,
  provider: Provider,
  kind: 'work' | 'personal' = 'work',
) {
  const google = world.google.account(IRIS)
  google.hd = kind === 'work' ? 'practice.example' : undefined
  const session = await writtenSession(world, app, provider, kind)
  const { account, practice, therapist } = session
  // Iris keeps the calendars of every case.
  const name = `Clinic ${practice.slug}`
  const other =
    provider === 'microsoft'
      ? world.microsoft.addCalendar(account, name)
      : world.google.addCalendar(IRIS, name, { id: `c${practice.slug}@group.calendar.example` })
  const { rows: counted } = await world.database.pool.query(
    'SELECT d.busy_times FROM connected_calendar c JOIN calendar_detail d ON d.id = c.id WHERE c.tenant_id = $1 AND d.looked_at IS NOT NULL',
    [practice.tenantId],
  )
  await therapist.press('check')
  const calendars = async (): Promise<{ id: string; external_id: string; is_default: boolean }[]> =>
    (
      await world.database.pool.query(
        'SELECT c.* FROM connected_calendar c JOIN calendar_connection n ON n.id = c.connection_id WHERE n.tenant_id = $1',
        [practice.tenantId],
      )
    ).rows
  const otherId = (await calendars()).find(({ external_id }) => external_id === other.id)?.id ?? ''
  const main = (await calendars()).find(({ is_default }) => is_default)
  const held = (eventId: string): Held | undefined => {
    if (provider === 'microsoft') {
      const event = world.microsoft.event(account, eventId)
      return (
        event && {
          calendarId: event.calendar.id,
          title: event.draft.subject ?? '',
          guests: (event.draft.attendees ?? []).map(({ emailAddress }) => `${emailAddress?.name}`),
        }
      )
    }
    for (const { id, events } of google.calendars.values()) {
      const event = events.get(eventId)
      if (event?.status === 'confirmed')
        return { calendarId: id, title: event.summary ?? '', guests: (event.attendees ?? []).map(({ email }) => email) }
    }
    return undefined
  }
  const row = async (id: string) => (await bookingsOf(world.database, practice)).find((booking) => booking.id === id)
  return {
    ...session,
    countedFirst: counted.length,
    main: main?.external_id ?? '',
    other: other.id,
    /** Our id of it. */
    otherId,
    name,
    /** Saves the form with these fields; the default calendar alone makes her busy. */
    async choose(fields: Readonly<Record<string, string>>) {
      return (await therapist.press('calendars', { calendar: main?.id ?? '', ...fields })).location
    },
    receive: async (externalId: string) => {
      const chosen = (await calendars()).find(({ external_id }) => external_id === externalId)
      return (await therapist.press('calendars', { calendar: main?.id ?? '', receiver: chosen?.id ?? '' })).location
    },
    row,
    until: (id: string, status: string, failure?: string) =>
      until(async () => {
        const booking = await row(id)
        return booking?.event_status === status && (failure === undefined || booking?.event_failure === failure)
      }),
    heldOf: async (id: string) => held(String((await row(id))?.event_id)),
    /** She moves the event by three hours. */
    async shift(id: string) {
      const booking = await row(id)
      const [start, end] = [3, 4].map((hours) => new Date(booking?.starts_at.getTime() + hours * HOUR_MS)) as [
        Date,
        Date,
      ]
      const eventId = String(booking?.event_id)
      if (provider === 'microsoft') world.microsoft.editEvent(account, eventId, { start, end })
      else
        world.google.editEvent(IRIS, eventId, {
          start: { dateTime: start.toISOString() },
          end: { dateTime: end.toISOString() },
        })
    },
    async cancelOf(id: string) {
      const page = await therapist.browser.get(`/appointments/${id}/cancel`)
      await therapist.browser.submit(page, `/appointments/${id}/cancel`, {})
    },
    /** An entry of one hour in that calendar, so many days from now. */
    enter(days: number, marked: 'busy' | 'free', where: 'main' | 'other' = 'other') {
      const [start, end] = [0, 1].map(
        (hours) => new Date(world.clock.now().getTime() + days * 24 * HOUR_MS + hours * HOUR_MS),
      ) as [Date, Date]
      if (provider === 'microsoft')
        world.microsoft.addEvent(
          account,
          { subject: POISON, start, end, showAs: marked },
          where === 'main' ? 'Calendar' : name,
        )
      else
        world.google.addEvent(
          IRIS,
          {
            summary: POISON,
            start: { dateTime: start.toISOString() },
            end: { dateTime: end.toISOString() },
            transparency: marked === 'free' ? 'transparent' : 'opaque',
          },
          where === 'main' ? 'primary' : other.id,
        )
    },
    /** A calendar of somebody else's; its id. */
    shared: () =>
      provider === 'google'
        ? world.google.addCalendar(IRIS, 'Anna', { accessRole: 'freeBusyReader' }).id
        : world.microsoft.addCalendar(account, 'Anna', {
            canEdit: false,
            owner: { name: 'Anna Beispiel', address: 'anna@praxis.example' },
          }).id,
    /** What is counted of the default calendar, of the other one, and of those that are named. */
    async counts(...ids: readonly string[]) {
      const { rows } = await world.database.pool.query(
        `SELECT d.busy_times, d.all_free, c.external_id FROM connected_calendar c JOIN calendar_detail d ON d.id = c.id
         JOIN calendar_connection n ON n.id = c.connection_id WHERE n.tenant_id = $1`,
        [practice.tenantId],
      )
      const of = (id: string | undefined) => rows.find(({ external_id }) => external_id === id)
      return [main?.external_id, other.id, ...ids].map(of).map((row) => row && [row.busy_times, row.all_free])
    },
    failOther: () => {
      if (provider === 'google') google.freeBusyErrors.set(other.id, 'notFound')
      else
        world.microsoft.faults.failNext(
          ({ path }) => path.includes(other.id) || path.includes(encodeURIComponent(other.id)),
          { status: 403, code: 'ErrorAccessDenied' },
          { times: Number.POSITIVE_INFINITY },
        )
    },
    settings: async () => (await therapist.settings()).text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' '),
    asked: () => (provider === 'microsoft' ? world.microsoft.journal.entries.length : world.google.journal.length),
    removeOther: () => {
      if (provider === 'microsoft') world.microsoft.removeCalendar(account, name)
      else google.calendars.delete(other.id)
    },
    lockOther: (locked: boolean) => {
      if (provider === 'microsoft') Object.assign(other, { canEdit: !locked })
      else {
        const calendar = google.calendars.get(other.id)
        if (calendar) google.calendars.set(other.id, { ...calendar, accessRole: locked ? 'reader' : 'owner' })
      }
    },
    sent: () => (provider === 'microsoft' ? account.mailbox.sent : google.sent),
  }
}
