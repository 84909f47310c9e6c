import { beforeEach, describe, expect, it } from 'vitest'
import { auditOf } from '../support/rows.ts'
import type { Therapist } from '../support/therapist.ts'
import {
  calendarRows,
  connections,
  newAccount,
  outcomeOf,
  refusingConnections,
  startApp,
  tokenRequests,
  withParameter,
} from './support.ts'

const { world, app } = await startApp()
let therapist: Therapist

beforeEach(async () => {
  therapist = await app.signIn(await world.practice())
})

const callbackUrl = async (access = 'bookings'): Promise<string> =>
  world.microsoft.signIn((await therapist.leave('microsoft', access)).href, newAccount(world))

const stored = () => connections(world, therapist.practice.tenantId)

it('OA-22 OA-23 OA-27 goes on to a clean address with 303, keeps nothing, and leaves the session alone', async () => {
  const session = therapist.browser.cookies.get('session')
  const page = await therapist.back(await callbackUrl())
  expect(page.status).toBe(303)
  expect(page.location).toBe('/settings/calendar?outcome=connected&provider=microsoft')
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(page.headers.get('cache-control')).toBe('no-store')
  expect(page.text).not.toContain('<')
  expect(therapist.browser.cookies.get('session')?.split('.')[0]).toBe(session?.split('.')[0])
})

it('OA-27 extends no session: whoever leads a browser to a callback does not keep its web session alive', async () => {
  const { pool } = world.database
  // Idle for 29 minutes, with a minute left.
  await pool.query(
    `UPDATE session SET expire = now() + interval '1 minute',
       sess = jsonb_set(sess::jsonb, '{seenAt}', to_jsonb((sess->>'seenAt')::bigint - 29 * 60000))`,
  )
  const row = async () => (await pool.query('SELECT * FROM session')).rows
  const before = await row()
  const nonsense = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
  for (const slug of ['microsoft', 'microsoft-admin', 'google'])
    expect((await therapist.back(`/settings/calendar/callback/${slug}?state=x&error=y`, nonsense)).status).toBe(400)
  expect(await row()).toEqual(before)
  expect((await therapist.settings()).status).toBe(200)
  expect(await row()).not.toEqual(before)
})

it('OA-19 an error needs a valid state, uses it up, and is neither shown nor logged', async () => {
  const url = await therapist.leave()
  const callback = new URL(`${app.origin}/settings/calendar/callback/microsoft`)
  callback.search = new URLSearchParams({
    error: 'access_denied',
    error_description: '<script>alert(1)</script>\r\nlevel: CANARY',
    state: url.searchParams.get('state') ?? '',
  }).toString()
  const before = world.logs.lines.length
  const page = await therapist.back(callback)
  expect(outcomeOf(page.location)).toBe('declined_or_admin')
  const landed = await therapist.back(page.location ?? '')
  for (const text of [page.text, landed.text, ...world.logs.lines.slice(before)]) {
    expect(text).not.toMatch(/alert\(1\)|CANARY/)
  }
  expect((await therapist.back(callback)).status).toBe(400)
  expect((await therapist.back(withParameter(callback, 'state', 'unknown'))).status).toBe(400)
})

it('OA-20 parameters are single short strings, or nothing is looked up', async () => {
  const base = `${app.origin}/settings/calendar/callback/microsoft`
  const rows = await calendarRows(world)
  const queries = [
    'state=a&state=b&code=c',
    'state=a&code=b&code=c',
    'state[x]=1&code=c',
    `state=${'a'.repeat(10_000)}&code=c`,
    `state=a&code=${'c'.repeat(8_193)}`,
    'state=a',
    'code=c',
    '',
  ]
  for (const query of queries) expect((await therapist.back(`${base}?${query}`)).status, query.slice(0, 30)).toBe(400)
  expect(await calendarRows(world)).toBe(rows)
})

it.each([
  '//evil.example',
  '/\\evil.example',
  'https:evil.example',
  '%2f%2fevil',
  'javascript:alert(1)',
  '/settings@evil',
])('OA-21 nowhere but to our own pages: %s', async (target) => {
  const more = new URLSearchParams({ returnTo: target, next: target, redirect_uri: target })
  const page = await therapist.back(`${await callbackUrl()}&${more}`)
  expect(page.location).toBe('/settings/calendar?outcome=connected&provider=microsoft')
  const browser = app.browser()
  const form = await browser.get(`/sign-in?${more}`)
  const { email, password } = therapist.practice
  const signedIn = await browser.submit(form, '/sign-in', { email, password, next: target })
  expect(signedIn.location).toBe('/appointments')
})

describe('the id token', () => {
  it.each([
    ['OA-10 another nonce', { claims: { nonce: 'somebody-elses' } }],
    ['OA-10 no nonce', { claims: { nonce: undefined } }],
    ['OA-11 another audience', { claims: { aud: 'another-client' } }],
    ['OA-11 another issuer', { claims: { iss: 'https://login.evil.example/v2.0' } }],
    ['OA-11 an issuer of another tenant', { claims: { tid: '11111111-2222-4333-8444-555555555555' } }],
    ['OA-11 long expired', { claims: { exp: Math.floor(Date.now() / 1000) - 3600 } }],
    ['OA-11 a foreign signature', { idToken: 'foreign-key' as const }],
    ['OA-12 no oid', { claims: { oid: undefined } }],
  ])('%s: refused, nothing stored', async (_name, flaws) => {
    const callback = await callbackUrl()
    const before = world.logs.of('token_exchange_failed').length
    world.microsoft.spoilNextTokens(flaws)
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('failed')
    expect(await stored()).toEqual([])
    expect(world.logs.of('token_exchange_failed')).toHaveLength(before + 1)
  })
})

describe('what was granted', () => {
  it('OA-18 less than asked for is not connected', async () => {
    for (const scopes of [['openid', 'Calendars.ReadBasic'], []]) {
      const callback = await callbackUrl()
      world.microsoft.spoilNextTokens({ scopes })
      expect(outcomeOf((await therapist.back(callback)).location)).toBe('insufficient_scope')
    }
    const page = await therapist.back('/settings/calendar?outcome=insufficient_scope&provider=microsoft')
    expect(page.text).toContain('less access than we need')
    expect(await stored()).toEqual([])
  })

  it('OA-18 boxes left empty at Google connect nothing, whichever they are, and the way back asks for the same level', async () => {
    const asked = async () => (await therapist.leave('google')).searchParams.get('scope')?.split(' ') ?? []
    const boxes = (await asked()).filter((scope) => scope.includes('/auth/calendar'))
    expect(boxes).toHaveLength(3)
    for (const withheld of [boxes, ...boxes.map((box) => [box]), boxes.slice(1)]) {
      const back = world.google.signIn(await therapist.leave('google'), 'iris@practice.example', 'accept', withheld)
      const landed = await therapist.back((await therapist.back(back)).location ?? '')
      expect(landed.text).toContain('Google Calendar was not connected')
      expect(landed.text).toMatch(/Tick all of them.*name="access" value="bookings".*Try again/s)
    }
    expect(await stored()).toEqual([])
  })

  it('OA-18 more than asked for is connected at the chosen level, and logged', async () => {
    const before = world.logs.of('token_scopes_wider').length
    const callback = await callbackUrl('availability')
    const scopes = ['openid', 'profile', 'offline_access', 'Calendars.ReadBasic', 'Mail.Read']
    world.microsoft.spoilNextTokens({ scopes })
    expect(outcomeOf((await therapist.back(callback)).location)).toBe('connected')
    expect(await stored()).toMatchObject([{ access: 'AVAILABILITY' }])
    expect(world.logs.of('token_scopes_wider')).toHaveLength(before + 1)
  })
})

it('OA-33 CL-03 the metadata is asked for once, and a redirect of the token endpoint is not followed', async () => {
  const callback = await callbackUrl()
  const elsewhere = world.google.journal.length
  world.microsoft.faults.failNext('POST /common/oauth2/v2.0/token', {
    kind: 'redirect',
    to: `${world.google.origin}/token`,
  })
  expect(['failed', 'unavailable']).toContain(outcomeOf((await therapist.back(callback)).location))
  expect(world.google.journal).toHaveLength(elsewhere)
  expect(world.microsoft.journal.matching('.well-known')).toHaveLength(1)
  expect(await stored()).toEqual([])
})

it.each([
  ['refuses', 'P0001', 'failed', /went wrong on the way/],
  ['does not answer in time', '55P03', 'not_stored', /Our system did not answer in time/],
] as const)(
  'OA-39 when our database %s after the code was redeemed, nothing is left and she is told so, and to try again',
  async (_what, code, outcome, words) => {
    const callback = await callbackUrl()
    const page = await refusingConnections(world, 'INSERT', code, () => therapist.back(callback))
    expect(outcomeOf(page.location)).toBe(outcome)
    expect((await therapist.back(page.location ?? '')).text).toMatch(words)
    expect(world.logs.of('calendar_connect_error').at(-1)).toMatchObject({ error: 'StoreError', code })
    expect(await stored()).toEqual([])
    const audited = (await auditOf(world.database.pool, therapist.practice.tenantId)).join()
    expect(audited.includes('calendar_connect_')).toBe(outcome === 'failed')
    expect(outcomeOf((await therapist.back(await callbackUrl())).location)).toBe('connected')
  },
)

it('OA-39 when our database fails once the account is stored, she is told that it is connected', async () => {
  const callback = await callbackUrl()
  const page = await refusingConnections(world, 'UPDATE', '55P03', () => therapist.back(callback))
  expect(outcomeOf(page.location)).toBe('connected')
  expect(world.logs.of('calendar_connect_error').at(-1)).toMatchObject({ reason: 'after_storing', code: '55P03' })
  expect(await stored()).toHaveLength(1)
})

it('OA-40 rights are looked at again: demoted, disabled or suspended meanwhile, it is 403 and nothing is stored', async () => {
  const { database } = world.database
  const { tenantId } = therapist.practice
  const before = tokenRequests(world)
  const where = { tenantId }
  const lose = [
    () => database.user.updateMany({ where, data: { role: 'MEMBER' } }),
    () => database.user.updateMany({ where, data: { role: 'OWNER', disabledAt: new Date() } }),
    () => database.tenant.update({ where: { id: tenantId }, data: { suspendedAt: new Date() } }),
  ]
  for (const act of lose) {
    await database.user.updateMany({ where, data: { role: 'OWNER', disabledAt: null } })
    therapist = await app.signIn(therapist.practice)
    const callback = await callbackUrl()
    await act()
    expect((await therapist.back(callback)).status).toBe(403)
  }
  expect(tokenRequests(world)).toBe(before)
  expect(await stored()).toEqual([])
})

it('OA-34 F-40 of 20 people who connect at once each keeps her own tokens only', async () => {
  const people = await Promise.all(
    Array.from({ length: 20 }, async () => ({
      person: await app.signIn(await world.practice()),
      account: newAccount(world),
    })),
  )
  // On a busy machine a write may run out of its time: she is then told to try again, and does.
  const connect = async ({ person, account }: (typeof people)[number]): Promise<string | null> => {
    for (;;) {
      const outcome = outcomeOf(await person.connectMicrosoft(world.microsoft, account))
      if (outcome !== 'failed' && outcome !== 'unavailable') return outcome
    }
  }
  expect(new Set(await Promise.all(people.map(connect)))).toEqual(new Set(['connected']))
  for (const { person, account } of people) {
    const where = { tenantId: person.practice.tenantId }
    const row = await world.database.database.calendarConnection.findFirstOrThrow({ where })
    const cache: { RefreshToken: Record<string, { home_account_id: string }> } = JSON.parse(row.tokenCache ?? '')
    expect(Object.values(cache.RefreshToken).map(({ home_account_id }) => home_account_id)).toEqual([
      `${account.oid}.${account.tid}`,
    ])
  }
})
