import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { auditOf, queuedJobs } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { book, connections, forgetLimits, newAccount, outcomeOf, slots, tokenRequests } from './support.ts'

const DISCONNECT = '/settings/calendar/disconnect'

let world: EmulatedWorld
let app: Instance
let other: Instance
let therapist: Therapist

beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
  other = await world.spawn()
})
beforeEach(async () => {
  await forgetLimits(world)
  world.microsoft.faults.clear()
  therapist = await app.signIn(await world.practice())
})
afterAll(() => world.close())

const active = () => connections(world, therapist.practice.tenantId)
const lockedJobs = async (): Promise<number> => {
  const { rowCount } = await world.database.pool.query(
    'SELECT 1 FROM graphile_worker._private_jobs WHERE locked_at IS NOT NULL',
  )
  return rowCount ?? 0
}

it('OA-26 only a post of our own form disconnects, and only our own account', async () => {
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  const page = await therapist.settings()
  expect((await therapist.browser.get(DISCONNECT)).status).toBe(405)
  const crossSite = { 'sec-fetch-site': 'cross-site' }
  expect((await therapist.browser.submit(page, DISCONNECT, {}, crossSite)).status).toBe(403)
  expect((await therapist.browser.submit(page, DISCONNECT, { _csrf: 'x' })).status).toBe(403)

  const eve = await app.signIn(await world.practice())
  await eve.connectMicrosoft(world.microsoft, newAccount(world))
  const [row] = await active()
  const form = (await eve.settings()).form(DISCONNECT) ?? {}
  for (const action of ['disconnect', 'calendars', 'confirm']) {
    const fields = { ...form, connection: row?.id ?? '', calendar: row?.id ?? '' }
    expect((await eve.browser.post(`/settings/calendar/${action}`, fields)).status, action).toBe(404)
  }
  expect(await active()).toEqual([row])
  expect((await auditOf(world.database.pool, eve.practice.tenantId)).join()).toContain('connection_not_theirs user:')
})

it('OA-42 TS-24 TS-23 disconnects while Microsoft is down: shredded at once, in every process, and queued writes are taken back', async () => {
  const account = newAccount(world)
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
  for (const instance of [app, other]) expect((await slots(world, instance, therapist.practice)).status).toBe(200)
  const { starts } = await slots(world, app, therapist.practice)
  world.microsoft.faults.failNext(
    (incoming) => incoming.method === 'POST' && incoming.path.includes('/events'),
    { status: 503 },
    { times: Number.POSITIVE_INFINITY },
  )
  expect((await book(app, therapist.practice, starts[0] ?? '')).status).toBe(201)
  world.microsoft.faults.failNext('* /**', { kind: 'reset' }, { times: Number.POSITIVE_INFINITY })

  const [row] = await active()
  const page = await therapist.press('disconnect')
  expect([page.status, outcomeOf(page.location)]).toEqual([303, 'disconnected'])
  const landed = await therapist.back(page.location ?? '')
  expect(landed.text).toContain('https://myapps.microsoft.com')
  expect(await active()).toEqual([])
  const shredded = { id: row?.id, token_cache: null, account_address: null, access_expires_at: null }
  expect(await connections(world, therapist.practice.tenantId, 'DISCONNECTED')).toMatchObject([shredded])
  // Beside them may wait what is queued every minute for all.
  expect((await queuedJobs(world.database.pool)).filter((key) => key.startsWith('mirror:'))).toEqual([])

  // A write that was under way may still be at its last try.
  await until(async () => (await lockedJobs()) === 0)
  world.microsoft.faults.clear()
  const before = [world.microsoft.journal.of('graph').length, tokenRequests(world)]
  for (const instance of [app, other]) expect((await slots(world, instance, therapist.practice)).status).toBe(200)
  expect([world.microsoft.journal.of('graph').length, tokenRequests(world)]).toEqual(before)
  const audit = await auditOf(world.database.pool, therapist.practice.tenantId)
  expect(audit.filter((line) => line.startsWith('calendar_disconnected user:'))).toHaveLength(1)
})

it('TS-23 a read that is under way when another process disconnects keeps nothing and calls no more', async () => {
  const account = newAccount(world)
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
  expect((await slots(world, other, therapist.practice)).status).toBe(200)
  const held = world.microsoft.faults.hold(/GET .*calendarView/)
  const reading = slots(world, other, therapist.practice)
  await held.struck
  expect((await therapist.press('disconnect')).status).toBe(303)
  held.release()
  await reading
  const before = world.microsoft.journal.of('graph').length
  expect((await slots(world, other, therapist.practice)).status).toBe(200)
  expect(world.microsoft.journal.of('graph')).toHaveLength(before)
  expect(await connections(world, therapist.practice.tenantId, 'DISCONNECTED')).toMatchObject([{ token_cache: null }])
})

it('OA-42 asks Google to revoke, and is done even if Google is down', async () => {
  const revocations = () => world.google.journal.filter(({ path }) => path === '/revoke')
  expect(outcomeOf(await therapist.connectGoogle(world.google))).toBe('connected')
  expect(outcomeOf((await therapist.press('disconnect')).location)).toBe('disconnected')
  expect(revocations()).toMatchObject([{ status: 200 }])
  expect(outcomeOf(await therapist.connectGoogle(world.google))).toBe('connected')
  void world.google.failNext('POST /revoke', { status: 503, times: 9 })
  expect(outcomeOf((await therapist.press('disconnect')).location)).toBe('disconnected')
  world.google.recover()
  expect(await active()).toEqual([])
  expect(world.logs.of('calendar_revocation_failed')).toHaveLength(1)
})

it('revokes at the provider of the account that only waited', async () => {
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  expect(outcomeOf(await therapist.connectGoogle(world.google))).toBe('confirm')
  const [waiting] = await connections(world, therapist.practice.tenantId, 'PENDING')
  const before = world.google.journal.filter(({ path }) => path === '/revoke').length
  expect((await therapist.press('disconnect', { connection: waiting?.id ?? '' })).status).toBe(303)
  expect(world.google.journal.filter(({ path }) => path === '/revoke')).toHaveLength(before + 1)
  expect(await active()).toHaveLength(1)
})

it('TS-27 the page says where to remove our access at Microsoft', async () => {
  await therapist.connectMicrosoft(world.microsoft, newAccount(world))
  const { text } = await therapist.settings()
  expect(text).toContain('Remove our access at Microsoft too')
  for (const url of ['https://myapps.microsoft.com', 'https://account.live.com/consent/Manage'])
    expect(text).toContain(`href="${url}"`)
})
