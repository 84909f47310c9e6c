import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { MANAGE_TOKEN } from '../support/fixtures.ts'
import { member, startWebApp } from '../support/web-app.ts'

const PATHS = [
  '/sign-in',
  '/book/ada',
  '/book/nobody',
  '/manage/unknown',
  '/settings/calendar',
  '/settings/calendar/callback/microsoft',
  '/api/v1/tenants/ada/services',
  '/api/v1/tenants/nobody/services',
  '/healthz',
  '/nothing/here',
  '/%E0%A4%A',
]

describe('every answer', () => {
  it.each(PATHS)('WS-06 WS-08 WS-09 WS-15 carries the security headers: %s', async (path) => {
    const { origin } = await startWebApp()
    const { headers, text } = await request(origin).get(path)
    expect(headers['content-security-policy']).toBe(
      "default-src 'self';object-src 'none';base-uri 'none';frame-ancestors 'none';form-action 'self'",
    )
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
    expect(headers['referrer-policy']).toBe('no-referrer')
    expect(headers['cross-origin-opener-policy']).toBe('same-origin')
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-type']).toMatch(/; charset=utf-8$/)
    expect(headers['x-powered-by']).toBeUndefined()
    expect(text).not.toMatch(/node_modules|at .*\.ts:\d+/)
  })

  it.each([
    [{ maxAgeSeconds: 31_536_000, includesSubdomains: false }, 'max-age=31536000'],
    [{ maxAgeSeconds: 300, includesSubdomains: true }, 'max-age=300; includeSubDomains'],
    [{ maxAgeSeconds: 0, includesSubdomains: false }, 'max-age=0'],
  ])('WS-08 has HSTS as it is configured, on errors too: %j', async (hsts, expected) => {
    const { origin } = await startWebApp(undefined, { hsts })
    for (const path of ['/sign-in', '/nothing/here', '/healthz'])
      expect((await request(origin).get(path)).headers['strict-transport-security']).toBe(expected)
  })

  it.each(PATHS)('WS-11 allows no other origin to read it: %s', async (path) => {
    const { origin } = await startWebApp()
    for (const from of ['https://evil.example', 'null', 'http://127.0.0.1:3000', 'https://login.microsoft.example']) {
      const { headers } = await request(origin).get(path).set('Origin', from)
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('WS-10 is stored nowhere when it shows a person: signed-in pages, callback, manage', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    for (const path of [
      '/settings/calendar',
      '/settings/calendar/admin?provider=microsoft',
      '/settings/calendar/callback/microsoft?state=s&code=c',
      '/appointments',
      '/manage/m4nageT0ken-m4nageT0ken',
      '/sign-in',
    ]) {
      const { headers } = await browser.get(path)
      expect([path, headers['cache-control']]).toEqual([path, 'no-store'])
    }
  })

  it('keeps the style sheet for a year under an address that names its content', async () => {
    const { origin } = await startWebApp()
    const page = await request(origin).get('/sign-in')
    const sheet = /href="(\/app\.css\?v=[0-9a-f]{12})"/.exec(page.text)?.[1] ?? ''
    const { headers, text } = await request(origin).get(sheet).expect(200)
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(text.length).toBeLessThan(9500)
  })
})

describe('methods', () => {
  it.each(['put', 'patch', 'delete', 'options', 'trace'] as const)('WS-18 refuses %s', async (method) => {
    const { origin } = await startWebApp()
    const { status, headers } = await request(origin)[method]('/settings/calendar')
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD, POST'])
  })

  it.each([
    ['post', '/healthz', 'GET'],
    ['get', '/sign-out', 'POST'],
    ['post', '/settings/calendar', 'GET'],
    ['get', '/settings/calendar/connect', 'POST'],
    ['get', '/settings/calendar/disconnect', 'POST'],
    ['get', '/settings/calendar/calendars', 'POST'],
    ['get', '/settings/calendar/confirm', 'POST'],
    ['post', '/settings/calendar/callback/microsoft', 'GET'],
    ['get', '/manage/m4nageT0ken-m4nageT0ken/cancel', 'POST'],
    ['post', '/api/v1/tenants/ada/slots', 'GET'],
  ] as const)('OA-25 OA-26 WS-18 answers %s %s with 405', async (method, path, allow) => {
    const { origin } = await startWebApp()
    const { status, headers } = await request(origin)[method](path)
    expect([status, headers.allow]).toEqual([405, allow])
  })
})

describe('health', () => {
  const all = { worker: true, database: true, migrations: true, keys: true }

  it.each(['worker', 'database', 'migrations', 'keys'] as const)(
    'is alive while it is not ready for want of: %s',
    async (missing) => {
      const readiness = { ...all, [missing]: false, oldestJobSeconds: 0 }
      const { origin } = await startWebApp((fakes) => {
        fakes.readiness = readiness
      })
      await request(origin).get('/healthz').expect(200, { status: 'ok' })
      await request(origin)
        .get('/readyz')
        .expect(503, { status: 'not ready', ...readiness })
    },
  )

  it('is ready, and says so, while jobs wait that another process may take', async () => {
    const { origin } = await startWebApp((fakes) => {
      fakes.readiness = { ...all, oldestJobSeconds: 901 }
    })
    await request(origin)
      .get('/readyz')
      .expect(200, { status: 'ready', ...all, oldestJobSeconds: 901 })
  })
})

describe('search engines', () => {
  it('WS-22 may not index the pages of one booking, and may read that they may not', async () => {
    const { origin } = await startWebApp()
    for (const path of ['/manage/unknown', `/manage/${MANAGE_TOKEN}`, `/manage/${MANAGE_TOKEN}/session.ics`]) {
      const { headers } = await request(origin).get(path)
      expect(headers['x-robots-tag']).toBe('noindex, nofollow')
    }
    expect((await request(origin).get('/book/ada')).headers['x-robots-tag']).toBeUndefined()
    const { text, headers } = await request(origin).get('/robots.txt').expect(200)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text).toBe('User-agent: *\nDisallow: /api/\n')
  })
})
