import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { takeNoise } from '../support/noise-guard.ts'
import type { Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { type OidcEntra, startOidcEntra } from './oidc-entra.ts'
import { connections, forgetLimits, outcomeOf, slots } from './support.ts'

let world: EmulatedWorld
let entra: OidcEntra
let one: Instance
let other: Instance
let therapist: Therapist

beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  const { clientId, clientSecret, appUrl } = world
  entra = await startOidcEntra({
    clientId,
    clientSecret,
    redirectUri: `${appUrl}/settings/calendar/callback/microsoft`,
  })
  const env = { MICROSOFT_AUTHORITY_URL: entra.origin, MICROSOFT_GRAPH_URL: entra.origin }
  ;[one, other] = await Promise.all([world.start(env), world.start(env)])
  // The provider warns of Node 20 and of keeping its data in memory, and of nothing else.
  for (const line of await takeNoise()) expect(line).toMatch(/^console.warn: oidc-provider WARNING: /)
})
beforeEach(async () => {
  await forgetLimits(world)
  entra.accessTokenSeconds = 3600
  therapist = await one.signIn(await world.practice())
})
afterAll(async () => {
  await world.close()
  await entra.close()
})

/** Goes through the provider's redirects with a browser's cookies, until it sends us back. */
async function throughThePages(url: URL): Promise<string> {
  const browser = new Browser(entra.origin)
  let next = url.href
  for (let step = 0; step < 8 && next.startsWith(entra.origin); step++) {
    const page = await browser.get(next)
    if (page.location === undefined) throw new Error(`the provider answered ${page.status}`)
    next = new URL(page.location, entra.origin).href
  }
  return next
}

const connect = async () => outcomeOf((await therapist.back(await throughThePages(await therapist.leave()))).location)
const refreshes = () => entra.tokenAnswers.filter(({ grant }) => grant === 'refresh_token')
const row = () =>
  world.database.database.calendarConnection.findFirstOrThrow({ where: { tenantId: therapist.practice.tenantId } })
const refreshTokenOf = async (): Promise<string> => {
  const cache: { RefreshToken: Record<string, { secret: string }> } = JSON.parse((await row()).tokenCache ?? '')
  return Object.values(cache.RefreshToken)[0]?.secret ?? ''
}

it('OA-07 OA-10 OA-11 OA-12 connects at a provider that nobody here wrote: PKCE, nonce, keys, issuer, identity', async () => {
  expect(await connect()).toBe('connected')
  expect(await connections(world, therapist.practice.tenantId)).toMatchObject([
    { account_key: `${entra.tid}.${entra.oid}`, access: 'BOOKINGS' },
  ])
  expect((await slots(world, one, therapist.practice)).status).toBe(200)
})

it('OA-02 a second redemption is refused by us before it reaches the provider, who would revoke everything', async () => {
  const callback = await throughThePages(await therapist.leave())
  expect(outcomeOf((await therapist.back(callback)).location)).toBe('connected')
  expect((await therapist.at(other).back(callback)).status).toBe(400)
  expect((await slots(world, one, therapist.practice)).status).toBe(200)
})

it('F-41 TS-21 TS-22 strict rotation: 20 callers at two processes with an expired token make one refresh, time after time', async () => {
  entra.accessTokenSeconds = 200
  expect(await connect()).toBe('connected')
  for (let round = 0; round < 3; round++) {
    const [before, { tokenVersion }] = [refreshes().length, await row()]
    entra.accessTokenSeconds = 3600
    const { slug, serviceId } = therapist.practice
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const day = new Date(world.clock.now().getTime() + (index + 1) * 86_400_000).toISOString().slice(0, 10)
        const { origin } = index % 2 === 0 ? one : other
        return (await fetch(`${origin}/api/v1/tenants/${slug}/slots?service=${serviceId}&from=${day}&to=${day}`)).status
      }),
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    expect(refreshes().slice(before)).toMatchObject([{ status: 200 }])
    expect((await row()).tokenVersion).toBe(tokenVersion + 1)
    await expireStored()
  }
})

async function expireStored(): Promise<void> {
  const { id, tenantId, provider, tokenCache, tokenVersion } = await row()
  await world.database.database.calendarConnection.update({
    where: { id, tenantId, provider },
    data: {
      tokenCache: (tokenCache ?? '').replace(/"expires_on":"\d+"/g, '"expires_on":"1000000000"'),
      accessExpiresAt: new Date(1_000_000_000_000),
      tokenVersion: tokenVersion + 1,
    },
    select: { id: true },
  })
}

it('F-47 a refresh token that somebody used twice: the provider revokes the grant, and she is told to reconnect', async () => {
  expect(await connect()).toBe('connected')
  const stolen = await refreshTokenOf()
  expect(await entra.refresh(stolen)).toBe(200)
  await expireStored()
  const before = refreshes().length
  for (let turn = 0; turn < 3; turn++) expect((await slots(world, one, therapist.practice)).status).toBe(503)
  expect(refreshes().slice(before)).toMatchObject([{ status: 400 }])
  expect((await therapist.settings()).text).toContain('Needs reconnecting')
  expect(await connect()).toBe('reconnected')
  expect((await slots(world, one, therapist.practice)).status).toBe(200)
})

it('keeps the rotated token when the token had to be refreshed while connecting', async () => {
  entra.accessTokenSeconds = 200
  expect(await connect()).toBe('connected')
  const current = await refreshTokenOf()
  entra.accessTokenSeconds = 3600
  expect((await slots(world, other, therapist.practice)).status).toBe(200)
  expect(await refreshTokenOf()).not.toBe(current)
  expect(refreshes().every(({ status }) => status === 200 || status === 400)).toBe(true)
})
