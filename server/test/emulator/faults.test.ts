import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { connect, graphWith, openEmulator, token, view } from './support.ts'

const emulator = await openEmulator()
const account = emulator.addAccount({ kind: 'work', address: 'ada@practice.example' })
const graph = graphWith(emulator, emulator.issueTokens(account, ['Calendars.ReadWrite']).accessToken)
emulator.addEvent(account, { start: '2027-01-05T09:00', end: '2027-01-05T10:00' })
const VIEW = view('2027-01-05T00:00:00Z', '2027-01-06T00:00:00Z')
const CALENDAR_VIEW = 'GET /v1.0/me/calendarView'
const draft = () => ({
  start: { dateTime: '2027-02-01T09:00:00', timeZone: 'UTC' },
  end: { dateTime: '2027-02-01T10:00:00', timeZone: 'UTC' },
  transactionId: `t${Math.random()}`,
})

async function struckBy(fault: Fault) {
  emulator.faults.failNext(CALENDAR_VIEW, fault)
  const reply = await graph(VIEW)
  expect((await graph(VIEW)).status).toBe(200) // once means once
  return reply
}

describe('instead of the answer', () => {
  test.each(['2.128', '0', '-1', 'Mon, 04 Jan 2027 08:00:00 GMT', '86400', 'soon'])(
    'a 429 with Retry-After %s (F-14, F-15)',
    async (retryAfter) => {
      const { status, headers, json } = await struckBy({ status: 429, retryAfter })
      expect([status, headers.get('retry-after'), json.error.code]).toEqual([429, retryAfter, 'TooManyRequests'])
    },
  )

  test.each([400, 403, 404, 500, 502, 503, 504, 507])('a %i in the form of Graph (F-16)', async (status) => {
    const reply = await struckBy({ status, code: 'AsTold', retryAfter: '0' })
    expect([reply.status, reply.json.error.code]).toEqual([status, 'AsTold'])
  })

  test('a claims challenge (F-48), a redirect elsewhere (F-39)', async () => {
    expect((await struckBy({ kind: 'claims-challenge' })).headers.get('www-authenticate')).toContain(
      'insufficient_claims',
    )
    const redirected = await struckBy({ kind: 'redirect', to: 'http://elsewhere.example/' })
    expect([redirected.status, redirected.headers.get('location')]).toEqual([302, 'http://elsewhere.example/'])
  })
})

describe('spoiled answers', () => {
  test('links: foreign, to the page itself, without end, behind an empty page (F-27, F-28, F-30)', async () => {
    expect(
      (await struckBy({ kind: 'next-link', to: 'https://graph.microsoft.com.evil.example/' })).json['@odata.nextLink'],
    ).toContain('evil')
    expect((await struckBy({ kind: 'next-link', to: 'self' })).json['@odata.nextLink']).toBe(
      `${emulator.origin}/v1.0${VIEW}`,
    )
    const empty = (await struckBy({ kind: 'empty-page' })).json
    expect([empty.value, (await graph(empty['@odata.nextLink'] ?? '')).json.value.length]).toEqual([[], 1])
    const endless = emulator.faults.failNext(
      CALENDAR_VIEW,
      { kind: 'endless-pages' },
      { times: Number.POSITIVE_INFINITY },
    )
    const links = new Set<string>()
    for (let next: string | undefined = VIEW; links.size < 30; ) {
      next = (await graph(next)).json['@odata.nextLink']
      links.add(next ?? '')
      if (next === undefined) break
    }
    endless.cancel()
    expect(links.size).toBe(30)
  })

  test('bodies: no value, an error at 200, no JSON, a BOM, HTML (F-31, F-32)', async () => {
    expect((await struckBy({ kind: 'value', value: 'missing' })).json).not.toHaveProperty('value')
    expect((await struckBy({ kind: 'value', value: 'null' })).json.value).toBeNull()
    expect((await struckBy({ kind: 'value', value: 'object' })).json.value).toEqual({})
    expect(await struckBy({ kind: 'error-at-200' })).toMatchObject({ status: 200, json: { error: expect.anything() } })
    expect((await struckBy({ kind: 'malformed-json' })).json).toBeUndefined()
    // Response.text() drops the mark; the bytes have it.
    emulator.faults.failNext(CALENDAR_VIEW, { kind: 'bom' })
    const { accessToken } = emulator.issueTokens(account, [])
    const raw = await fetch(`${emulator.origin}/v1.0${VIEW}`, { headers: { authorization: `Bearer ${accessToken}` } })
    expect([...new Uint8Array(await raw.arrayBuffer()).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(await struckBy({ kind: 'html', status: 502 })).toMatchObject({
      status: 502,
      text: expect.stringContaining('<html>'),
    })
  })

  test('events: twice, with values of tomorrow, from another mailbox (F-36, F-40, F-41)', async () => {
    expect((await struckBy({ kind: 'duplicate-events' })).json.value).toHaveLength(2)
    expect(
      (await struckBy({ kind: 'events', set: { showAs: 'unknownFutureValue', start: undefined } })).json.value[0],
    ).toMatchObject({ showAs: 'unknownFutureValue' })
    const other = emulator.addAccount({ kind: 'work', address: 'bo@practice.example' })
    emulator.addEvent(other, { start: '2027-01-05T12:00', end: '2027-01-05T13:00', subject: 'Of Bo' })
    expect((await struckBy({ kind: 'other-mailbox', account: other })).json.value).toMatchObject([{ subject: 'Of Bo' }])
    expect((await struckBy({ kind: 'body', change: () => ({ value: 'mine' }) })).json.value).toBe('mine')
  })

  test('too large: a flood and a gzip bomb (F-33)', async () => {
    expect((await struckBy({ kind: 'flood', bytes: 3_000_000 })).text.length).toBeGreaterThan(3_000_000)
    const bomb = await struckBy({ kind: 'gzip-bomb' })
    expect(bomb.text.length).toBeGreaterThan(64 * 1024 * 1024)
    expect(bomb.headers.get('content-encoding')).toBe('gzip')
  })
})

describe('broken transport', () => {
  test('a reset before and inside the body (F-35)', async () => {
    for (const kind of ['reset', 'reset-mid-body'] as const) {
      emulator.faults.failNext(CALENDAR_VIEW, { kind })
      await expect(graph(VIEW)).rejects.toThrow()
    }
  })

  test('a hang, ended by the client; slow bytes (F-34)', async () => {
    for (const fault of [{ kind: 'hang' }, { kind: 'drip', bytesPerSecond: 20 }] as const) {
      const client = new AbortController()
      const { struck } = emulator.faults.failNext(CALENDAR_VIEW, fault)
      const call = graph(VIEW, { signal: client.signal })
      await struck
      client.abort()
      await expect(call).rejects.toThrow(/abort/i)
    }
  })
})

describe('applied, but the answer is lost (F-12, F-13, F-20)', () => {
  const CREATE = 'POST /v1.0/me/events'
  const made = (transactionId: string) =>
    emulator.events(account).filter((event) => event.draft.transactionId === transactionId).length

  test('504 after apply; and before it by default', async () => {
    const [lost, refused] = [draft(), draft()]
    emulator.faults.failNext(CREATE, { status: 504, applied: true })
    emulator.faults.failNext(CREATE, { status: 504 })
    expect([(await graph('/me/events', { body: lost })).status, made(lost.transactionId)]).toEqual([504, 1])
    expect([(await graph('/me/events', { body: refused })).status, made(refused.transactionId)]).toEqual([504, 0])
  })

  test('half a body, no id, a hang', async () => {
    const [half, nameless, hung] = [draft(), draft(), draft()]
    emulator.faults.failNext(CREATE, { kind: 'truncated' })
    expect(await graph('/me/events', { body: half })).toMatchObject({ status: 201, json: undefined })
    emulator.faults.failNext(CREATE, { kind: 'without-id' })
    expect((await graph('/me/events', { body: nameless })).json).not.toHaveProperty('id')
    const client = new AbortController()
    const gone = emulator.journal.next((entry) => entry.method === 'POST' && entry.status === undefined)
    emulator.faults.failNext(CREATE, { kind: 'hang', applied: true })
    const call = graph('/me/events', { body: hung, signal: client.signal })
    const rejected = expect(call).rejects.toThrow(/abort/i)
    while (made(hung.transactionId) === 0) await new Promise(setImmediate)
    client.abort()
    await rejected
    expect((await gone).faulty).toBe(true)
    expect([half, nameless, hung].map(({ transactionId }) => made(transactionId))).toEqual([1, 1, 1])
  })
})

describe('at the token endpoint', () => {
  const TOKEN = 'POST /*/oauth2/v2.0/token'
  const refresh = (refreshToken: string) =>
    token(emulator, { grant_type: 'refresh_token', refresh_token: refreshToken })

  test('refusals in the form of Entra, HTML, throttling (F-45, F-46, F-49, F-53)', async () => {
    const { refresh_token } = (await connect(emulator, account)).json
    emulator.faults.failNext(TOKEN, {
      kind: 'oauth-error',
      error: 'interaction_required',
      aadsts: 50076,
      suberror: 'basic_action',
      claims: '{}',
    })
    expect((await refresh(refresh_token)).json).toMatchObject({
      error: 'interaction_required',
      suberror: 'basic_action',
      claims: '{}',
    })
    emulator.faults.failNext(TOKEN, { status: 429, retryAfter: '7' })
    expect(await refresh(refresh_token)).toMatchObject({ status: 429, json: { error: 'temporarily_unavailable' } })
    emulator.faults.failNext(TOKEN, { kind: 'html', status: 502 })
    expect((await refresh(refresh_token)).status).toBe(502)
    expect(emulator.journal.of('token').map((entry) => entry.early)).toEqual([false, false, false, true])
    expect((await refresh(refresh_token)).status).toBe(200)
  })
})

describe('the journal', () => {
  test('tells requests that came before a Retry-After was over (INV-11)', async () => {
    const patient = emulator.addAccount({ kind: 'work', address: 'cy@practice.example' })
    const call = graphWith(emulator, emulator.issueTokens(patient, ['Calendars.Read']).accessToken)
    emulator.faults.failNext('GET /v1.0/me/calendar', { status: 503, retryAfter: '60' })
    await call('/me/calendar')
    await call('/me/calendars')
    expect(emulator.journal.entries.map((entry) => [entry.status, entry.early])).toEqual([
      [503, false],
      [200, true],
    ])
  })

  test('keeps no secret when written out', async () => {
    const { json } = await connect(emulator, account)
    await graphWith(emulator, json.access_token)(VIEW)
    const lines = emulator.journal.toJsonLines()
    for (const secret of [json.access_token, json.refresh_token, json.id_token, 'a secret of the tests'])
      expect(lines).not.toContain(secret)
    expect(lines).toContain('"authorization":"Bearer redacted"')
    const page = await (await fetch(`${emulator.origin}/journal`)).text()
    expect(page).toContain('code_challenge=redacted')
  })

  test('is waited for without sleeping', async () => {
    const coming = emulator.journal.next((entry) => entry.path === '/v1.0/me/calendar')
    await graph('/me/calendar')
    expect((await coming).status).toBe(200)
    await expect(emulator.journal.until(() => false, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
  })
})
