import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import { startWorld } from '../support/world.ts'
import { forgetLimits, newAccount, outcomeOf, tokenRequests } from './support.ts'

const DAY_MS = 86_400_000

let world: EmulatedWorld
let processes: readonly Instance[]

beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  processes = await Promise.all([world.start(), world.spawn(), world.spawn()])
  // More readers at once than Outlook lets one application have: here it is the tokens that are looked at.
  world.microsoft.limits.concurrency = Number.POSITIVE_INFINITY
  world.microsoft.latencyMs = 30
  world.microsoft.quirks.strictRotation = true
})
beforeEach(() => forgetLimits(world))
afterAll(() => world.close())

const connectionOf = ({ tenantId }: Practice) =>
  world.database.database.calendarConnection.findFirstOrThrow({ where: { tenantId, status: 'ACTIVE' } })

/** Seals the same tokens again with an access token that has run out. */
async function expire(practice: Practice): Promise<void> {
  const { id, tenantId, provider, tokenVersion, tokenCache } = await connectionOf(practice)
  const expired = (tokenCache ?? '')
    .replace(/"expires_on":"\d+"/g, '"expires_on":"1000000000"')
    .replace(/"expiresAt":\d+/, '"expiresAt":1000000000000')
  await world.database.database.calendarConnection.update({
    where: { id, tenantId, provider },
    data: { tokenCache: expired, accessExpiresAt: new Date(1_000_000_000_000), tokenVersion: tokenVersion + 1 },
    select: { id: true },
  })
}

/** `callers` different questions at each process, all at once; the statuses of the answers. */
async function everybodyReads({ slug, serviceId }: Practice, callers: number): Promise<Set<number>> {
  const day = (ahead: number) => new Date(Date.now() + ahead * DAY_MS).toISOString().slice(0, 10)
  const statuses = await Promise.all(
    processes.flatMap(({ origin }) =>
      Array.from({ length: callers }, async (_, index) => {
        const query = `service=${serviceId}&from=${day(index + 1)}&to=${day(index + 2)}`
        return (await fetch(`${origin}/api/v1/tenants/${slug}/slots?${query}`)).status
      }),
    ),
  )
  return new Set(statuses)
}

const refreshTokenIn = (tokenCache: string | null): string => {
  const cache: { RefreshToken?: Record<string, { secret: string }> } = JSON.parse(tokenCache ?? '{}')
  return Object.values(cache.RefreshToken ?? {})[0]?.secret ?? ''
}

async function connected(): Promise<Practice> {
  const [first] = processes
  if (first === undefined) throw new Error('nothing runs')
  const therapist = await first.signIn(await world.practice())
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  return therapist.practice
}

it('F-43 F-44 TS-22 three processes with 20 callers each and an expired token: one token request, and the newest is kept', async () => {
  const practice = await connected()
  await expire(practice)
  const { tokenVersion } = await connectionOf(practice)
  const before = tokenRequests(world)
  expect(await everybodyReads(practice, 20)).toEqual(new Set([200]))
  expect(tokenRequests(world)).toBe(before + 1)
  const stored = await connectionOf(practice)
  const answer = world.microsoft.journal.of('token').at(-1)?.responseBody as { refresh_token: string }
  expect([stored.tokenVersion, refreshTokenIn(stored.tokenCache)]).toEqual([tokenVersion + 1, answer.refresh_token])
})

it('TS-21 round after round, each refresh builds on the newest: a strict server never sees an old token again', async () => {
  const practice = await connected()
  for (let round = 1; round <= 8; round++) {
    await expire(practice)
    const [before, { tokenVersion }] = [tokenRequests(world), await connectionOf(practice)]
    world.microsoft.latencyMs = Math.round(Math.random() * 40)
    expect(await everybodyReads(practice, 3)).toEqual(new Set([200]))
    expect([tokenRequests(world), (await connectionOf(practice)).tokenVersion]).toEqual([before + 1, tokenVersion + 1])
  }
})

it("F-43 TS-22 Google's tokens take the same path", async () => {
  const [first] = processes
  const therapist = await first?.signIn(await world.practice())
  expect(outcomeOf(await therapist?.connectGoogle(world.google))).toBe('connected')
  if (therapist === undefined) throw new Error('nobody signed in')
  await expire(therapist.practice)
  const { tokenVersion } = await connectionOf(therapist.practice)
  const before = tokenRequests(world)
  expect(await everybodyReads(therapist.practice, 20)).toEqual(new Set([200]))
  expect(tokenRequests(world)).toBe(before + 1)
  expect((await connectionOf(therapist.practice)).tokenVersion).toBe(tokenVersion + 1)
})
