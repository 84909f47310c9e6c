import { describe, expect, it } from 'vitest'
import { FORMER, LABEL, startAccounts } from '../support/accounts.ts'
import { changeBesideWorker } from '../support/beside-worker.ts'
import { until } from '../support/until.ts'

const { world, googleEvents, revocations, withSessions, refuseRemovals, recover, work } = await startAccounts()
const { pool } = world.database

const CHANGES = [
  ['google', 'outlook'],
  ['outlook', 'google'],
  ['outlook', 'other outlook'],
  ['google', 'other google'],
] as const

describe('INV-3 F-85 replacing an account takes the sessions to come along', () => {
  it.each(CHANGES)('moved from %s to %s: removed there before the tokens are shredded', async (from, to) => {
    const one = await withSessions(from)
    expect(await one.connect(to)).toBe('confirm')
    const page = await one.settings()
    expect(page).toContain('Your 2 sessions to come are in')
    expect(page).toMatch(/They stay in .+, where we can no longer change them, and are written into .+ too\./)
    expect(page).toMatch(/They are written into .+ and removed from .+\./)
    expect([one.standing(from), one.standing(to)]).toEqual([2, 0])
    expect(await one.press('confirm', 'remove')).toContain('is connected')
    await one.shredded()
    await one.all('WRITTEN')
    expect([one.standing(from), one.standing(to)]).toEqual([0, 2])
    expect(await one.appointments()).not.toContain(FORMER)
    if (from !== 'google') return
    const calls = world.google.journal.map(({ method, path }) => (path === '/revoke' ? 'revoke' : method))
    expect(calls.lastIndexOf('DELETE')).toBeGreaterThan(-1)
    expect(calls.indexOf('revoke')).toBeGreaterThan(calls.lastIndexOf('DELETE'))
    expect(revocations()).toBe(1)
  })

  it.each(CHANGES)(
    'kept in both, %s and %s: written there too; a session that is cancelled leaves both',
    async (from, to) => {
      const one = await withSessions(from)
      await one.connect(to)
      await one.press('confirm', 'leave')
      await one.shredded()
      await one.all('WRITTEN')
      expect([one.standing(from), one.standing(to)]).toEqual([2, 2])
      await one.cancel((await one.rows())[0]?.id ?? '')
      await until(async () => (await one.appointments()).includes(FORMER))
      expect(await one.appointments()).toContain('We remove it once that account is connected again.')
      await until(() => one.standing(to) === 1)
      // Back again: what stands there is not written twice, and what was cancelled meanwhile leaves.
      expect(await one.connect(from)).toBe('confirm')
      await one.press('confirm', 'remove')
      await until(() => one.standing(from) === 1 && one.standing(to) === 0)
      expect((await one.rows()).map(({ event_status }) => event_status).sort()).toEqual(['REMOVED', 'WRITTEN'])
      await until(async () => !(await one.appointments()).includes(FORMER))
    },
  )

  it('by an account that is only read: they are removed, or stay and the page says that nothing is written', async () => {
    const one = await withSessions('google', 1)
    await one.connect('outlook', 'availability')
    expect(await one.settings()).toContain('It is removed from Google Calendar, and stays booked here.')
    expect(await one.settings()).not.toContain('written into')
    await one.press('confirm', 'remove')
    await one.shredded()
    expect([one.standing('google'), one.standing('outlook')]).toEqual([0, 0])
    expect(await one.rows()).toMatchObject([{ event_status: 'NOT_WANTED' }])
  })

  it('that could only be read: the page says that they stay, and they are written to the next one too', async () => {
    const one = await withSessions('google', 1)
    await one.connect('google', 'availability')
    await one.press('confirm', 'leave')
    await one.connect('outlook')
    expect(await one.settings()).toContain(
      'Your 1 session to come stays in Google Calendar , where we may not change it, and is written into Outlook too.',
    )
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    expect([one.standing('google'), one.standing('outlook')]).toEqual([1, 1])
  })

  it('with a new link, where they are held by video', async () => {
    const one = await withSessions('google', 1)
    await one.connect('outlook')
    expect(await one.settings()).not.toContain('video link')
    await changeBesideWorker(pool, `UPDATE booking SET event_join_url = 'https://meet.example/1'`)
    expect(await one.settings()).toContain('Another entry has another video link')
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    const { rows } = await pool.query('SELECT event_join_url FROM booking')
    expect(rows).toEqual([{ event_join_url: null }])
  })

  it('once, when she confirms in two tabs', async () => {
    const one = await withSessions('google')
    await one.connect('outlook')
    const page = await one.therapist.settings()
    const tabs = ['remove', 'leave'].map((events) =>
      one.therapist.browser.submit(page, '/settings/calendar/confirm', { events }),
    )
    expect((await Promise.all(tabs)).map(({ status }) => status).sort()).toEqual([303, 404])
    await one.shredded()
    await one.all('WRITTEN')
    expect(one.standing('outlook')).toBe(2)
    expect([0, 2]).toContain(one.standing('google'))
  })

  it('a second time, while the first one’s removals still wait', async () => {
    const one = await withSessions('google')
    refuseRemovals()
    await one.connect('outlook')
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    await one.connect('other outlook')
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    expect([one.standing('google'), one.standing('outlook'), one.standing('other outlook')]).toEqual([2, 2, 2])
    expect(await one.ending()).toHaveLength(2)
    const page = await one.settings()
    for (const label of Object.values(LABEL))
      expect(page).toContain(`2 entries of ours are still to be removed from ${label}`)
    recover()
    await until(async () => (await work()) && one.standing('google') + one.standing('outlook') === 0)
    await one.shredded(2)
    expect(one.standing('other outlook')).toBe(2)
    expect(revocations()).toBe(1)
  })

  it('and back while its removals still wait: they go, and the sessions are written anew', async () => {
    const one = await withSessions('google')
    refuseRemovals()
    await one.connect('outlook')
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    await one.connect('google')
    await one.press('confirm', 'remove')
    await one.all('WRITTEN')
    expect(one.standing('google')).toBe(4)
    recover()
    await until(async () => (await work()) && one.standing('google') === 2 && one.standing('outlook') === 0)
    await one.shredded(2)
    // The account is connected: its grant is not revoked.
    expect(revocations()).toBe(0)
    const ids = (await one.rows()).map(({ event_id }) => event_id)
    expect(ids.map((id) => googleEvents('iris@practice.example').get(id)?.status)).toEqual(['confirmed', 'confirmed'])
  })
})
