import { describe, expect, it } from 'vitest'
import { connections, newAccount, outcomeOf, runJob } from '../security/support.ts'
import { ALWAYS, startAccounts } from '../support/accounts.ts'
import { furtherAccounts, HOUR } from '../support/further-accounts.ts'
import { until } from '../support/until.ts'

const { world, app, therapistWith, revocations } = await startAccounts()
const { google, microsoft } = world
const { add, slots, book, idsOf, busyAt, post } = furtherAccounts({ world, app })
const IRIS = 'iris@practice.example'
const JONAS = 'jonas@practice.example'

/** Requests of either provider that touch events, but for reading when somebody is busy. */
const eventRequests = {
  google: () => google.journal.filter(({ path }) => /\/events/.test(path)),
  microsoft: () =>
    microsoft.journal
      .of('graph')
      .filter(({ method, path }) => (method !== 'GET' && !path.endsWith('/$batch') ? true : /\/events/.test(path))),
}

describe('INV-7 an account that only blocks beside one of the other provider', () => {
  it.each(['google', 'outlook'] as const)(
    '%s receives: the other is read, and never written to or looked through',
    async (receiving) => {
      const one = await therapistWith()
      const other = receiving === 'google' ? newAccount(world) : IRIS
      expect(await one.connect(receiving === 'google' ? 'other google' : 'outlook')).toBe('connected')
      const before = await slots(one)
      const [taken, free] = [before.starts[0], before.starts[4]]
      expect(await add(one, other)).toBe('further_connected')
      expect((await one.store.connected(one.practice.tenantId))[1]).toMatchObject({
        access: 'availability',
        role: 'blocks',
      })
      busyAt(other, taken)
      await one.therapist.press('check', { connection: (await idsOf(one))[1] ?? '' })
      expect((await book(one, taken)).status).toBe(409)
      expect((await slots(one)).starts).not.toContain(taken)
      const booked = await book(one, free)
      expect(booked.status).toBe(201)
      await one.all('WRITTEN')
      await one.cancel((await one.rows())[0]?.id ?? '')
      await one.all('REMOVED')
      expect(await one.settings()).toContain('Makes you busy')
      const touched = receiving === 'google' ? eventRequests.microsoft() : eventRequests.google()
      expect(touched.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    },
  )

  it('asks for the scopes of reading alone, whatever the form says', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    for (const provider of ['google', 'microsoft'] as const) {
      const url = await one.therapist.leave(provider, 'bookings', { connection: 'new' })
      expect(url.searchParams.get('scope')).not.toMatch(/ReadWrite|calendar\.events/)
    }
  })
})

describe('adding one', () => {
  it('that is connected already is refused in words, and nothing of it ends', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    expect(await add(one, one.account('outlook'))).toBe('already_connected')
    expect(await add(one, IRIS)).toBe('further_connected')
    expect(await add(one, IRIS)).toBe('already_connected')
    expect(await one.settings()).not.toContain('Needs reconnecting')
    expect((await slots(one)).status).toBe(200)
    expect(revocations()).toBe(0)
  })

  it('in two tabs, whose callbacks come back in the wrong order and with one account twice', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const leave = (provider: 'google' | 'microsoft') => one.therapist.leave(provider, 'bookings', { connection: 'new' })
    const [first, second, third] = [await leave('google'), await leave('microsoft'), await leave('google')]
    const back = async (url: string | URL) => outcomeOf((await one.therapist.back(url)).location)
    const theirs = newAccount(world)
    expect(await back(google.signIn(third, IRIS, 'accept'))).toBe('further_connected')
    expect(await back(await microsoft.signIn(second.href, theirs))).toBe('further_connected')
    expect(await back(google.signIn(first, IRIS, 'accept'))).toBe('already_connected')
    expect(await idsOf(one)).toHaveLength(3)
  })

  it('five are the most: the sixth is refused before she leaves, and when she comes back', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const late = await one.therapist.leave('microsoft', 'bookings', { connection: 'new' })
    for (const account of [IRIS, JONAS, newAccount(world), newAccount(world)]) await add(one, account)
    expect(await idsOf(one)).toHaveLength(5)
    const back = await one.therapist.back(await microsoft.signIn(late.href, newAccount(world)))
    expect(outcomeOf(back.location)).toBe('too_many')
    expect((await one.therapist.back(back.location ?? '')).text).toContain('No more accounts can be added')
    const form = { provider: 'google', access: 'availability', connection: 'new' }
    expect(outcomeOf((await one.therapist.press('connect', form)).location)).toBe('too_many')
    expect(await one.settings()).toContain('Five accounts are the most')
  })
})

describe('one of several accounts', () => {
  it('that is let in no longer closes the practice, is named, and is connected again by itself', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const theirs = newAccount(world)
    await add(one, theirs)
    const [, id = ''] = await idsOf(one)
    microsoft.revoke(theirs)
    microsoft.expireAccessTokens(theirs)
    expect((await slots(one)).status).toBe(503)
    expect(await one.settings()).toContain(`Microsoft (\u2068${theirs.address}\u2069) has not let us in`)
    expect(await one.appointments()).toContain(theirs.address)
    expect(await add(one, newAccount(world), id)).toBe('not_connected')
    expect((await slots(one)).status).toBe(503)
    expect(await add(one, theirs, id)).toBe('further_reconnected')
    expect((await slots(one)).status).toBe(200)
    expect(await one.appointments()).not.toContain(theirs.address)
  })

  it('that receives is disconnected: the others go on blocking, and nothing is written any more', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const { starts } = await slots(one)
    await add(one, IRIS)
    busyAt(IRIS, starts[0])
    expect(await one.settings()).toContain('Your further accounts go on making you busy.')
    expect(await one.press('disconnect', 'leave')).toContain('Your further accounts go on making you busy.')
    expect((await book(one, starts[0])).status).toBe(409)
    expect((await book(one, starts[4])).status).toBe(201)
    expect(await one.rows()).toMatchObject([{ event_status: 'NOT_WANTED' }])
    expect(await one.settings()).toContain('No account receives your sessions')
  })

  it('that blocks is disconnected in one tab and pressed in another', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const { starts } = await slots(one)
    await add(one, IRIS)
    busyAt(IRIS, starts[0])
    const [receiving, id = ''] = await idsOf(one)
    const renewing = await one.therapist.leave('google', 'bookings', { connection: id })
    const page = await one.therapist.press('disconnect', { connection: id })
    expect(outcomeOf(page.location)).toBe('further_disconnected')
    expect((await book(one, starts[0])).status).toBe(201)
    expect((await one.therapist.press('disconnect', { connection: id })).status).toBe(404)
    expect((await one.therapist.press('calendars', { connection: id, calendar: id })).status).toBe(404)
    expect((await one.therapist.press('check', { connection: id })).status).toBe(404)
    await until(() => revocations() === 1)
    const late = await one.therapist.back(google.signIn(renewing, IRIS, 'accept'))
    expect(outcomeOf(late.location)).toBe('not_connected')
    expect(await idsOf(one)).toEqual([receiving])
    await until(() => revocations() === 2)
  })

  it('that blocks comes to receive, and the page says what it was', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    await add(one, IRIS)
    expect(await one.connect('google')).toBe('confirm')
    expect(await one.settings()).toContain('Today it only makes you busy.')
    await one.press('confirm', 'leave')
    expect(await idsOf(one)).toHaveLength(1)
    expect(await one.store.active(one.practice.tenantId)).toMatchObject({ provider: 'GOOGLE', access: 'bookings' })
  })

  it('forms that name no account are about the one that receives', async () => {
    const one = await therapistWith()
    const connecting = (provider: string) => post(one, 'connect', { provider, access: 'bookings' })
    const own = one.account('outlook')
    const left = await connecting('microsoft')
    const back = await one.therapist.back(await microsoft.signIn(left.refresh ?? '', own))
    expect(outcomeOf(back.location)).toBe('connected')
    await add(one, IRIS)
    const [receiving = '', further] = await idsOf(one)
    const calendar = (await one.store.active(one.practice.tenantId))?.calendars[0]?.id ?? ''
    expect(outcomeOf((await post(one, 'check', {})).location)).toBe('checked')
    expect(outcomeOf((await post(one, 'calendars', { calendar })).location)).toBe('saved')
    const other = google.signIn(new URL((await connecting('google')).refresh ?? ''), JONAS, 'accept')
    expect(outcomeOf((await one.therapist.back(other)).location)).toBe('confirm')
    expect((await post(one, 'confirm', { events: 'leave' })).status).toBe(303)
    expect(await one.store.active(one.practice.tenantId)).toMatchObject({ provider: 'GOOGLE', access: 'bookings' })
    expect(await idsOf(one)).not.toContain(receiving)
    expect(outcomeOf((await post(one, 'disconnect', {})).location)).toBe('disconnected')
    expect(await idsOf(one)).toEqual([further])
  })

  it('INV-7 F-45 that hangs among five closes booking, holds no confirmation longer than its deadline, and is named', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const { starts } = await slots(one)
    const theirs = newAccount(world)
    for (const account of [IRIS, JONAS, newAccount(world), theirs]) await add(one, account)
    const hung = microsoft.faults.failNext(
      ({ exchange, path }) => exchange.account?.oid === theirs.oid && /(\$batch|calendarView)$/i.test(path),
      { kind: 'hang' },
      { times: ALWAYS },
    )
    const answered: string[] = []
    const page = slots(one).finally(() => answered.push('page'))
    await hung.struck
    const confirmation = await book(one, starts[0]).finally(() => answered.push('confirmation'))
    const closed = { status: 503, type: expect.stringMatching(/\/calendar-unreadable$/) }
    expect({ status: confirmation.status, ...(confirmation.body as object) }).toMatchObject(closed)
    expect(await page).toMatchObject(closed)
    expect(answered).toEqual(['confirmation', 'page'])
    expect(await one.rows()).toEqual([])
    const said = (await one.appointments()).match(/\(\u2068[^)]+\u2069\) has not answered since/g)
    expect(said).toEqual([`(\u2068${theirs.address}\u2069) has not answered since`])
    expect(await one.settings()).toContain('Not answering')
    hung.cancel()
    expect((await book(one, starts[0])).status).toBe(201)
  })

  it('F-53 is cared for every hour like the one that receives', async () => {
    const one = await therapistWith()
    await one.connect('outlook')
    const theirs = newAccount(world)
    for (const account of [theirs, IRIS]) await add(one, account)
    const further = async () => (await one.store.connected(one.practice.tenantId)).slice(1)
    const versions = async () =>
      (await connections(world, one.practice.tenantId, 'BLOCKING')).map(({ token_version }) => token_version).sort()
    expect(await versions()).toEqual([1, 1])
    microsoft.addCalendar(theirs, 'Choir')
    world.clock.advance(40 * 24 * HOUR)
    await runJob(world, 'maintain_connections')
    for (const version of await versions()) expect(version).toBeGreaterThan(1)
    expect((await further())[0]?.calendars).toContainEqual(expect.objectContaining({ name: 'Choir', blocks: true }))
    microsoft.revoke(theirs)
    microsoft.expireAccessTokens(theirs)
    await runJob(world, 'maintain_connections')
    expect((await further()).map(({ evidence }) => evidence.failure)).toEqual(['reconnect', undefined])
    expect((await one.store.active(one.practice.tenantId))?.evidence.failure).toBeUndefined()
  })
})
