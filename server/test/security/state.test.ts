import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { LIMITS } from '../../src/http/rate-limit.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { auditOf } from '../support/rows.ts'
import { startWorld } from '../support/world.ts'
import {
  calendarRows,
  connections,
  forgetLimits,
  newAccount,
  outcomeOf,
  stateOf,
  therapistWithAccount,
  tokenRequests,
  withParameter,
} from './support.ts'

let world: EmulatedWorld
let app: Instance
let other: Instance

beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated', env: { TRUST_PROXY_HOPS: '1' } })
  app = await world.start()
  other = await world.spawn()
})
beforeEach(() => forgetLimits(world))
afterAll(() => world.close())

/** Nothing was asked of a provider and nothing was stored while `act` ran. */
async function changesNothing(act: () => Promise<unknown>): Promise<void> {
  const before = [tokenRequests(world), await calendarRows(world)]
  await act()
  expect([tokenRequests(world), await calendarRows(world)]).toEqual(before)
}

it('OA-02 OA-38 a callback works once: again it is 400, and the connection stays', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const callback = await world.microsoft.signIn((await therapist.leave()).href, account)
  expect(outcomeOf((await therapist.back(callback)).location)).toBe('connected')
  await changesNothing(async () => {
    const again = await therapist.back(callback)
    expect([again.status, again.location]).toEqual([400, undefined])
  })
  expect(await connections(world, therapist.practice.tenantId)).toHaveLength(1)
  expect((await therapist.settings()).text).toContain('Connected')
})

it('OA-02 of 50 parallel replays at two processes one is redeemed, and one row is stored', async () => {
  for (;;) {
    const { therapist, account } = await therapistWithAccount(world, app)
    const callback = await world.microsoft.signIn((await therapist.leave()).href, account)
    const before = tokenRequests(world)
    const pages = await Promise.all(
      Array.from({ length: 50 }, (_, index) => therapist.at(index % 2 === 0 ? app : other).back(callback)),
    )
    const { points } = LIMITS.callback
    expect(pages.map(({ status }) => status).sort()).toEqual([
      303,
      ...Array(points - 1).fill(400),
      ...Array(50 - points).fill(429),
    ])
    expect(tokenRequests(world) - before).toBe(1)
    const outcome = outcomeOf(pages.find(({ status }) => status === 303)?.location)
    const rows = await connections(world, therapist.practice.tenantId)
    expect(rows).toHaveLength(outcome === 'connected' ? 1 : 0)
    if (outcome === 'connected') return
    // On a busy machine the write may run out of its time: then another one tries.
    expect(['failed', 'unavailable']).toContain(outcome)
  }
})

it('OA-03 a state works for ten minutes', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const inTime = await world.microsoft.signIn((await therapist.leave()).href, account)
  world.clock.advance(9 * 60_000 + 55_000)
  expect(outcomeOf((await therapist.back(inTime)).location)).toBe('connected')
  const late = await therapist.leave()
  world.clock.advance(10 * 60_000 + 1000)
  const callback = await world.microsoft.signIn(late.href, account)
  await changesNothing(async () => expect((await therapist.back(callback)).status).toBe(400))
})

it("OA-04 another tenant's session cannot finish it and changes nothing", async () => {
  const { therapist: ada, account } = await therapistWithAccount(world, app)
  const { therapist: eve } = await therapistWithAccount(world, app)
  const callback = await world.microsoft.signIn((await ada.leave()).href, account)
  await changesNothing(async () => expect((await eve.back(callback)).status).toBe(400))
  const audit = await auditOf(world.database.pool, eve.practice.tenantId)
  expect(audit.filter((line) => line.startsWith('oauth_state_mismatch user:'))).toHaveLength(1)
  expect(outcomeOf((await ada.back(callback)).location)).toBe('connected')
})

it('OA-05 OA-27 a browser without a session cannot finish it and gets no session', async () => {
  const { therapist: ada, account } = await therapistWithAccount(world, app)
  const callback = await world.microsoft.signIn((await ada.leave()).href, account)
  await changesNothing(async () => {
    const page = await app.browser().get(callback)
    expect(page.status).toBe(400)
    expect(page.headers.getSetCookie()).toEqual([])
  })
  const victim = await app.signIn(await world.practice())
  await changesNothing(async () => expect((await victim.back(callback)).status).toBe(400))
})

it('OA-05 another session of the same user cannot finish it', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const elsewhere = await app.signIn(therapist.practice)
  const callback = await world.microsoft.signIn((await therapist.leave()).href, account)
  await changesNothing(async () => expect((await elsewhere.back(callback)).status).toBe(400))
})

it("OA-06 an attacker's code is refused with no state, her own state or any other", async () => {
  const { therapist: eve, account } = await therapistWithAccount(world, app)
  const victim = await app.signIn(await world.practice())
  await victim.leave()
  const callback = await world.microsoft.signIn((await eve.leave()).href, account)
  await changesNothing(async () => {
    for (const state of [undefined, stateOf(callback), 'A'.repeat(43)]) {
      expect((await victim.back(withParameter(callback, 'state', state))).status).toBe(400)
    }
  })
})

it('OA-09 a code of one tab with the state of another is refused, and the state used up', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const [one, two] = [await therapist.leave(), await therapist.leave()]
  const codeOfOne = await world.microsoft.signIn(one.href, account)
  const crossed = withParameter(codeOfOne, 'state', stateOf(two))
  expect(outcomeOf((await therapist.back(crossed)).location)).toBe('failed')
  expect(await connections(world, therapist.practice.tenantId)).toEqual([])
  await changesNothing(async () => expect((await therapist.back(crossed)).status).toBe(400))
})

it('OA-37 two tabs both finish, whichever comes back first', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const [one, two] = [await therapist.leave(), await therapist.leave()]
  const [first, second] = [
    await world.microsoft.signIn(one.href, account),
    await world.microsoft.signIn(two.href, account),
  ]
  expect(outcomeOf((await therapist.back(second)).location)).toBe('connected')
  expect(outcomeOf((await therapist.back(first)).location)).toBe('reconnected')
  expect(await connections(world, therapist.practice.tenantId)).toHaveLength(1)
})

it("OA-13 a state of one provider is refused at the other's callback", async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const atMicrosoft = await world.microsoft.signIn((await therapist.leave()).href, account)
  const atGoogle = world.google.signIn(await therapist.leave('google'), 'iris@practice.example', 'accept').href
  await changesNothing(async () => {
    for (const [url, slug] of [
      [atMicrosoft, 'google'],
      [atGoogle, 'microsoft'],
    ] as const) {
      const mixed = new URL(url)
      mixed.pathname = `/settings/calendar/callback/${slug}`
      expect((await therapist.back(mixed)).status).toBe(400)
    }
  })
  expect(new URL(atMicrosoft).pathname).not.toBe(new URL(atGoogle).pathname)
})

it('OA-14 an issuer that is not the one it was started with ends it', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const before = tokenRequests(world)
  for (const issuer of ['https://evil.example', 'not an address', world.google.origin]) {
    const callback = await world.microsoft.signIn((await therapist.leave()).href, account)
    expect(outcomeOf((await therapist.back(withParameter(callback, 'iss', issuer))).location)).toBe('failed')
  }
  expect(tokenRequests(world)).toBe(before)
  const genuine = await world.microsoft.signIn((await therapist.leave()).href, newAccount(world))
  const issuer = `${world.microsoft.origin}/common/v2.0`
  expect(outcomeOf((await therapist.back(withParameter(genuine, 'iss', issuer))).location)).toBe('connected')
})
