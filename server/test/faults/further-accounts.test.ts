import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newAccount, outcomeOf, withParameter } from '../security/support.ts'
import { startAccounts } from '../support/accounts.ts'
import { until } from '../support/until.ts'

const { world, app, therapistWith } = await startAccounts()
const { google, microsoft } = world
const IRIS = 'iris@practice.example'
const JONAS = 'jonas@practice.example'

type One = Awaited<ReturnType<typeof therapistWith>>
type Account = ReturnType<typeof newAccount>

const HOUR = 3_600_000
const client = { name: 'Mo Okafor', email: 'mo@client.example' }

/** Signs in with one more account, or with one that is connected `again`; where she lands. */
async function add({ therapist }: One, account: string | Account, again = 'new'): Promise<string | null> {
  const further = { connection: again }
  if (typeof account === 'string') {
    const url = await therapist.leave('google', 'bookings', further)
    return outcomeOf((await therapist.back(google.signIn(url, account, 'accept'))).location)
  }
  const suggested = await therapist.leave('microsoft', 'bookings', further)
  const href = withParameter(suggested, 'login_hint', undefined)
  return outcomeOf((await therapist.back(await microsoft.signIn(href, account))).location)
}

async function slots({ practice }: One): Promise<{ status: number; starts: string[] }> {
  const day = (after: number) => new Date(world.clock.now().getTime() + after * 24 * HOUR).toISOString().slice(0, 10)
  const path = `/api/v1/tenants/${practice.slug}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`
  const answer = await app.browser().json(path)
  const { slots = [] } = answer.body as { slots?: { start: string }[] }
  return { status: answer.status, starts: slots.map(({ start }) => start) }
}

const book = ({ practice }: One, start: string | undefined) =>
  app
    .browser()
    .json(
      `/api/v1/tenants/${practice.slug}/bookings`,
      { service: practice.serviceId, start, client },
      { 'idempotency-key': randomUUID() },
    )

const idsOf = async ({ practice, store }: One) => (await store.connected(practice.tenantId)).map(({ id }) => id)

const busyAt = (account: string | Account, start = ''): void => {
  const [from, to] = [start, new Date(Date.parse(start) + HOUR).toISOString()]
  if (typeof account === 'string')
    google.addEvent(account, { summary: 'Private', start: { dateTime: from }, end: { dateTime: to } })
  else microsoft.addEvent(account, { subject: 'Private', start: new Date(from), end: new Date(to) })
}

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
    expect(google.journal.filter(({ path }) => path === '/revoke')).toEqual([])
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
    const late = await one.therapist.back(google.signIn(renewing, IRIS, 'accept'))
    expect(outcomeOf(late.location)).toBe('not_connected')
    expect(await idsOf(one)).toEqual([receiving])
    await until(() => google.journal.some(({ path }) => path === '/revoke'))
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
    await one.connect('outlook')
    await add(one, IRIS)
    const [receiving, further] = await idsOf(one)
    const calendar = (await one.store.active(one.practice.tenantId))?.calendars[0]?.id ?? ''
    const post = async (action: string, fields: Record<string, string>) => {
      const page = await one.therapist.settings()
      const _csrf = page.form('/settings/calendar/check')?._csrf ?? ''
      return one.therapist.browser.post(`/settings/calendar/${action}`, { _csrf, ...fields })
    }
    expect(outcomeOf((await post('check', {})).location)).toBe('checked')
    expect(outcomeOf((await post('calendars', { calendar })).location)).toBe('saved')
    expect(outcomeOf((await post('disconnect', {})).location)).toBe('disconnected')
    expect(await idsOf(one)).toEqual([further])
    expect(receiving).not.toBe(further)
  })
})
