import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { AppDependencies } from '../../src/http/app-dependencies.ts'
import { LIMITS } from '../../src/http/rate-limit.ts'
import type { ConnectOutcome } from '../../src/services/connect-outcome.ts'
import type { Fakes } from '../support/fake-services.ts'
import { owner, tenant } from '../support/fixtures.ts'
import { cookiesOf, member, signIn, startWebApp } from '../support/web-app.ts'

const CALLBACK = '/settings/calendar/callback/microsoft'
const GOOD = `${CALLBACK}?state=st4te&code=c0de&session_state=s`

const BAD = [
  '',
  '?state=st4te',
  '?code=c0de',
  '?state=&code=c0de',
  '?state=st4te&state=other&code=c0de',
  '?state[x]=1&code=c0de',
  '?state=st4te&code=c0de&code=other',
  '?state=st4te&code[]=c0de',
  `?state=${'s'.repeat(10_000)}&code=c0de`,
  `?state=st4te&code=${'c'.repeat(12_000)}`,
  `?state=st4te&error=${'e'.repeat(300)}`,
  '?state=st4te&error=access_denied&error_description=a&error_description=b',
]

describe('a callback', () => {
  it.each(BAD)('OA-20 is refused for its form before anything is asked (%#)', async (query) => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const before = web.fakes.asked.length
    const { text } = await browser.get(`${CALLBACK}${query}`).expect(400)
    expect(text).toContain('<h1>This link cannot be used</h1>')
    expect(web.fakes.asked.slice(before)).toEqual([])
  })

  it('OA-22 is handed on once and ends at an address without what it brought', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const answer = await browser.get(`${GOOD}&iss=https%3A%2F%2Fissuer.example`).expect(303)
    expect(answer.headers).toMatchObject({
      location: '/settings/calendar?outcome=connected&provider=microsoft',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    expect(web.asked('finish').map(({ args }) => args[0])).toMatchObject([
      { provider: 'MICROSOFT', state: 'st4te', code: 'c0de', issuer: 'https://issuer.example' },
    ])
  })

  it.each([
    ['unusable_state', 400, undefined],
    ['lost_rights', 403, undefined],
    ['declined_or_admin', 303, '/settings/calendar?outcome=declined_or_admin&provider=microsoft'],
    ['no_mailbox', 303, '/settings/calendar?outcome=no_mailbox&provider=microsoft'],
  ] as const satisfies readonly (readonly [ConnectOutcome, number, string | undefined])[])(
    'OA-38 OA-40 answers %s with %i',
    async (outcome, status, location) => {
      const web = await startWebApp(undefined, { connectCalendar: { finish: () => Promise.resolve(outcome) } })
      const { browser } = await member(web)
      const answer = await browser.get(GOOD).expect(status)
      expect(answer.headers.location).toBe(location)
    },
  )

  it('OA-19 OA-24 never shows or logs what an error said', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const description = '<script>alert(1)</script>\r\nforged: line'
    const query = new URLSearchParams({ state: 'st4te', error: 'access_denied', error_description: description })
    const answer = await browser.get(`${CALLBACK}?${query}`).expect(303)
    const page = await browser.get(answer.headers.location ?? '')
    expect(page.text).not.toMatch(/script>|forged/)
    expect(web.asked('finish')).toHaveLength(1)
    expect(JSON.stringify(web.fakes.log.entries)).not.toMatch(/st4te|script|forged|access_denied/)
    expect(web.fakes.log.entries.map(({ fields }) => fields.route)).toContain('/settings/calendar/callback/:provider')
  })

  it('OA-05 OA-27 is refused without a signed-in session, and gives none', async () => {
    const web = await startWebApp()
    const answer = await request(web.origin).get(GOOD).expect(400)
    expect(cookiesOf(answer)).toEqual([])
    expect(web.asked('finish')).toEqual([])
    expect(web.fakes.sessions.size).toBe(0)
    expect(web.fakes.audited).toEqual([])
  })

  it('OA-27 leaves the session as it was', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const before = [...web.fakes.sessions.keys()]
    await browser.get(GOOD).expect(303)
    expect([...web.fakes.sessions.keys()]).toEqual(before)
    await browser.get('/appointments').expect(200)
  })

  it('is not found for a provider nobody knows', async () => {
    const web = await startWebApp()
    await request(web.origin).get('/settings/calendar/callback/other?state=s&code=c').expect(404)
    await request(web.origin).get('/settings/calendar/callback/other-admin?state=s').expect(404)
  })

  it('OA-28 is limited by address', async () => {
    const web = await startWebApp((fakes) => fakes.over.add('callback'))
    const { headers, status } = await request(web.origin).get(GOOD)
    expect([status, headers['retry-after']]).toEqual([429, '42'])
    expect(web.fakes.audited).toEqual([])
  })
})

describe('OA-28 an office behind one address', () => {
  /** Limits as they are, counted here. */
  const counting = () => {
    const counts = new Map<string, number>()
    const consume: AppDependencies['rateLimits']['consume'] = async ({ limit, key }) => {
      const count = (counts.get(`${limit} ${key}`) ?? 0) + 1
      counts.set(`${limit} ${key}`, count)
      const points = Object.entries(LIMITS).find(([one]) => one === limit)?.[1].points ?? 0
      return { allowed: count <= points, retryAfterSeconds: 60 }
    }
    return { consume }
  }
  const emails = Array.from({ length: 40 }, (_, index) => `therapist-${index}@praxis.example`)
  const office = () =>
    startWebApp(
      (fakes) => {
        fakes.users = emails.map((email, index) => ({ ...owner, id: `user-${index}`, email }))
      },
      { rateLimits: counting() },
    )
  const statusesOf = (times: number, get: () => Promise<{ status: number }>): Promise<number[]> =>
    Promise.all(Array.from({ length: times }, async () => (await get()).status))

  it('OA-28 may send forty therapists back within a minute, while strangers there flood and are limited', async () => {
    const web = await office()
    const strangers = await statusesOf(80, async () => request(web.origin).get(GOOD))
    expect(strangers.filter((status) => status !== 429)).toHaveLength(LIMITS.callback.points)
    const returned = await Promise.all(
      emails.map(async (email) => {
        const browser = web.browser()
        await signIn(browser, email)
        return (await browser.get(GOOD)).headers.location
      }),
    )
    expect(new Set(returned)).toEqual(new Set(['/settings/calendar?outcome=connected&provider=microsoft']))
    expect(web.asked('finish')).toHaveLength(emails.length)
  })

  it('OA-28 limits whoever is signed in by herself: her flood keeps no other one out, nor an administrator', async () => {
    const web = await office()
    const [hers, others] = [web.browser(), web.browser()]
    await signIn(hers, emails[0])
    await signIn(others, emails[1])
    const flood = await statusesOf(31, async () => hers.get(GOOD))
    expect(flood.filter((status) => status === 429)).toHaveLength(1)
    expect((await others.get(GOOD)).status).toBe(303)
    expect((await request(web.origin).get(`${CALLBACK}-admin?state=st4te`)).status).toBe(200)
  })
})

describe('an administrator who returns', () => {
  const RETURN = '/settings/calendar/callback/microsoft-admin?admin_consent=True&tenant=forged&state=st4te'

  it('OA-41 is handed on with her state alone', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const answer = await browser.get(RETURN).expect(303)
    expect(answer.headers.location).toBe('/settings/calendar?outcome=approved&provider=microsoft')
    const [call] = web.asked('finishAdminConsent')
    expect(call?.args[0]).toMatchObject({ provider: 'MICROSOFT', state: 'st4te' })
    expect(JSON.stringify(call)).not.toContain('forged')
    expect(web.asked('finish')).toEqual([])
  })

  it('OA-41 is thanked in a browser of her own, where nothing but the state she brought counts', async () => {
    const web = await startWebApp()
    const answer = await request(web.origin).get(RETURN).expect(200)
    expect(answer.text).toContain('You can close this page')
    expect(cookiesOf(answer)).toEqual([])
    expect(web.asked('finishAdminConsent').map(({ args }) => args[0])).toEqual([
      { provider: 'MICROSOFT', state: 'st4te' },
    ])
  })

  it('OA-41 is thanked in the browser of another practice, which nothing was decided for', async () => {
    const finishAdminConsent = () => Promise.resolve({ outcome: 'approved' as const, tenantId: 'another' })
    const another = (fakes: Fakes) => void fakes.tenants.push({ ...tenant, id: 'another', name: 'Bo Lund' })
    const web = await startWebApp(another, { connectCalendar: { finishAdminConsent } })
    const { browser } = await member(web)
    const { text } = await browser.get(RETURN).expect(200)
    expect(text).toContain('You can close this page')
    expect(text).toContain('<bdi>Bo Lund</bdi>')
  })

  it.each([
    [
      'approved',
      /If you approved for the organisation of Ada Berg, tell Ada Berg that they can connect their calendar now/,
    ],
    ['refused', /We were told that it was not approved, so Ada Berg cannot connect/],
    ['late', /The link of Ada Berg has ended\. If you approved just now, that holds all the same/],
  ] as const)('OA-41 reads for whom it was and what is true of it: %s', async (outcome, words) => {
    const finishAdminConsent = () => Promise.resolve({ outcome, tenantId: tenant.id })
    const web = await startWebApp(undefined, { connectCalendar: { finishAdminConsent } })
    const { text } = await request(web.origin)
      .get(RETURN)
      .expect(outcome === 'late' ? 400 : 200)
    expect(text.replaceAll(/<[^>]+>/g, '').replaceAll(/\s+/g, ' ')).toMatch(words)
    expect(text).not.toMatch(/Nothing was changed|cannot be used/)
  })

  it('OA-41 is welcomed late in the therapist’s own browser as well', async () => {
    const finishAdminConsent = () => Promise.resolve({ outcome: 'late' as const, tenantId: tenant.id })
    const web = await startWebApp(undefined, { connectCalendar: { finishAdminConsent } })
    const { browser } = await member(web)
    expect((await browser.get(RETURN).expect(400)).text).toContain('that holds all the same')
  })

  it('OA-41 is refused with a state that cannot be used', async () => {
    const finishAdminConsent = () => Promise.resolve('unusable_state' as const)
    const web = await startWebApp(undefined, { connectCalendar: { finishAdminConsent } })
    const { browser } = await member(web)
    const { text } = await browser.get(RETURN).expect(400)
    expect(text).toContain('If you approved just now, that holds')
    expect(text).not.toMatch(/Nothing was changed|cannot be used|ten minutes/)
  })
})
