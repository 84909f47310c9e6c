import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import type { Therapist } from '../support/therapist.ts'
import { connections, newAccount, outcomeOf, startApp, stateOf } from './support.ts'

const CONNECT = '/settings/calendar/connect'
const READ = ['openid', 'profile', 'email', 'offline_access', 'Calendars.ReadBasic']
const GOOGLE = 'https://www.googleapis.com/auth/calendar'

const { world, app } = await startApp()
let therapist: Therapist

beforeEach(async () => {
  therapist = await app.signIn(await world.practice())
})

const scopesOf = (url: URL): string[] => (url.searchParams.get('scope') ?? '').split(' ').sort()

describe('leaving for a provider', () => {
  it('OA-01 OA-08 state, nonce and challenge are fresh, long, and no UUIDs', async () => {
    const urls = await Promise.all(Array.from({ length: 9 }, () => therapist.leave()))
    for (const name of ['state', 'nonce', 'code_challenge']) {
      const values = urls.map((url) => url.searchParams.get(name) ?? '')
      expect(new Set(values).size).toBe(values.length)
      for (const value of values) {
        expect(Buffer.from(value, 'base64url').length).toBeGreaterThanOrEqual(16)
        expect(value).not.toMatch(/^[0-9a-f]{8}-/)
      }
    }
  })

  it.each(['microsoft', 'google'] as const)('OA-07 %s is always asked with S256', async (provider) => {
    const { searchParams } = await therapist.leave(provider)
    expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
    expect(searchParams.get('code_challenge_method')).toBe('S256')
    expect(searchParams.get('response_type')).toBe('code')
  })

  it('OA-07 the verifier that is sent belongs to the challenge: another challenge is refused', async () => {
    const url = await therapist.leave()
    url.searchParams.set('code_challenge', 'A'.repeat(43))
    const callback = await world.microsoft.signIn(url.href, newAccount(world))
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('failed')
    expect(await connections(world, therapist.practice.tenantId)).toEqual([])
  })

  it('OA-17 PR-03 each level asks for its own scopes and no more', async () => {
    expect(scopesOf(await therapist.leave('microsoft', 'availability'))).toEqual([...READ].sort())
    expect(scopesOf(await therapist.leave('microsoft', 'bookings'))).toEqual([...READ, 'Calendars.ReadWrite'].sort())
    const identity = ['email', 'openid']
    const read = [`${GOOGLE}.calendarlist.readonly`, `${GOOGLE}.freebusy`]
    expect(scopesOf(await therapist.leave('google', 'availability'))).toEqual([...identity, ...read].sort())
    expect(scopesOf(await therapist.leave('google', 'bookings'))).toEqual(
      [...identity, ...read, `${GOOGLE}.events.owned`].sort(),
    )
  })

  it('OA-35 the account is chosen at first; reconnecting names it instead; consent is never forced', async () => {
    const first = await therapist.leave()
    expect([first.searchParams.get('prompt'), first.searchParams.get('login_hint')]).toEqual(['select_account', null])
    const account = newAccount(world)
    expect(outcomeOf((await therapist.back(await world.microsoft.signIn(first.href, account))).location)).toBe(
      'connected',
    )
    const again = await therapist.leave()
    expect([again.searchParams.get('prompt'), again.searchParams.get('login_hint')]).toEqual([null, account.address])
    const another = await therapist.leave('microsoft', 'bookings', { other: '1' })
    expect([another.searchParams.get('prompt'), another.searchParams.get('login_hint')]).toEqual([
      'select_account',
      null,
    ])
  })

  it('OA-15 addresses come from configuration, whatever the request calls this host', async () => {
    const forged = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const page = await therapist.settings()
    const answer = await therapist.browser.submit(page, CONNECT, { provider: 'microsoft', access: 'bookings' }, forged)
    const { searchParams } = new URL(answer.refresh ?? '')
    expect(searchParams.get('redirect_uri')).toBe(`${world.appUrl}/settings/calendar/callback/microsoft`)
    expect(answer.text).not.toContain('evil')
  })

  it.each(['microsoft', 'google'] as const)(
    'OA-23 no post is answered with a redirect to %s: a page with one link goes on to it',
    async (provider) => {
      for (const more of [{ access: 'availability' }, { access: 'bookings' }, { access: 'bookings', other: '1' }]) {
        const answer = await therapist.press('connect', { provider, ...more })
        expect([answer.status, answer.location]).toEqual([200, undefined])
        const { origin } = new URL(answer.refresh ?? '')
        expect(origin).toBe(world[provider].origin)
        expect(answer.links).toEqual([answer.refresh])
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    },
  )

  it('OA-25 starts by a post of our own form only', async () => {
    const fields = { provider: 'microsoft', access: 'bookings' }
    const page = await therapist.settings()
    expect((await therapist.browser.get(CONNECT)).status).toBe(405)
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    expect((await therapist.browser.submit(page, CONNECT, fields, crossSite)).status).toBe(403)
    expect((await therapist.browser.submit(page, CONNECT, { ...fields, _csrf: '' })).status).toBe(403)
    const stranger = await app.signIn(await world.practice())
    const token = (await stranger.settings()).form(CONNECT)?._csrf ?? ''
    expect((await therapist.browser.submit(page, CONNECT, { ...fields, _csrf: token })).status).toBe(403)
    expect((await new Browser(app.origin).submit(page, CONNECT, fields)).status).toBe(401)
  })

  it('OA-25 somebody who is not the owner cannot start', async () => {
    const { tenantId } = therapist.practice
    const page = await therapist.settings()
    await world.database.database.user.updateMany({ where: { tenantId }, data: { role: 'MEMBER' } })
    const answer = await therapist.browser.submit(page, CONNECT, { provider: 'microsoft', access: 'bookings' })
    expect(answer.status).toBe(403)
  })

  it('OA-28 WS-17 ten starts in ten minutes at all processes together, then 429', async () => {
    const second = await world.start()
    const elsewhere = therapist.at(second)
    for (let turn = 0; turn < 5; turn++) await Promise.all([therapist.leave(), elsewhere.leave()])
    for (const person of [therapist, elsewhere]) {
      const answer = await person.press('connect', { provider: 'microsoft', access: 'bookings' })
      expect(answer.status).toBe(429)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
  })

  it('OA-28 thirty callbacks a minute and address, then 429; who is signed in there comes back all the same', async () => {
    const callback = await world.microsoft.signIn((await therapist.leave()).href, newAccount(world))
    const url = `${app.origin}/settings/calendar/callback/microsoft?state=x&code=y`
    const statuses = await Promise.all(Array.from({ length: 31 }, async () => (await fetch(url)).status))
    expect(statuses.filter((status) => status === 429)).toHaveLength(1)
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('connected')
  })

  it('OA-28 a sixth open start ends the first', async () => {
    const account = newAccount(world)
    const urls: URL[] = []
    for (let turn = 0; turn < 6; turn++) {
      urls.push(await therapist.leave())
      world.clock.advance(1000)
    }
    const [oldest, next] = urls
    const callbacks = await Promise.all([oldest, next].map((url) => world.microsoft.signIn(url?.href ?? '', account)))
    expect((await therapist.back(callbacks[0] ?? '')).status).toBe(400)
    expect(outcomeOf((await therapist.back(callbacks[1] ?? '')).location)).toBe('connected')
    expect(stateOf(callbacks[0] ?? '')).not.toBe('')
  })
})

it('OA-33 an authority whose metadata names another issuer is connected, one whose metadata names a stranger is not', async () => {
  const { microsoft, google } = world
  const alias = await world.start({ MICROSOFT_AUTHORITY_URL: microsoft.origin.replace('127.0.0.1', 'localhost') })
  const fresh = await world.start()
  onTestFinished(async () => void (await Promise.all([alias.close(), fresh.close()])))
  const elsewhere = therapist.at(alias)
  expect(outcomeOf(await elsewhere.connectMicrosoft(microsoft, newAccount(world)))).toBe('connected')

  const misled = therapist.at(fresh)
  const before = google.journal.length
  for (const member of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
    const change = (body: unknown) => ({ ...(body as object), [member]: `${google.origin}/common/v2.0` })
    microsoft.faults.failNext(/openid-configuration/, { kind: 'body', change })
    const answer = await misled.press('connect', { provider: 'microsoft', access: 'bookings' })
    expect([answer.status, outcomeOf(answer.location)]).toEqual([303, 'misconfigured'])
    expect((await misled.back(answer.location ?? '')).text).toContain('This is our fault, not yours')
    world.clock.advance(5 * 60_000)
  }
  expect(google.journal).toHaveLength(before)
})

describe('the code that connects', () => {
  const sources = readdirSync(path.resolve('server/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('generated') && !/\.test\.tsx?$/.test(name))
    .map((name) => ({ name, text: readFileSync(path.resolve('server/src', name), 'utf8') }))
  const naming = (pattern: RegExp): string[] =>
    sources
      .filter(({ text }) => pattern.test(text))
      .map(({ name }) => name)
      .sort()

  it('OA-32 decodes no access token: only the files that check id tokens decode any', () => {
    expect(naming(/\b(decodeJwt|jwtVerify|decodeProtectedHeader)\b/)).toEqual([
      'adapters/google-calendar/identity/id-token.ts',
      'adapters/microsoft-calendar/identity/id-token.ts',
    ])
  })

  it('TS-19 compares secrets by their hashes, in constant time', () => {
    expect(naming(/timingSafeEqual\(/)).toEqual([
      'http/csrf.ts',
      'http/routes/metrics.ts',
      'services/admin-consent-state.ts',
      'services/connect-flow.ts',
      'services/operator-token.ts',
    ])
  })
})
