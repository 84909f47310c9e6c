import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type GoogleEmulator, startGoogleEmulator, THROTTLINGS } from '../../dev/google-emulator/index.ts'
import { IRIS, REDIRECT_URI } from '../support/google-account.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
const VERIFIER = 'v'.repeat(43)
const ALL = ['openid', 'email', `${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`, `${CALENDAR}.events.owned`]
const Tokens = z.object({ access_token: z.string(), refresh_token: z.string().optional(), scope: z.string() })
const Failure = z.object({ error: z.object({ errors: z.array(z.object({ reason: z.string() })) }) })

let google: GoogleEmulator
let now: Date
beforeEach(async () => {
  now = new Date('2027-06-01T08:00:00Z')
  const client = { clientId: 'client', clientSecret: 'client-secret', redirectUris: [REDIRECT_URI] }
  google = await startGoogleEmulator({ ...client, now: () => now })
})
afterEach(() => google.close())

function authorizeUrl(changes: Record<string, string> = {}): URL {
  const url = new URL('/o/oauth2/v2/auth', google.origin)
  const asked = {
    client_id: 'client',
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope: ALL.join(' '),
    state: 'state',
    nonce: 'nonce',
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  return url
}

const token = (changes: Record<string, string>) =>
  fetch(new URL('/token', google.origin), {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'client', client_secret: 'client-secret', ...changes }),
  })

const redemption = (code: string, changes: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI, code_verifier: VERIFIER, ...changes })

const codeOf = (url: URL, email = IRIS): string => google.signIn(url, email, 'accept').searchParams.get('code') ?? ''

async function signIn(changes: Record<string, string> = {}) {
  return Tokens.parse(await (await redemption(codeOf(authorizeUrl(changes)))).json())
}

async function api(access: string, method: string, path: string, body?: object) {
  const headers = { authorization: `Bearer ${access}` }
  const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }
  const response = await fetch(`${google.origin}/calendar/v3/${path}`, request)
  const answer: unknown = response.status === 204 ? undefined : await response.json()
  return { status: response.status, answer, reason: Failure.safeParse(answer).data?.error.errors[0]?.reason }
}

describe('the emulated sign-in', () => {
  it('lists accounts and scopes, and sends the browser back with a code', async () => {
    const page = await fetch(authorizeUrl())
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:3000")
    for (const words of [IRIS, `${CALENDAR}.events.owned`]) expect(html).toContain(words)
    const form = new URLSearchParams({
      request: authorizeUrl().searchParams.toString(),
      account: IRIS,
      decision: 'accept',
    })
    form.append('scope', `${CALENDAR}.freebusy`)
    const answer = await fetch(`${google.origin}/o/oauth2/v2/auth/decide`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    })
    const back = new URL(answer.headers.get('location') ?? '')
    expect([back.origin + back.pathname, back.searchParams.get('state')]).toEqual([REDIRECT_URI, 'state'])
    const tokens = Tokens.parse(await (await redemption(back.searchParams.get('code') ?? '')).json())
    expect(tokens.scope).toBe(`openid https://www.googleapis.com/auth/userinfo.email ${CALENDAR}.freebusy`)
  })

  it('sends a refusal back as access_denied', () => {
    const back = google.signIn(authorizeUrl(), IRIS, 'decline')
    expect([back.searchParams.get('error'), back.searchParams.get('code')]).toEqual(['access_denied', null])
  })

  it.each([
    ['client_id', 'other'],
    ['redirect_uri', 'http://127.0.0.1:3000/elsewhere'],
    ['scope', 'https://mail.google.com/'],
    ['code_challenge_method', 'plain'],
  ])('never redirects when %s is wrong', async (name, value) => {
    const page = await fetch(authorizeUrl({ [name]: value }), { redirect: 'manual' })
    expect(page.status).toBe(400)
  })

  it('enforces verifier, secret, redirect URI, single use and ten minutes', async () => {
    const status = async (response: Promise<Response>) => (await response).status
    expect(await status(redemption(codeOf(authorizeUrl()), { code_verifier: 'wrong' }))).toBe(400)
    expect(await status(redemption(codeOf(authorizeUrl()), { client_secret: 'wrong' }))).toBe(401)
    expect(await status(redemption(codeOf(authorizeUrl()), { redirect_uri: 'http://127.0.0.1:3000/' }))).toBe(400)
    const late = codeOf(authorizeUrl())
    now = new Date(now.getTime() + 600_001)
    expect(await status(redemption(late))).toBe(400)
    const twice = codeOf(authorizeUrl())
    const { access_token: access } = Tokens.parse(await (await redemption(twice)).json())
    expect(await status(redemption(twice))).toBe(400)
    expect((await api(access, 'GET', 'users/me/calendarList')).status).toBe(401)
  })

  it('gives a refresh token with consent only', async () => {
    expect((await signIn()).refresh_token).toBeDefined()
    expect((await signIn({ prompt: 'select_account' })).refresh_token).toBeUndefined()
    expect((await signIn({ access_type: 'online' })).refresh_token).toBeUndefined()
  })
})

describe('revoking', () => {
  const revoke = (value: string) =>
    fetch(new URL('/revoke', google.origin), { method: 'POST', body: new URLSearchParams({ token: value }) })
  const refreshes = async (refreshToken: string | undefined) =>
    (await token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' })).status

  it.each(['refresh_token', 'access_token'] as const)(
    'with one %s ends every grant of the account, and nobody else’s',
    async (name) => {
      const [first, second] = [await signIn(), await signIn({ scope: `openid ${CALENDAR}.freebusy` })]
      const stranger = Tokens.parse(await (await redemption(codeOf(authorizeUrl(), 'jonas@practice.example'))).json())
      const undecided = codeOf(authorizeUrl())
      expect((await revoke(first[name] ?? '')).status).toBe(200)
      expect([await refreshes(first.refresh_token), await refreshes(second.refresh_token)]).toEqual([400, 400])
      expect((await api(second.access_token, 'POST', 'freeBusy', {})).status).toBe(401)
      expect((await redemption(undecided)).status).toBe(400)
      expect(await refreshes(stranger.refresh_token)).toBe(200)
      expect((await revoke(second[name] ?? '')).status).toBe(400)
      expect(await refreshes((await signIn()).refresh_token)).toBe(200)
    },
  )
})

describe('the emulated calendar', () => {
  const span = { start: { dateTime: '2027-06-14T08:00:00Z' }, end: { dateTime: '2027-06-14T09:00:00Z' } }
  const events = 'calendars/primary/events'

  it('enforces tokens, their end, and scopes', async () => {
    const { access_token: access } = await signIn({ scope: `openid ${CALENDAR}.freebusy` })
    expect(await api('nonsense', 'GET', 'users/me/calendarList')).toMatchObject({ status: 401, reason: 'authError' })
    expect(await api(access, 'GET', events)).toMatchObject({ status: 403, reason: 'insufficientPermissions' })
    now = new Date(now.getTime() + 3_600_000)
    expect((await api(access, 'POST', 'freeBusy', {})).status).toBe(401)
  })

  it('takes the ids it is given once: 409, then 410, and 404 for unknown ones', async () => {
    const { access_token: access } = await signIn()
    const id = 'abcdef0123'
    expect((await api(access, 'POST', events, { id, ...span })).status).toBe(200)
    expect((await api(access, 'POST', events, { id, ...span })).status).toBe(409)
    expect((await api(access, 'POST', events, { id: 'NOT-BASE32', ...span })).status).toBe(400)
    expect((await api(access, 'DELETE', `${events}/${id}`)).status).toBe(204)
    expect((await api(access, 'DELETE', `${events}/${id}`)).status).toBe(410)
    expect((await api(access, 'POST', events, { id, ...span })).status).toBe(409)
    expect((await api(access, 'GET', `${events}/${id}`)).answer).toMatchObject({ status: 'cancelled' })
    expect((await api(access, 'DELETE', `${events}/unknown00`)).status).toBe(404)
  })

  it('answers the fields that were asked for, page by page, and finds marked events', async () => {
    const { access_token: access } = await signIn()
    const extendedProperties = { private: { mark: 'x' } }
    await api(access, 'POST', events, { summary: 'One', ...span })
    await api(access, 'POST', events, { summary: 'Two', ...span, extendedProperties })
    const query = `${events}?fields=items(summary,start/dateTime),nextPageToken&maxResults=1`
    const { dateTime } = span.start
    expect((await api(access, 'GET', query)).answer).toEqual({
      items: [{ summary: 'One', start: { dateTime } }],
      nextPageToken: '1',
    })
    const marked = await api(access, 'GET', `${events}?privateExtendedProperty=mark%3Dx&fields=items/summary`)
    expect(marked.answer).toEqual({ items: [{ summary: 'Two' }] })
  })

  it('refuses more than fifty calendars and more than ninety days', async () => {
    const { access_token: access } = await signIn()
    const window = { timeMin: '2027-01-01T00:00:00Z', timeMax: '2027-01-02T00:00:00Z' }
    const items = Array.from({ length: 51 }, (_, n) => ({ id: `c${n}` }))
    const many = await api(access, 'POST', 'freeBusy', { ...window, items })
    expect(JSON.stringify(many.answer)).toContain('tooManyCalendarsRequested')
    const long = await api(access, 'POST', 'freeBusy', { ...window, timeMax: '2027-04-02T00:00:00Z', items: [] })
    expect(long).toMatchObject({ status: 400, reason: 'timeRangeTooLong' })
  })

  it('keeps a series by its master, its instances by ids of their own, and removes one of them or all', async () => {
    const { access_token: access } = await signIn()
    const first = await api(access, 'POST', events, { id: 'abcdef9876', summary: 'Weekly', ...span })
    google.editEvent(IRIS, 'abcdef9876', { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'] })
    const get = async (id: string) => (await api(access, 'GET', `${events}/${id}`)).answer as Record<string, unknown>
    const second = 'abcdef9876_20270621T080000Z'
    const master = await get('abcdef9876')
    expect(master).toMatchObject({ recurrence: ['RRULE:FREQ=WEEKLY;COUNT=3'], summary: 'Weekly' })
    expect(master.etag).not.toBe((first.answer as Record<string, unknown>).etag)
    const instance = await get(second)
    expect(instance).toMatchObject({ id: second, recurringEventId: 'abcdef9876', status: 'confirmed' })
    expect(instance).not.toHaveProperty('recurrence')
    const window = { timeMin: '2027-06-13T00:00:00Z', timeMax: '2027-08-01T00:00:00Z', items: [{ id: IRIS }] }
    const busy = async () =>
      JSON.stringify((await api(access, 'POST', 'freeBusy', window)).answer).match(/"start"/g)?.length
    expect(await busy()).toBe(3)
    expect((await api(access, 'DELETE', `${events}/${second}`)).status).toBe(204)
    expect([await busy(), (await get(second)).status, (await get('abcdef9876')).status]).toEqual([
      2,
      'cancelled',
      'confirmed',
    ])
    expect((await get('abcdef9876_20270622T080000Z')).error).toBeDefined()
    expect((await api(access, 'DELETE', `${events}/abcdef9876`)).status).toBe(204)
    expect([await busy(), (await get('abcdef9876')).status]).toEqual([undefined, 'cancelled'])
  })

  it('shows a page where a person adds and removes events', async () => {
    const post = (path: string, form: Record<string, string>) =>
      fetch(google.origin + path, { method: 'POST', body: new URLSearchParams({ account: IRIS, ...form }) })
    const times = { start: '2027-06-14T10:00', end: '2027-06-14T11:00' }
    const added = await post('/calendar/add', { calendar: IRIS, summary: '<b>Lunch</b>', ...times })
    const html = await added.text()
    expect(html).toContain('&lt;b&gt;Lunch&lt;/b&gt;')
    expect(added.headers.get('content-security-policy')).toContain("default-src 'none'")
    const [, event = ''] = html.match(/name="event" value="(\w+)"/) ?? []
    const removed = await post('/calendar/remove', { calendar: IRIS, event })
    expect(await removed.text()).not.toContain('Lunch')
  })

  it('takes no forms from other sites', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' }
    const answer = await fetch(`${google.origin}/calendar/add`, { method: 'POST', headers })
    expect(answer.status).toBe(403)
  })

  it('keeps a journal without secrets', async () => {
    const tokens = await signIn()
    await api(tokens.access_token, 'GET', 'users/me/calendarList')
    const journal = JSON.stringify(google.journal)
    for (const secret of [tokens.access_token, tokens.refresh_token, VERIFIER, 'client-secret', 'nonce'])
      expect(journal).not.toContain(secret)
  })
})

describe('throttling', () => {
  it.each(THROTTLINGS)(
    'F-15 %s is answered as the guide to errors prints it, without Retry-After',
    async (throttled) => {
      void google.failNext('POST /calendar/v3/freeBusy', { throttled })
      const answer = await fetch(new URL('/calendar/v3/freeBusy', google.origin), { method: 'POST' })
      const many = throttled === 'tooManyRequests'
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([many ? 429 : 403, null])
      const { error } = Failure.parse(await answer.json())
      expect(error.errors.map(({ reason }) => reason)).toEqual([many ? 'rateLimitExceeded' : throttled])
    },
  )
})
