import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import type { Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { book, forgetLimits, newAccount, slots } from './support.ts'

const HTTPS = 'https://booking.example'

const world = await startWorld({ calendars: 'emulated', env: { TRUST_PROXY_HOPS: '1' } })
const [app, other, secure] = await Promise.all([world.start(), world.start(), world.start({ APP_URL: HTTPS })])
let therapist: Therapist

beforeEach(async () => {
  await forgetLimits(world)
  therapist = await app.signIn(await world.practice())
})
afterAll(() => world.close())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${app.origin}${path}`, { method, headers, redirect: 'manual' })

const routes = () => [
  '/',
  '/sign-in',
  '/settings/calendar',
  '/settings/calendar/account/0198a0a0-0000-7000-8000-00000000f0c1',
  '/appointments',
  `/book/${therapist.practice.slug}`,
  '/manage/xxxxxxxxxxxxxxxxxxxxxxxx',
  '/settings/calendar/callback/microsoft?state=x&code=y',
  '/settings/calendar/callback/microsoft-admin?state=x',
  '/healthz',
  '/nothing-here',
  '/api/v1/nothing',
  `/api/v1/tenants/${therapist.practice.slug}/services`,
]

describe('sessions', () => {
  it('WS-01 cookies are __Host-, Secure, HttpOnly, Lax, for the whole site and no other, where the origin is https', async () => {
    const browser = secure.browser()
    const form = await browser.get('/sign-in')
    const { email, password } = therapist.practice
    const answer = await browser.submit(form, '/sign-in', { email, password })
    const cookies = [...form.headers.getSetCookie(), ...answer.headers.getSetCookie()]
    expect(cookies.map((line) => line.split('=')[0])).toEqual(['__Host-browser', '__Host-known', '__Host-session'])
    for (const line of cookies) {
      for (const attribute of ['Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax']) expect(line).toContain(`; ${attribute}`)
      expect(line).not.toMatch(/domain=/i)
    }
  })

  it('WS-02 an id that the browser brings is never adopted; signing in makes a new one, and the old one dies', async () => {
    const fixed = new Map([['session', 's:fixed-by-somebody.signature']])
    const browser = new Browser(app.origin, fixed)
    const { email, password } = therapist.practice
    const signIn = async () => browser.submit(await browser.get('/sign-in'), '/sign-in', { email, password })
    await signIn()
    const first = browser.cookies.get('session') ?? ''
    expect(first).not.toContain('fixed-by-somebody')
    const again = new Browser(app.origin, new Map(browser.cookies))
    await again.submit(await again.get('/settings/calendar'), '/sign-out', {})
    expect((await browser.get('/settings/calendar')).status).toBe(401)
  })

  it('WS-03 the table of sessions holds no id that a browser holds', async () => {
    const id = decodeURIComponent(therapist.browser.cookies.get('session') ?? '').replace(/^s:|\..*$/g, '')
    expect(Buffer.from(id, 'base64url').length).toBeGreaterThanOrEqual(16)
    const { rows } = await world.database.pool.query('SELECT * FROM session')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(id)
  })

  it('WS-04 a session ends after thirty idle minutes, and after twelve hours in any case', async () => {
    world.clock.advance(29 * 60_000)
    expect((await therapist.settings()).status).toBe(200)
    world.clock.advance(31 * 60_000)
    expect((await therapist.settings()).status).toBe(401)
    therapist = await app.signIn(therapist.practice)
    for (let turn = 0; turn <= 25; turn++) {
      expect((await therapist.settings()).status).toBe(turn < 25 ? 200 : 401)
      world.clock.advance(29 * 60_000)
    }
  })

  it('WS-05 signing out, and being disabled, ends the session at every process', async () => {
    const elsewhere = therapist.at(other)
    expect((await elsewhere.settings()).status).toBe(200)
    const stale = new Map(therapist.browser.cookies)
    await therapist.browser.submit(await therapist.settings(), '/sign-out', {})
    expect((await new Browser(other.origin, stale).get('/settings/calendar')).status).toBe(401)
    const again = await app.signIn(therapist.practice)
    const { tenantId } = therapist.practice
    await world.database.database.user.updateMany({ where: { tenantId }, data: { disabledAt: new Date() } })
    expect((await again.at(other).settings()).status).toBe(401)
  })
})

describe('headers of every answer', () => {
  it('WS-06 the content security policy allows ourselves, and forms to nobody else', async () => {
    for (const path of ['/settings/calendar', '/sign-in']) {
      const policy = (await get(path)).headers.get('content-security-policy')
      expect(policy).toBe(
        "default-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
      )
    }
  })

  it('WS-07 WS-08 WS-09 WS-10 WS-23 hold on every route, errors included', async () => {
    for (const path of routes()) {
      const { headers } = await get(path)
      expect(headers.get('strict-transport-security'), path).toMatch(/max-age=31536000; includeSubDomains/)
      expect(headers.get('x-content-type-options'), path).toBe('nosniff')
      expect(headers.get('cross-origin-opener-policy'), path).toBe('same-origin')
      expect(headers.get('content-security-policy'), path).toMatch(/^default-src 'self';.*frame-ancestors 'none'/)
      expect(headers.get('referrer-policy'), path).toBe('no-referrer')
      expect(headers.get('x-powered-by'), path).toBeNull()
      if (!path.startsWith('/book/')) expect(headers.get('cache-control'), path).toBe('no-store')
      const type = headers.get('content-type')
      if (type !== null) expect(type, path).toMatch(/; ?charset=utf-8$/)
    }
  })

  it('WS-11 no other origin may read anything', async () => {
    for (const origin of ['https://evil.example', 'null', HTTPS, app.origin, 'http://127.0.0.1'])
      for (const path of routes()) {
        const { headers } = await get(path, { origin })
        for (const [name] of headers) expect(name).not.toMatch(/^access-control-/)
        expect(headers.get('cross-origin-resource-policy'), path).toBe('same-origin')
      }
  })
})

describe('requests', () => {
  it('WS-12 a post from elsewhere is refused before its token is looked at; a form without a token too', async () => {
    const page = await therapist.settings()
    const fields = { provider: 'microsoft', access: 'bookings' }
    const path = '/settings/calendar/connect'
    for (const site of ['cross-site', 'same-site'])
      expect((await therapist.browser.submit(page, path, fields, { 'sec-fetch-site': site })).status).toBe(403)
    expect((await therapist.browser.post(path, fields)).status).toBe(403)
    expect((await therapist.browser.submit(page, path, fields, { origin: 'null' })).status).toBe(200)
  })

  it('WS-13 WS-14 WS-15 another type is 415, a long body 413, bad JSON 400, without a word of what was sent or of us', async () => {
    const path = `${app.origin}/api/v1/tenants/${therapist.practice.slug}/bookings`
    const json = { 'content-type': 'application/json' }
    const sent: readonly (readonly [number, string, Record<string, string>])[] = [
      [415, '{}', { 'content-type': 'text/plain' }],
      [413, `"${'x'.repeat(33_000)}"`, json],
      [400, '{"client": "kanari', json],
    ]
    for (const [status, body, headers] of sent) {
      const answer = await fetch(path, { method: 'POST', body, headers })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(await answer.text()).not.toMatch(/kanari|node_modules|at \w+ \(|SyntaxError/)
    }
  })

  it('WS-16 WS-17 the limit counts by the address that our own proxy saw, in all processes together', async () => {
    const ask = (origin: string, forwarded: string) =>
      fetch(`${origin}/settings/calendar/callback/microsoft?state=x&code=y`, {
        headers: { 'x-forwarded-for': forwarded },
      })
    const statuses: number[] = []
    for (let turn = 0; turn < 32; turn++) {
      // What a client makes up stands to the left of what the proxy adds.
      const { status } = await ask(turn % 2 === 0 ? app.origin : other.origin, `198.51.100.${turn}, 192.0.2.7`)
      statuses.push(status)
    }
    expect(statuses).toEqual([...Array(30).fill(400), 429, 429])
    expect((await ask(app.origin, '192.0.2.8')).status).toBe(400)
  })

  it('WS-18 methods nobody uses are refused everywhere', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      for (const path of routes()) expect((await get(path, {}, method)).status, `${method} ${path}`).toBe(405)
  })

  it('WS-19 what a client calls herself is inert on the page that shows it', async () => {
    const name = '<img src=x onerror=alert(1)>{{7*7}}\u202egnp.\r\nSet-Cookie: a=b'
    const { starts } = await slots(world, app, therapist.practice)
    const email = `${randomUUID()}@client.example`
    expect((await book(app, therapist.practice, starts[0] ?? '', { name, email })).status).toBe(201)
    const { text } = await therapist.browser.get('/appointments')
    expect(text).toContain('&lt;img src=x onerror=alert(1)')
    expect(text).toContain('{{7*7}}')
    expect(text).not.toMatch(/<img|\u202e/)
  })

  it('WS-20 a booking is managed by a long token of its own, kept hashed; looking changes nothing', async () => {
    const { starts } = await slots(world, app, therapist.practice)
    const [one, two] = [
      await book(app, therapist.practice, starts[0] ?? ''),
      await book(app, therapist.practice, starts[2] ?? ''),
    ]
    const [pathOne, pathTwo] = [new URL(one.manageUrl).pathname, new URL(two.manageUrl).pathname]
    const token = pathOne.split('/')[2] ?? ''
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16)
    const { rows } = await world.database.pool.query('SELECT row_to_json(b)::text AS row FROM booking b')
    expect(rows.map(({ row }) => row).join()).not.toContain(token)
    const statuses = async () =>
      (
        await world.database.database.booking.findMany({
          where: { id: { in: [one.id, two.id] } },
          orderBy: { startsAt: 'asc' },
        })
      ).map(({ status }) => status)
    const client = app.browser()
    const page = await client.get(pathOne)
    for (const path of [pathOne, `${pathOne}/cancel`, pathTwo]) await client.get(path)
    expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED'])
    expect((await client.post(`${pathOne}/cancel`, {})).status).toBe(403)
    expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED'])
    expect((await client.submit(page, `${pathOne}/cancel`, {})).status).toBe(303)
    expect(await statuses()).toEqual(['CANCELLED', 'CONFIRMED'])
    const unknown = await client.get('/manage/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')
    expect(unknown.status).toBe(404)
  })

  it('WS-21 an unknown practice and a suspended one look the same', async () => {
    const { tenantId, slug } = therapist.practice
    const german = { language: 'de', languages: ['de'], clock: '24h' }
    const data = { suspendedAt: new Date(), ...german }
    await world.database.database.tenant.update({ where: { id: tenantId }, data })
    const answers = (path: string) =>
      Promise.all(
        [slug, 'unknown'].map(async (name) => {
          const answer = await get(`/${path.replace('*', name)}`, { 'accept-language': 'fr, de;q=0.5' })
          // Each answer has an id and a moment of its own; everything else is one and the same.
          const { 'x-request-id': id = name, date, ...headers } = Object.fromEntries(answer.headers)
          const text = [name, id].reduce((rest, word) => rest.replaceAll(word, ''), await answer.text())
          return { status: answer.status, headers, text }
        }),
      )
    for (const path of ['book/*', 'api/v1/tenants/*/services']) {
      const [suspended, unknown] = await answers(path)
      expect([suspended, suspended?.status]).toEqual([unknown, 404])
    }
  })

  it('WS-22 no address in the flow names a person', async () => {
    const landed = await therapist.connectMicrosoft(world.microsoft, newAccount(world))
    const lines = world.logs.lines.filter((line) => line.includes('"event":"request"'))
    expect(`${landed}${lines.join()}`).not.toMatch(/@|%40/)
  })
})
