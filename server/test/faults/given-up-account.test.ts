import { describe, expect, it } from 'vitest'
import { recurrenceOf } from '../contract/outlook-series.ts'
import { ALWAYS, FORMER, LABEL, startAccounts } from '../support/accounts.ts'
import { changeBesideWorker } from '../support/beside-worker.ts'
import { until } from '../support/until.ts'

const DAY = 86_400_000

const { world, store, revocations, therapistWith, withSessions, refuseRemovals, recover, work, requeue } =
  await startAccounts()
const { pool } = world.database

describe.each(['google', 'outlook'] as const)('INV-3 F-85 OA-42 giving up %s', (name) => {
  it.each([
    ['remove', 0, 'NOT_WANTED'],
    ['leave', 2, 'WRITTEN'],
  ] as const)('disconnected, her choice: %s', async (events, left, status) => {
    const one = await withSessions(name)
    const page = await one.settings()
    expect(page).toContain('Your 2 sessions stay booked.')
    expect(page).toContain(`Your 2 sessions to come are in ${LABEL[name]} . What becomes of them there?`)
    expect(await one.press('disconnect', events)).toContain(`${LABEL[name]} is disconnected`)
    await one.shredded()
    expect(one.standing(name)).toBe(left)
    await one.all(status)
    expect(revocations()).toBe(name === 'google' ? 1 : 0)
  })

  it.each([
    ['remove', 0, 'NOT_WANTED'],
    ['leave', 2, 'WRITTEN'],
  ] as const)('the right to write given back, her choice: %s', async (events, left, status) => {
    const one = await withSessions(name)
    const calendars = async () =>
      (await store.active(one.practice.tenantId))?.calendars.map(({ externalId, blocks }) => [externalId, blocks])
    await changeBesideWorker(pool, 'UPDATE connected_calendar SET blocks = is_default')
    const before = await calendars()
    expect(await one.settings()).toContain(`you choose what becomes of your 2 sessions in ${LABEL[name]}.`)
    expect(await one.connect(name, 'availability')).toBe('confirm')
    expect(await one.settings()).toContain('Stop writing sessions?')
    expect((await store.active(one.practice.tenantId))?.access).toBe('bookings')
    expect(await one.press('confirm', events)).toContain('We only see when you are busy')
    await one.shredded()
    expect((await store.active(one.practice.tenantId))?.access).toBe('availability')
    expect(await calendars()).toEqual(before)
    expect(one.standing(name)).toBe(left)
    await one.all(status)
    // The narrower grant of the same account lives on.
    expect(revocations()).toBe(0)
  })

  it('the right to write given back with nothing to decide: a removal that is owed is carried out all the same', async () => {
    const one = await withSessions(name, 1)
    refuseRemovals()
    await one.cancel((await one.rows())[0]?.id ?? '')
    expect(await one.connect(name, 'availability')).toBe('reconnected')
    expect(await one.ending()).toHaveLength(1)
    recover()
    await until(async () => (await work()) && one.standing(name) === 0)
    await one.shredded()
    await one.all('REMOVED')
  })

  it('with a removal refused: it is shown with its two buttons, and the access is kept for it alone', async () => {
    const one = await withSessions(name, 1)
    refuseRemovals()
    await one.press('disconnect', 'remove')
    await until(async () => (await one.appointments()).includes(FORMER))
    const words = await one.appointments()
    expect(words).toMatch(new RegExp(`Mo Okafor , \\w+ \\d+ \\w+, .+: could not be removed from ${LABEL[name]}\\.`))
    expect(words).toContain('We keep trying; you can also remove it there yourself.')
    expect(words).toContain('Try again')
    expect(words).toContain('I did it myself')
    expect(await one.settings()).toContain(`1 entry of ours is still to be removed from ${LABEL[name]}.`)
    expect(revocations()).toBe(0)
    const speak = "UPDATE tenant SET language = $2, languages = ARRAY['en', 'de'], clock = '24h' WHERE id = $1"
    await pool.query(speak, [one.practice.tenantId, 'de'])
    const german = { google: 'Google Kalender', outlook: 'Outlook' }[name]
    expect(await one.settings()).toContain(`1 Eintrag von uns ist noch aus ${german} zu entfernen.`)
    expect(await one.settings()).toContain('Mit Microsoft anmelden')
    expect(await one.appointments()).toContain(`konnte nicht aus ${german} entfernt werden.`)
    await pool.query(speak, [one.practice.tenantId, 'en'])
    recover()
    await one.say('try-again')
    await one.shredded()
    expect(one.standing(name)).toBe(0)
    expect(await one.appointments()).not.toContain(FORMER)
    expect(revocations()).toBe(name === 'google' ? 1 : 0)
  })

  it('with a removal refused, and removed by herself: no access is kept for it', async () => {
    const one = await withSessions(name, 1)
    refuseRemovals()
    await one.press('disconnect', 'remove')
    await until(async () => (await one.appointments()).includes(FORMER))
    await one.say('did-it-myself')
    expect(await one.ending()).toEqual([])
    expect(await one.appointments()).not.toContain(FORMER)
    expect(await one.settings()).not.toContain('still to be removed')
    expect(revocations()).toBe(name === 'google' ? 1 : 0)
  })

  it('with a removal refused, and our access deleted by her: what stands is hers to remove, and listed', async () => {
    const one = await withSessions(name, 1)
    refuseRemovals()
    await one.press('disconnect', 'remove')
    const [kept] = await one.ending()
    expect(await one.press('disconnect', 'leave', { connection: kept?.id ?? '' })).toContain(
      'Our access is deleted here',
    )
    expect(await one.ending()).toEqual([])
    await until(async () => (await one.appointments()).includes('The connection it was written through has ended.'))
    expect(one.standing(name)).toBe(1)
    recover()
    expect(await one.connect(name)).toBe('connected')
    await until(() => one.standing(name) === 0)
  })

  it('with an entry that she made a series of: it stays, is shown, and waits for her word', async () => {
    const one = await withSessions(name, 1)
    const [row] = await one.rows()
    if (name === 'google')
      world.google.editEvent('iris@practice.example', row?.event_id ?? '', { recurrence: ['RRULE:FREQ=WEEKLY'] })
    else
      world.microsoft.makeSeries(
        one.account('outlook'),
        row?.event_id ?? '',
        recurrenceOf({ every: 'week' }, new Date(world.clock.now().getTime() + 2 * DAY).toISOString().slice(0, 10)),
      )
    await one.press('disconnect', 'remove')
    await until(async () => (await one.appointments()).includes('has become part of a series, which we leave alone.'))
    expect(one.standing(name)).toBe(1)
    await one.say('did-it-myself')
    await one.shredded()
  })

  it('while a write is under way: what it makes there leaves again, and the session is in the next account once', async () => {
    const [next] = name === 'google' ? (['outlook'] as const) : (['google'] as const)
    const one = await therapistWith()
    await one.connect(name)
    // Carried out, answered by nothing; and nobody can look.
    const lost = { reset: true, afterApply: true, times: ALWAYS }
    void world.google
      .failNext('POST /calendar/v3/calendars/*/events', lost)
      .then(() => world.google.failNext('GET /calendar/v3/calendars/*/events/*', { status: 503, times: ALWAYS }))
    world.microsoft.faults.failNext('POST /**/events', { kind: 'reset', applied: true }, { times: ALWAYS })
    world.microsoft.faults.failNext('GET /**/events', { status: 503 }, { times: ALWAYS, after: 1 })
    await one.book(1)
    await until(async () => (await one.rows())[0]?.event_failure !== null)
    const [{ id } = { id: '' }] = await one.rows()
    await until(async () => {
      // It is not to begin again, for its end is waited for here by the clock of the database alone.
      const job = `DELETE FROM graphile_worker._private_jobs WHERE key = $1 AND locked_at IS NULL RETURNING 1`
      return (await changeBesideWorker(pool, job, [`mirror:${id}`])).length > 0
    })
    expect(one.standing(name)).toBe(1)
    await one.connect(next)
    await one.press('confirm', 'remove')
    recover()
    await until(async () => (await work()) && one.standing(next) === 1 && one.standing(name) === 0)
    // What ends a grant whose last event has left while another job had it looks every two minutes. The removal may have been put
    // off since: until nothing more can come of the lost write.
    await until(async () => {
      await work()
      await pool.query("SELECT graphile_worker.add_job('requeue_outbox', job_key := 'requeue')")
      return (await one.ending()).length === 0
    })
    await one.shredded()
    await one.all('WRITTEN')
  })
})

describe('INV-12 a process that ends between two steps', () => {
  it('after the account was replaced: sessions go along, and the grant ends', async () => {
    const one = await withSessions('google')
    await one.connect('outlook')
    const { tenantId } = one.practice
    const waiting = await store.pending(tenantId, world.clock.now())
    await store.confirmPending(tenantId, waiting?.id ?? '', world.clock.now(), 'user:x', 'remove')
    await one.shredded()
    await one.all('WRITTEN')
    expect([one.standing('google'), one.standing('outlook'), revocations()]).toEqual([0, 2, 1])
  })

  it('before the grant was revoked, or the last removal released it: the periodic job does', async () => {
    const one = await withSessions('google', 1)
    const { tenantId } = one.practice
    const active = await store.active(tenantId)
    await store.disconnect(tenantId, active?.id ?? '', world.clock.now())
    expect(await one.ending()).toHaveLength(1)
    expect(revocations()).toBe(0)
    world.clock.advance(2 * 60_000)
    await requeue()
    await one.shredded()
    expect(revocations()).toBe(1)
    world.clock.advance(-2 * 60_000)
  })

  it('with the jobs of its removals lost: the periodic job queues them again', async () => {
    const one = await withSessions('google')
    refuseRemovals()
    await one.press('disconnect', 'remove')
    await until(async () => {
      await changeBesideWorker(
        pool,
        `DELETE FROM graphile_worker._private_jobs WHERE key LIKE 'former:%' AND locked_at IS NULL`,
      )
      const left = await pool.query(`SELECT 1 FROM graphile_worker._private_jobs WHERE key LIKE 'former:%'`)
      return left.rowCount === 0
    })
    recover()
    await requeue()
    await one.shredded()
    expect(one.standing('google')).toBe(0)
  })

  it('an account that nobody confirmed: its grant is revoked', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    expect(await one.connect('google')).toBe('confirm')
    world.clock.advance(11 * 60_000)
    await requeue()
    await one.shredded()
    expect(revocations()).toBe(1)
    world.clock.advance(-11 * 60_000)
  })
})
