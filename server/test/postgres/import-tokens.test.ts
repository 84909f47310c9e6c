import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import { createMicrosoftCalendar } from '../../src/adapters/microsoft-calendar/index.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { configOf, connect, startMicrosoft } from '../microsoft/support.ts'
import { type Admin, adminOf } from '../support/admin.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { emulatorConfig, type GoogleFixture, IRIS, REDIRECT_URI, startGoogle } from '../support/google-account.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { createPractice } from '../support/practice.ts'
import { auditOf } from '../support/rows.ts'

const JONAS = 'jonas@practice.example'
const CALENDAR = 'https://www.googleapis.com/auth/calendar'

let test: TestDatabase
let admin: Admin
let google: GoogleFixture
let folder: string
const log = new LogRecorder()
const microsoft = await startMicrosoft()

beforeAll(async () => {
  test = await openTestDatabase()
  google = await startGoogle()
  admin = adminOf(test, {
    log,
    providers: ({ vault, clock }) => ({
      GOOGLE: createGoogleCalendar({ config: emulatorConfig(google.google.origin), vault, clock, log }),
      MICROSOFT: createMicrosoftCalendar({
        config: configOf(microsoft.emulator.origin),
        vault,
        clock: microsoft.clock,
        log,
      }),
    }),
  })
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tokens-'))
})
afterAll(async () => {
  fs.rmSync(folder, { recursive: true })
  await admin.close()
  await google.close()
  await test.drop()
})

/** What another program with our registration was given: its own scopes, no PKCE and no nonce. */
async function googleToken(account: string, scopes = `openid email ${CALENDAR}`): Promise<string> {
  const { origin } = google.google
  const client = { client_id: 'booking-client', redirect_uri: REDIRECT_URI }
  const url = new URL(`${origin}/o/oauth2/v2/auth`)
  const asked = {
    ...client,
    response_type: 'code',
    scope: scopes,
    access_type: 'offline',
    prompt: 'consent',
    state: 's',
  }
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value)
  const code = google.google.signIn(url, account, 'accept').searchParams.get('code') ?? ''
  const form = { ...client, client_secret: 'booking-client-secret', grant_type: 'authorization_code', code }
  const answer = await fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams(form) })
  return ((await answer.json()) as { refresh_token: string }).refresh_token
}

async function microsoftToken(access: 'bookings' | 'availability', address: string) {
  const { grant } = await connect(microsoft, { access, account: { address } })
  const [token] = Object.values(
    (JSON.parse(grant.tokenCache) as { RefreshToken: Record<string, { secret: string }> }).RefreshToken,
  )
  return { token: token?.secret ?? '', accountKey: grant.accountKey }
}

interface Row {
  readonly line: number
  readonly outcome: string
  readonly [more: string]: unknown
}

async function importing(text: string, ...more: readonly string[]) {
  const file = path.join(folder, 'tokens')
  fs.writeFileSync(file, text)
  const answer = await admin('connections', 'import-tokens', file, '--json', ...more)
  const { rows } = JSON.parse(answer.said) as { rows: readonly Row[] }
  return { ...answer, rows, outcomes: rows.map(({ line, outcome }) => [line, outcome]) }
}

const connected = async (tenantId: string) => (await createConnectionStore(test.database).connected(tenantId))[0]
const revocations = () => google.google.journal.filter(({ path: asked }) => asked === '/revoke')

it('practices go on with the tokens of the program before: nobody signs in again, and no token is seen', async () => {
  const iris = await createPractice(test.database, { slug: 'iris' })
  const ada = await createPractice(test.database, { slug: 'ada' })
  const reader = await createPractice(test.database, { slug: 'reader' })
  const outlook = await microsoftToken('bookings', 'ada@work.example')
  const narrow = await microsoftToken('availability', 'reader@work.example')
  const irises = await googleToken(IRIS)
  const file = [
    'slug,provider,refresh-token,account,access',
    `iris,google,${irises},${IRIS.toUpperCase()},`,
    `ada,microsoft,${outlook.token},${outlook.accountKey.split('.')[1]},`,
    `reader,Microsoft,${narrow.token},,`,
  ].join('\r\n')
  const dry = await importing(file, '--dry-run')
  const done = [2, 3, 4].map((line) => [line, 'connected'])
  expect([dry.code, dry.outcomes]).toEqual([0, done])
  expect(await test.database.calendarConnection.count()).toBe(0)

  const { code, rows, said, warned } = await importing(file)
  expect([code, rows.map(({ outcome, access, calendars }) => [outcome, access, calendars])]).toEqual([
    0,
    [
      ['connected', 'bookings', 2],
      ['connected', 'bookings', expect.any(Number)],
      ['connected', 'availability', expect.any(Number)],
    ],
  ])
  for (const secret of [irises, outlook.token, narrow.token])
    for (const text of [said, warned, dry.said, JSON.stringify(log.entries)]) expect(text).not.toContain(secret)
  const [google, microsoftAccount, reading] = await Promise.all(
    [iris, ada, reader].map(({ tenantId }) => connected(tenantId)),
  )
  expect(google).toMatchObject({ provider: 'GOOGLE', accountKey: '101', accountAddress: IRIS, access: 'bookings' })
  expect(google?.calendars.map(({ blocks }) => blocks)).toEqual([true, true])
  expect(google?.evidence.lastReadAt).toBeDefined()
  expect(microsoftAccount).toMatchObject({ provider: 'MICROSOFT', accountKey: outlook.accountKey, access: 'bookings' })
  expect(reading?.access).toBe('availability')
  expect(await auditOf(test.pool, iris.tenantId)).toContain('calendar_connected operator')
  const { rows: sealed } = await test.pool.query('SELECT token_cache FROM calendar_connection')
  expect(sealed.every(({ token_cache }) => String(token_cache).startsWith('v1.'))).toBe(true)
  // They live: each is refreshed and read as one that was connected here.
  for (const slug of ['iris', 'ada', 'reader'])
    expect((await admin('connections', 'check', slug, '--json')).data).toMatchObject([
      { health: slug === 'reader' ? 'read_only' : 'ok' },
    ])
  // Repeated, it leaves what is there.
  const again = await importing(file)
  expect([again.code, again.outcomes]).toEqual([0, [2, 3, 4].map((line) => [line, 'already_connected'])])
})

it('what cannot be taken over is said by its line, and what is there stays', async () => {
  const slugs = ['settled', 'twin', 'wrong', 'mute', 'blind', 'gone']
  for (const slug of slugs) await createPractice(test.database, { slug })
  const taken = (await microsoftToken('bookings', 'taken@work.example')).token
  const settled = { slug: 'settled', provider: 'microsoft', 'refresh-token': taken }
  expect((await importing(JSON.stringify([settled]))).code).toBe(0)
  const jonas = await googleToken(JONAS)
  const before = log.entries.length
  const given = [
    { slug: 'nobody', provider: 'google', 'refresh-token': jonas },
    { slug: 'settled', provider: 'google', 'refresh-token': jonas, account: JONAS },
    { slug: 'twin', provider: 'microsoft', 'refresh-token': taken },
    { slug: 'wrong', provider: 'google', 'refresh-token': jonas, account: 'somebody@practice.example' },
    { slug: 'mute', provider: 'google', 'refresh-token': await googleToken(JONAS, `email ${CALENDAR}`) },
    { slug: 'blind', provider: 'google', 'refresh-token': await googleToken(JONAS, `openid email ${CALENDAR}.events`) },
    { slug: 'gone', provider: 'google', 'refresh-token': 'never-given', scopes: [`${CALENDAR}.events`] },
    { slug: 'gone', provider: 'microsoft', 'refresh-token': 'never-given' },
  ]
  for (const dry of [['--dry-run'], []]) {
    const { code, rows, warned } = await importing(JSON.stringify(given), ...dry)
    expect(code).toBe(1)
    expect(rows.map(({ line, outcome, reason, code: word }) => [line, outcome, reason, word])).toEqual([
      [1, 'unknown_practice', undefined, undefined],
      [2, 'other_connected', undefined, undefined],
      [3, 'connected_elsewhere', undefined, undefined],
      [4, 'other_account', undefined, undefined],
      [5, 'refused', 'reconnect', 'no_id_token'],
      [6, 'refused', 'forbidden', 'insufficient_scope'],
      [7, 'refused', 'reconnect', 'invalid_grant'],
      [8, 'refused', 'reconnect', expect.any(String)],
    ])
    expect(warned).toBe('')
  }
  expect(JSON.stringify(log.entries.slice(before))).not.toMatch(/never-given/)
  // The program that brought them may live on them still.
  expect(revocations()).toEqual([])
  const connections = await test.database.calendarConnection.findMany({
    where: { tenant: { slug: { in: slugs } } },
    select: { tenant: { select: { slug: true } } },
  })
  expect(connections.map(({ tenant }) => tenant.slug)).toEqual(['settled'])
})

it.each([
  ['slug,provider,refresh-token\niris,google', 'line 2: it does not have 3 fields'],
  ['slug,provider,refresh-token\niris,apple,SECRET', 'line 2: provider: google or microsoft'],
  ['slug,provider,refresh-token\niris,google,', 'line 2: refresh-token is missing'],
  ['iris,google,SECRET', 'line 1: its head names the columns'],
  ['slug,provider,refresh-token\niris,google,"SECRET', 'line 2: a quote is missing'],
  ['[{"slug":"iris","provider":"google","refresh-token":"SECRET"', 'line 1: it is no JSON array'],
  ['[{"slug":"iris","provider":"google","refresh-token":["SECRET"]}]', 'line 1: refresh-token is missing'],
  ['', 'line 1: its head names the columns'],
])('a file with a fault in it is refused as a whole, and never quoted: %j', async (text, words) => {
  const file = path.join(folder, 'faulty')
  fs.writeFileSync(file, text)
  const { code, warned, said } = await admin('connections', 'import-tokens', file)
  expect([code, said]).toEqual([1, ''])
  expect(warned).toContain(words)
  expect(warned).not.toContain('SECRET')
  expect((await admin('connections', 'import-tokens', path.join(folder, 'none'))).warned).toContain('cannot be read')
})

it('none replaces an account that was connected between the look and the storing', async () => {
  const practice = await createPractice(test.database, { slug: 'racing' })
  const [first, second] = [await googleToken(JONAS), await googleToken(JONAS)]
  const rows = [first, second].map((token) => ({ slug: 'racing', provider: 'google', 'refresh-token': token }))
  const { rows: imported } = await importing(JSON.stringify(rows))
  expect(imported.map(({ outcome }) => outcome).sort()).toEqual(['already_connected', 'connected'])
  expect(await test.database.calendarConnection.count({ where: { tenantId: practice.tenantId } })).toBe(1)
})

it('a row that the database does not take stops no other', async () => {
  for (const slug of ['refused', 'after']) await createPractice(test.database, { slug })
  const [kim, lee] = ['kim@practice.example', 'lee@practice.example']
  for (const address of [kim, lee]) google.google.addAccount(address)
  const rows = [
    { slug: 'refused', provider: 'google', 'refresh-token': await googleToken(kim) },
    { slug: 'after', provider: 'google', 'refresh-token': await googleToken(lee) },
  ]
  await test.pool.query(`ALTER TABLE calendar_connection ADD CONSTRAINT no_kim CHECK (account_address <> '${kim}')`)
  const { code, outcomes, warned } = await importing(JSON.stringify(rows))
  await test.pool.query('ALTER TABLE calendar_connection DROP CONSTRAINT no_kim')
  expect([code, outcomes, warned]).toEqual([
    1,
    [
      [1, 'not_stored'],
      [2, 'connected'],
    ],
    '',
  ])
  expect((await importing(JSON.stringify(rows))).outcomes).toEqual([
    [1, 'connected'],
    [2, 'already_connected'],
  ])
})
