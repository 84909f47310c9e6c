import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { noticedSession, pathOf } from '../support/noticed-session.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import type { Provider } from '../support/written-session.ts'

const HOUR = 3_600_000
const PROVIDERS = ['microsoft', 'google'] as const
const LABEL = { microsoft: 'Outlook', google: 'Google Calendar' }

let world: EmulatedWorld
let app: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())

const opened = (provider: Provider) => noticedSession(world, app, provider)
type Session = Awaited<ReturnType<typeof opened>>

const TITLE = 'Changed in your calendar'

describe('F-112 an entry that she changes in her calendar is noticed', () => {
  it.each(PROVIDERS)('%s: moved, seen twice, a minute apart; back at its time it is forgotten', async (provider) => {
    const one = await opened(provider)
    await one.look()
    expect(await one.rows()).toEqual([])
    one.shift(2)
    await one.look()
    expect(await one.rows()).toMatchObject([{ kind: 'moved', shown_since: null }])
    expect(await one.page()).not.toContain(TITLE)
    await one.look()
    const words = await one.page()
    expect(words).toMatch(
      new RegExp(`in ${LABEL[provider]} it begins at .+, here at .+\\. Put it back .+ Leave it, I have`),
    )
    expect(words).toMatch(/Appointments\s*, 1 to answer/)
    expect((await one.session()).event_status).toBe('WRITTEN')
    one.shift(0)
    await one.look()
    expect(await one.page()).not.toContain(TITLE)
    expect(await one.page()).not.toContain('to answer')
  })

  it.each(PROVIDERS)('%s: a look that is sooner than a minute after the first does not count', async (provider) => {
    const one = await opened(provider)
    one.stretch()
    await one.look()
    await one.query(
      "UPDATE event_difference SET first_seen_at = now() + interval '1 minute' WHERE booking_id = $1",
      one.id,
    )
    await one.look()
    expect(await one.rows()).toMatchObject([{ shown_since: null }])
    await one.look()
    expect(await one.page()).toContain(`in ${LABEL[provider]} it ends at`)
  })

  it.each(PROVIDERS)('%s: gone, and written again under another key by her word', async (provider) => {
    const one = await opened(provider)
    one.erase()
    await one.look()
    await one.look()
    expect(await one.page()).toContain(`its entry is gone from ${LABEL[provider]}.`)
    expect((await one.answer('write-again')).location).toContain('outcome=write_again')
    await one.status('WRITTEN')
    const { event_id: eventId } = await one.session()
    expect(eventId).not.toBe(one.eventId)
    await one.look()
    expect((await one.rows()).filter(({ answer }) => answer === null)).toEqual([])
    expect(await one.audits()).toContain('event_written_again')
    // It goes with the session like any other, and what was gone before stays gone.
    await one.cancel()
    await one.status('REMOVED')
    await until(async () => (await one.query('SELECT FROM former_event WHERE booking_id = $1', one.id)).length === 0)
  })

  it.each(PROVIDERS)('%s: a look that fails finds nothing, and nothing is forgotten by it', async (provider) => {
    const one = await opened(provider)
    one.shift(3)
    await one.look()
    await one.look()
    one.shift(0)
    if (provider === 'microsoft')
      world.microsoft.faults.failNext('POST /v1.0/$batch', { status: 403, code: 'ErrorAccessDenied' })
    else void world.google.failNext('GET /calendar/v3/calendars/*/events', { status: 400 })
    await one.look()
    expect(await one.page()).toContain(TITLE)
    await one.look()
    expect(await one.page()).not.toContain(TITLE)
  })
})

describe('F-113 her word about it counts once, and for what she was shown', () => {
  it.each(PROVIDERS)('%s: put back, in two windows', async (provider) => {
    const one = await opened(provider)
    one.shift(2)
    await one.look()
    await one.look()
    const path = pathOf(one.id, (await one.rows())[0]?.id, 'put-back')
    const [first, second] = await Promise.all([
      one.therapist.browser.get('/appointments'),
      one.therapist.browser.get('/appointments'),
    ])
    const answers = [
      (await one.therapist.browser.submit(first, path, {})).location,
      (await one.therapist.browser.submit(second, path, {})).location,
    ]
    expect(answers).toEqual(['/appointments?outcome=put_back', '/appointments?outcome=decided_put_back'])
    expect(one.starts()).toBe(Date.parse(one.begins))
    expect((await one.audits()).filter((action) => action === 'event_put_back')).toHaveLength(1)
    await one.look()
    expect(await one.page()).not.toContain(TITLE)
    // It is as we wrote it again: it goes without a question.
    await one.cancel()
    await one.status('REMOVED')
    expect(one.stands()).toBe(false)
  })

  it('left as it is, it is not asked about again; moved once more, it is', async () => {
    const one = await opened('microsoft')
    one.shift(2)
    await one.look()
    await one.look()
    expect((await one.answer('leave')).location).toContain('outcome=leave')
    await one.look()
    expect(await one.page()).not.toContain(TITLE)
    const [before] = await one.rows()
    one.shift(4)
    await one.look()
    await one.look()
    expect(await one.page()).toContain(TITLE)
    const page = await one.therapist.browser.get('/appointments')
    const form = page.form(pathOf(one.id, (await one.rows())[0]?.id, 'put-back')) ?? {}
    const stale = await one.therapist.browser.post(pathOf(one.id, before?.id, 'put-back'), form)
    expect(stale.location).toContain('outcome=difference_changed')
    expect(one.starts()).toBe(Date.parse(one.begins) + 4 * HOUR)
    expect(await one.audits()).toContain('event_difference_left')
  })

  it.each(PROVIDERS)('%s: moved once more before she answers, nothing is done', async (provider) => {
    const one = await opened(provider)
    one.shift(2)
    await one.look()
    await one.look()
    one.shift(5)
    expect((await one.answer('put-back')).location).toContain('outcome=difference_changed')
    expect(one.starts()).toBe(Date.parse(one.begins) + 5 * HOUR)
    await one.look()
    await one.look()
    expect((await one.answer('put-back')).location).toContain('outcome=put_back')
    expect(one.starts()).toBe(Date.parse(one.begins))
  })

  it('not put back where the calendar does not let us: she is told, and asked again', async () => {
    const one = await opened('microsoft')
    one.shift(2)
    await one.look()
    await one.look()
    world.microsoft.faults.failNext('PATCH /v1.0/me/events/*', { status: 403, code: 'ErrorAccessDenied' })
    expect((await one.answer('put-back')).location).toContain('outcome=not_put_back')
    expect(await one.page()).toContain(TITLE)
    expect(await one.audits()).toContain('event_not_put_back')
    expect((await one.answer('put-back')).location).toContain('outcome=put_back')
  })

  it('a cancelled session is not asked about, nor another practice’s, nor what cannot be said', async () => {
    const [one, other] = [await opened('microsoft'), await opened('microsoft')]
    one.shift(2)
    await one.look()
    await one.look()
    const [difference] = await one.rows()
    const say = async ({ id: own, therapist }: Session, word: string, id = own) => {
      const page = await therapist.browser.get(`/appointments/${own}/cancel`)
      return therapist.browser.post(pathOf(id, difference?.id, word), page.form(`/appointments/${own}/cancel`) ?? {})
    }
    expect((await say(other, 'leave', one.id)).status).toBe(404)
    expect((await say(one, 'write-again')).status).toBe(404)
    expect((await say(one, 'remove')).status).toBe(404)
    expect((await say(other, 'leave')).location).toContain('outcome=difference_changed')
    await one.cancel()
    await one.status('REMOVED')
    expect(await one.rows()).toEqual([])
    expect(await one.query('SELECT FROM event_comparison WHERE booking_id = $1', one.id)).toEqual([])
  })

  it('a session that is over is looked at no more, and what was found of it is forgotten', async () => {
    const one = await opened('microsoft')
    one.shift(2)
    await one.look()
    await one.look()
    const past = (column: string) => `${column} = ${column} - interval '20 days'`
    const columns = ['starts_at', 'ends_at', 'blocked_from', 'blocked_until'].map(past).join()
    await one.query(`UPDATE booking SET ${columns} WHERE id = $1`, one.id)
    await one.look()
    expect(await one.rows()).toEqual([])
    expect(await one.query('SELECT FROM event_comparison WHERE booking_id = $1', one.id)).toEqual([])
  })

  it('what stands in an account that was disconnected is looked at no more', async () => {
    const one = await opened('microsoft')
    one.shift(2)
    await one.look()
    await one.look()
    await one.therapist.press('disconnect')
    expect(await one.page()).not.toContain(TITLE)
    world.microsoft.journal.clear()
    await one.look()
    expect(world.microsoft.journal.matching('$batch')).toEqual([])
  })
})
