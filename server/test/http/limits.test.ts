import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { PASSWORD, service } from '../support/fixtures.ts'
import { hidden, member, startWebApp, type WebApp } from '../support/web-app.ts'

const keysOf = (web: WebApp, name: string): unknown[] =>
  web.asked('limit').flatMap(({ args }) => (args[0] === name ? [args[1]] : []))

describe('what is counted', () => {
  it('WS-16 is the address of the socket; a forwarded one only as far as proxies are trusted', async () => {
    for (const [hops, distinct] of [
      [0, 1],
      [1, 2],
    ] as const) {
      const web = await startWebApp(undefined, { trustProxyHops: hops })
      for (const forwarded of ['203.0.113.7', '203.0.113.8'])
        await request(web.origin).get('/api/v1/tenants/ada/services').set('X-Forwarded-For', forwarded)
      expect(new Set(keysOf(web, 'api')).size).toBe(distinct)
      // What the client itself writes into the header lies beyond the last trusted hop.
      await request(web.origin).get('/api/v1/tenants/ada/services').set('X-Forwarded-For', '198.51.100.1, 203.0.113.8')
      expect(new Set(keysOf(web, 'api')).size).toBe(distinct)
    }
  })

  const SLOTS = `/api/v1/tenants/ada/slots?service=${service.id}&from=2026-12-01&to=2026-12-01`

  it.each([
    ['api', SLOTS, 200],
    ['api', SLOTS.replace('/ada/', '/nobody/'), 404],
    ['api', SLOTS.replace(service.id, 'another'), 404],
    ['api', '/api/v1/tenants/ada/slots', 422],
    ['api', '/api/v1/tenants/ada/services', 200],
    ['public', '/book/ada', 200],
    ['public', '/book/ada?day=2026-12-01', 200],
    ['public', '/book/ada?start=2026-12-01T10:00:00Z', 200],
    ['public', '/book/nobody', 404],
    ['public', '/manage/unknown', 404],
  ])(
    'WS-16 in %s is one request for %s, whatever comes of it; over the limit it is refused',
    async (limit, path, status) => {
      const web = await startWebApp()
      await request(web.origin).get(path).expect(status)
      expect(keysOf(web, limit)).toHaveLength(1)
      web.fakes.over.add(limit)
      const { headers } = await request(web.origin).get(path).expect(429)
      expect(headers['retry-after']).toBe('42')
      expect(keysOf(web, limit)).toHaveLength(2)
      expect(web.fakes.log.entries.filter(({ event }) => event === 'rate_limited')).toHaveLength(1)
    },
  )

  it('is hashed: neither addresses nor e-mail addresses reach the counter', async () => {
    const web = await startWebApp()
    const browser = web.browser()
    const csrf = hidden((await browser.get('/sign-in')).text, '_csrf')
    for (const email of ['ada@praxis.example', 'ADA@praxis.example ', 'bo@praxis.example'])
      await browser.post('/sign-in').type('form').send({ _csrf: csrf, email, password: 'wrong' }).expect(401)
    const keys = keysOf(web, 'sign_in')
    expect(keys[0]).toMatch(/^[\w-]{43}$/)
    expect(keys[1]).toBe(keys[0])
    expect(keys[2]).not.toBe(keys[0])
  })

  it('stops guessing before the password is looked at: 429 with Retry-After, one line in the log', async () => {
    const web = await startWebApp((fakes) => fakes.over.add('sign_in'))
    const browser = web.browser()
    const csrf = hidden((await browser.get('/sign-in')).text, '_csrf')
    const form = { _csrf: csrf, email: 'ada@praxis.example', password: PASSWORD }
    const { headers, text } = await browser.post('/sign-in').type('form').send(form).expect(429)
    expect(headers['retry-after']).toBe('42')
    expect(text).toContain('<h1>Too many tries</h1>')
    expect(web.asked('verify')).toEqual([])
    expect(web.fakes.log.entries.filter(({ event }) => event === 'rate_limited')).toHaveLength(1)
  })

  it('fails closed when the counter cannot be reached', async () => {
    const web = await startWebApp(undefined, {
      rateLimits: { consume: () => Promise.reject(new Error('no database')) },
    })
    await request(web.origin).get('/api/v1/tenants/ada/services').expect(500)
    await request(web.origin).get('/book/ada').expect(500)
  })
})

describe('T-29 whoever is signed in', () => {
  const bookIn = async (browser: ReturnType<WebApp['browser']>) => {
    const page = await browser.get('/book/ada?start=2026-12-01T10:00:00Z').expect(200)
    const kept = Object.fromEntries(['_csrf', 'key', 'service', 'start'].map((name) => [name, hidden(page.text, name)]))
    const form = { ...kept, name: 'Mo Okafor', email: 'mo@client.example' }
    return browser.post('/book/ada').type('form').send(form)
  }
  const full = ({ over }: WebApp['fakes']) => void over.add('booking_address').add('booking_tenant')

  it('at the practice is neither refused by the limits of bookings nor counted', async () => {
    const web = await startWebApp(full)
    const { browser } = await member(web)
    expect((await bookIn(browser)).status).toBe(303)
    expect([...keysOf(web, 'booking_address'), ...keysOf(web, 'booking_tenant')]).toEqual([])
  })

  it.each([
    ['nowhere', false],
    ['at another practice', true],
  ])('%s is refused, with Retry-After, and keeps what was typed', async (_where, signedIn) => {
    const web = await startWebApp((fakes) => {
      full(fakes)
      fakes.users = fakes.users.map((user) => ({ ...user, tenantId: 'another' }))
    })
    const answer = await bookIn(signedIn ? (await member(web)).browser : web.browser())
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toBe('42')
    expect(answer.text).toContain('Too many sessions were booked here just now')
    expect(answer.text).toContain('value="Mo Okafor"')
  })
})
