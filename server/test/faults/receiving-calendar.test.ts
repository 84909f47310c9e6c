import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { bookingsOf, makeDue } from '../support/evidence.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { IRIS, type Provider, writtenSession } from '../support/written-session.ts'

let world: EmulatedWorld
let app: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())

const BOTH = ['microsoft', 'google'] as const
const HOUR_MS = 3_600_000

interface Held {
  readonly calendarId: string
  readonly title: string
  readonly guests: readonly string[]
}

/** A therapist with one written session and a second calendar of her own, and a hand that reaches behind her provider. */
async function practiceAt(provider: Provider, kind: 'work' | 'personal' = 'work') {
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
  await therapist.press('check')
  const calendars = async (): Promise<{ id: string; external_id: string; is_default: boolean }[]> =>
    (
      await world.database.pool.query(
        'SELECT c.* FROM connected_calendar c JOIN calendar_connection n ON n.id = c.connection_id WHERE n.tenant_id = $1',
        [practice.tenantId],
      )
    ).rows
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
    main: main?.external_id ?? '',
    other: other.id,
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

describe('which calendar receives', () => {
  it.each(BOTH)(
    '%s: T-34 sessions go to the one she chose, and none looks moved because of a choice',
    async (provider) => {
      const her = await practiceAt(provider)
      expect(await her.receive(her.other)).toContain('saved')
      const second = await her.book(3)
      await her.until(second, 'WRITTEN')
      expect((await her.heldOf(her.id))?.calendarId).toBe(her.main)
      expect((await her.heldOf(second))?.calendarId).toBe(her.other)
      for (const id of [her.id, second]) await her.shift(id)
      await her.cancelOf(her.id)
      await her.until(her.id, 'REMOVED')
      await her.receive(her.main)
      await her.cancelOf(second)
      await her.until(second, 'REMOVED')
    },
  )

  it.each(BOTH)(
    '%s: deleted between two bookings: the session waits, and goes on when she chooses another',
    async (provider) => {
      const her = await practiceAt(provider)
      await her.receive(her.other)
      const before = await her.book(3)
      await her.until(before, 'WRITTEN')
      her.removeOther()
      const waiting = await her.book(6)
      await her.until(waiting, 'PENDING', 'not_found')
      // The refused write listed the calendars; from here on nothing is asked of the provider.
      await until(async () => !(await her.therapist.settings()).text.includes(her.name))
      await makeDue(world.database)
      await her.until(waiting, 'PENDING', 'not_found')
      expect(await her.heldOf(her.id)).toBeDefined()
      await her.receive(her.main)
      await her.until(waiting, 'WRITTEN')
      expect((await her.heldOf(waiting))?.calendarId).toBe(her.main)
    },
  )

  it.each(BOTH)(
    '%s: once nothing may be written into it, the session waits until that is allowed again',
    async (provider) => {
      const her = await practiceAt(provider)
      await her.receive(her.other)
      her.lockOther(true)
      const waiting = await her.book(3)
      await her.until(waiting, 'PENDING', 'forbidden')
      expect(await her.heldOf(her.id)).toBeDefined()
      her.lockOther(false)
      await her.therapist.press('check')
      await makeDue(world.database)
      await world.database.pool.query("SELECT graphile_worker.add_job('requeue_outbox')")
      await her.until(waiting, 'WRITTEN')
      expect((await her.heldOf(waiting))?.calendarId).toBe(her.other)
    },
  )
})

describe('PR-09 what stands in the calendar', () => {
  it.each(BOTH)(
    '%s: what she chose, from then on; and the client is invited only where she said so',
    async (provider) => {
      const her = await practiceAt(provider)
      const mails = her.sent().length
      await her.choose({ 'event-title': 'initials' })
      const second = await her.book(3)
      await her.until(second, 'WRITTEN')
      expect((await her.heldOf(second))?.title).toMatch(/^M\. O\., ./)
      expect(await her.heldOf(her.id)).toMatchObject({ title: 'Appointment', guests: [] })
      expect(her.sent()).toHaveLength(mails)
      expect(await her.details()).toContain('We send nothing to it')
      await her.choose({ 'event-title': 'neutral', invites: 'yes' })
      const asked = await her.details()
      expect(asked).toContain('sends an invitation to it')
      expect(asked).not.toContain('We send nothing')
      const third = await her.book(6)
      await her.until(third, 'WRITTEN')
      expect((await her.heldOf(third))?.title).toBe('Appointment')
      expect((await her.heldOf(third))?.guests).toHaveLength(1)
      // Her answer is a change of the event; it goes with its session all the same, and the guest is told.
      await her.shift(third)
      await her.cancelOf(third)
      await her.until(third, 'REMOVED')
      expect(her.sent().slice(mails)).toEqual([
        { what: 'invitation', to: 'mo@client.example' },
        { what: 'cancellation', to: 'mo@client.example' },
      ])
    },
  )

  it.each(BOTH)('%s: nothing about the client goes to a personal account, whatever is sent', async (provider) => {
    const her = await practiceAt(provider, 'personal')
    const mails = her.sent().length
    expect(await her.choose({ 'event-title': 'full_name', invites: 'yes' })).toContain('saved')
    const second = await her.book(3)
    await her.until(second, 'WRITTEN')
    expect(await her.heldOf(second)).toMatchObject({ title: 'Appointment', guests: [] })
    expect(her.sent()).toHaveLength(mails)
    expect(await her.details()).toContain('We send nothing to it')
  })
})
