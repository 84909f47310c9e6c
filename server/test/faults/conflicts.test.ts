import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recurrenceOf } from '../contract/outlook-series.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { noticedSession } from '../support/noticed-session.ts'
import { startWorld } from '../support/world.ts'
import { IRIS, type Provider } from '../support/written-session.ts'

const HOUR = 3_600_000
const ALWAYS = { times: Number.POSITIVE_INFINITY }
const LABEL = { microsoft: 'Outlook', google: 'Google Calendar' }
const TITLE = 'Changed in your calendar'

let world: EmulatedWorld
let app: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())

const opened = (provider: Provider) => noticedSession(world, app, provider)
type Session = Awaited<ReturnType<typeof opened>>

/** Puts the session and its entry so many hours from now, at a full hour of the day's even ones. */
async function begin(one: Session, hours: number) {
  const start = Math.floor(world.clock.now().getTime() / (2 * HOUR)) * 2 * HOUR + hours * HOUR
  const [from, to] = [new Date(start), new Date(start + HOUR)]
  await one.query(
    'UPDATE booking SET starts_at = $2, ends_at = $3, blocked_from = $2, blocked_until = $3 WHERE id = $1',
    ...[one.id, from, to],
  )
  one.put(start, start + HOUR)
  const half = new Date(start + HOUR / 2)
  const when = (at: Date) => ({ dateTime: at.toISOString() })
  return {
    from,
    /** Something of hers that begins in the middle of the session; removes it. */
    hers(account: typeof one.account | string): () => void {
      const end = new Date(+to + HOUR)
      if (typeof account === 'string') {
        const id = world.google.addEvent(account, { start: when(half), end: when(end), summary: 'POISON' })
        return () => world.google.removeEvent(account, id)
      }
      const { immutableId } = world.microsoft.addEvent(account, { start: half, end, subject: 'POISON' })
      return () => world.microsoft.removeEvent(account, immutableId)
    },
  }
}

const conflicts = (one: Session) => world.logs.written('event_conflict').filter(({ bookingId }) => bookingId === one.id)

describe('F-114 something else at the time of a session', () => {
  it.each([
    ['microsoft', 'tomorrow', 24],
    ['google', 'in four days', 96],
  ] as const)(
    '%s: a session %s: noticed when it was seen twice, and never for our own entry',
    async (name, _, hours) => {
      // Sessions of the next days are looked at in the first minutes of every other hour, later ones whenever they are compared.
      const minutes = hours > 48 ? HOUR / 2 : 0
      world.clock.advance(2 * HOUR - (world.clock.now().getTime() % (2 * HOUR)) + minutes)
      const one = await opened(name)
      const { hers } = await begin(one, hours)
      await one.look()
      await one.look()
      expect(await one.page()).not.toContain(TITLE)
      const remove = hers(name === 'google' ? IRIS : one.account)
      await one.look()
      expect(await one.page()).not.toContain(TITLE)
      expect(await one.dueIn()).toBeLessThan(62)
      await one.look()
      const words = await one.page()
      expect(words).toMatch(
        new RegExp(`something else stands at that time in ${LABEL[name]} \\(“\u2068[^”]+\u2069”\\)\\.`),
      )
      expect(words).not.toContain('POISON')
      expect(words).toContain('Cancel the session')
      const { id: bookingId, practice } = one
      const [line, ...more] = conflicts(one)
      expect(line).toMatchObject({ tenantId: practice.tenantId, bookingId, connectionId: expect.any(String) })
      expect(more).toEqual([])
      remove()
      await one.look()
      expect(await one.page()).not.toContain(TITLE)
      expect(await one.rows()).toEqual([])
    },
  )

  it('in an account that only blocks, which is named; where it cannot be read, what was found there stands', async () => {
    const one = await opened('microsoft')
    const { hers, from } = await begin(one, 96)
    const { email } = world.google.addAccount(`${one.practice.slug}@private.example`)
    const url = await one.therapist.leave('google', 'bookings', { connection: 'new' })
    expect((await one.therapist.back(world.google.signIn(url, email, 'accept'))).location).toContain(
      'further_connected',
    )
    const there = `in Google Calendar (\u2068${email}\u2069, “\u2068${email}\u2069”).`
    const both = /something else stands at that time in Outlook \([^()]+\) and Google Calendar \([^()]+\)\./
    const twice = async () => {
      await one.look()
      await one.look()
      return one.page()
    }
    const remove = hers(email)
    expect(await twice()).toContain(`something else stands at that time ${there}`)
    expect((await one.answer('leave')).location).toContain('outcome=leave')
    expect(await twice()).not.toContain(TITLE)
    // It has come to stand in one more calendar, so that she is asked again.
    const removeFromOutlook = hers(one.account)
    expect(await twice()).toMatch(both)
    void world.google.failNext('POST /calendar/v3/freeBusy', { status: 403, ...ALWAYS })
    expect(await twice()).toMatch(both)
    remove()
    removeFromOutlook()
    const words = await twice()
    expect(words).toContain(`something else stands at that time ${there}`)
    expect(world.logs.written('conflicts_not_looked_for')).not.toEqual([])
    world.google.recover()
    expect(await twice()).not.toContain(TITLE)
    expect(await one.rows()).toEqual([])
    // The receiving account that cannot be read keeps nobody from looking at the other.
    hers(email)
    world.microsoft.faults.failNext('GET /v1.0/me/calendars/*/calendarView', { status: 403 }, ALWAYS)
    expect(await twice()).toContain(`something else stands at that time ${there}`)
    world.microsoft.faults.clear()
    // Which appointments of a series are ours, nobody can tell in the account that receives.
    world.microsoft.makeSeries(
      one.account,
      one.eventId,
      recurrenceOf({ every: 'week' }, from.toISOString().slice(0, 10)),
    )
    expect(await twice()).toContain(`something else stands at that time ${there}`)
    // What is disconnected is not named any more.
    const [further] = await one.query<{ id: string }>(
      "SELECT id FROM calendar_connection WHERE tenant_id = $1 AND status = 'BLOCKING'",
      one.practice.tenantId,
    )
    expect((await one.therapist.press('disconnect', { connection: String(further?.id) })).status).toBeLessThan(400)
    expect(await one.page()).not.toContain(TITLE)
  })

  it('once its entry is found at another time, she is asked about that alone', async () => {
    const one = await opened('google')
    const { hers } = await begin(one, 96)
    hers(IRIS)
    await one.look()
    await one.look()
    expect(await one.rows()).toMatchObject([{ kind: 'conflict' }])
    one.put(Date.now() + 200 * HOUR, Date.now() + 201 * HOUR)
    await one.look()
    await one.look()
    expect(await one.rows()).toMatchObject([{ kind: 'moved', answer: null }])
  })
})
