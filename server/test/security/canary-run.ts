import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import type { Account, Fault } from '../../dev/microsoft-emulator/index.ts'
import { changeBesideWorker } from '../support/beside-worker.ts'
import type { ChildApplication } from '../support/child-process.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { signIn, type Therapist } from '../support/therapist.ts'
import { PATIENCE_MS } from '../support/until.ts'
import { type Canaries, dump, recordingFetch, type Sink } from './canary.ts'
import { forgetLimits, outcomeOf, runJob, slots, withParameter } from './support.ts'

const canary = (what: string): string => `kanari-${what}-${randomBytes(9).toString('hex')}`

const planted = new Map(
  ['client name', 'event', 'calendar', 'query', 'body', 'wrong password', 'idempotency'].map((what) => [
    what,
    canary(what),
  ]),
)
const client = { name: `Zoë "${planted.get('client name')}" <b>`, email: `${canary('mail')}@client.example` }
const account = { address: `${canary('account')}@contoso.example`, name: canary('person') }
planted.set('client email', client.email).set('account address', account.address).set('account name', account.name)

const sinks: Sink[] = []
let counted = 0
const plant = (what: string, value: string | undefined | null): void => {
  if (value && value.length > 8) planted.set(`${what} ${++counted}`, value)
}

let world: EmulatedWorld
let app: Instance & ChildApplication
let ada: Therapist
let outlook: Account

/** One application in a process of its own, asked for everything, with as much going wrong as the emulators can. */
export async function runEverything(given: EmulatedWorld): Promise<{
  readonly planted: Canaries
  readonly sinks: readonly Sink[]
  readonly output: string
}> {
  world = given
  app = await world.spawn()
  setUp()
  for (const step of [signInBadlyAndWell, connectBadlyAndWell, readAndBookBadlyAndWell, loseTheGrant, useGoogle])
    await step()
  await plantTokens()
  sinks.push(...(await dump(world.database.pool)))
  expect(outcomeOf((await ada.press('disconnect')).location)).toBe('disconnected')
  sinks.push(...(await dump(world.database.pool)))
  await app.close()
  return { planted, sinks, output: app.output() }
}

function setUp(): void {
  world.microsoft.quirks.poison = true
  outlook = world.microsoft.addAccount({ kind: 'work', ...account })
  const subject = planted.get('event') ?? ''
  const calendar = world.microsoft.addCalendar(outlook, planted.get('calendar') ?? '')
  const start = new Date(Date.now() + 8 * 86_400_000)
  const body = { contentType: 'text' as const, content: `about ${subject}` }
  const event = { subject, body, location: subject, start, timeZone: 'UTC' }
  const attendees = [{ emailAddress: { name: subject, address: `${subject}@client.example` } }]
  const later = (hours: number) => new Date(start.getTime() + hours * 3_600_000)
  world.microsoft.addEvent(outlook, { ...event, attendees, end: later(1) })
  // Longer than a weekend, so that it takes working hours.
  world.microsoft.addEvent(outlook, { ...event, attendees, end: later(80) }, calendar.id)
  plant('secret', world.clientSecret)
  plant('secret', world.env.SESSION_SECRET)
  for (const { key } of world.database.keys) plant('secret', Buffer.from(key).toString('base64'))
}

const browser = () => new Browser(app.origin, new Map(), recordingFetch(sinks))
const fault = (match: string | RegExp, one: Fault, times = 1) => world.microsoft.faults.failNext(match, one, { times })

async function comeBack(
  change: (callback: string) => string = (same) => same,
  decision: 'accept' | 'decline' = 'accept',
) {
  const url = await ada.leave()
  plant('state', url.searchParams.get('state'))
  const callback = await world.microsoft.signIn(url.href, outlook, decision)
  plant('code', new URL(callback).searchParams.get('code'))
  await forgetLimits(world)
  return outcomeOf((await ada.back(change(callback))).location)
}

/** What passed the emulators and what is sealed: tokens, codes and verifiers as they really were. */
async function plantTokens(): Promise<void> {
  const traffic = JSON.stringify(
    world.microsoft.journal.of('token').map(({ requestBody, responseBody }) => [requestBody, responseBody]),
  )
  for (const [, what = '', value] of traffic.matchAll(
    /"(code|code_verifier|refresh_token|access_token|id_token)":"([^"]+)"/g,
  ))
    plant(what, value)
  for (const { tokenCache } of await world.database.database.calendarConnection.findMany({
    select: { tokenCache: true },
  }))
    for (const [, what = '', value] of (tokenCache ?? '').matchAll(/"(refreshToken|accessToken)":"([^"]+)"/g))
      plant(what, value)
  for (const { codeVerifier } of await world.database.database.oAuthAttempt.findMany({
    select: { codeVerifier: true },
  }))
    plant('code_verifier', codeVerifier)
}

async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } }
  return recordingFetch(sinks)(`${app.origin}${path}`, init)
}

const book = (start: string, more: object = {}) =>
  post(
    `/api/v1/tenants/${ada.practice.slug}/bookings`,
    JSON.stringify({ service: ada.practice.serviceId, start, client, ...more }),
    { 'idempotency-key': `${planted.get('idempotency')}-${randomUUID()}` },
  )

async function signInBadlyAndWell(): Promise<void> {
  const practice = await world.practice()
  const person = browser()
  const wrong = planted.get('wrong password') ?? ''
  await person.submit(await person.get('/sign-in'), '/sign-in', { email: practice.email, password: wrong })
  ada = await signIn(app.origin, practice, person)
  plant('password', practice.password)
  plant('session cookie', decodeURIComponent(person.cookies.get('session') ?? '').replace(/^s:|\..*$/g, ''))
}

async function connectBadlyAndWell(): Promise<void> {
  const token = /POST .*\/token/
  expect(await comeBack(undefined, 'decline')).toBe('declined_or_admin')
  await comeBack((callback) => withParameter(callback, 'state', planted.get('query') ?? ''))
  await comeBack(
    (callback) =>
      `${withParameter(callback, 'code', undefined)}&error=${planted.get('query')}&error_description=${planted.get('query')}`,
  )
  for (const flaws of [{ claims: { nonce: 'x' } }, { idToken: 'foreign-key' as const }, { scopes: ['openid'] }]) {
    world.microsoft.spoilNextTokens(flaws)
    await comeBack()
  }
  for (const one of [{ status: 503 }, { kind: 'malformed-json' }, { kind: 'html' }, { kind: 'reset' }] as const) {
    fault(token, one, 3)
    await comeBack()
    world.microsoft.faults.clear()
  }
  expect(await comeBack()).toBe('connected')
  await ada.settings()
}

async function readAndBookBadlyAndWell(): Promise<void> {
  const read = /GET .*calendarView/
  for (const one of [
    { status: 503 },
    { status: 429, retryAfter: '0' },
    { kind: 'malformed-json' },
    { kind: 'error-at-200' },
    { kind: 'truncated' },
    { kind: 'html' },
  ] as const) {
    fault(read, one, 9)
    await slots(world, app, ada.practice)
    world.microsoft.faults.clear()
  }
  const { starts } = await slots(world, app, ada.practice)
  expect(starts.length).toBeGreaterThan(0)
  fault(/POST .*\/events/, { status: 500 })
  fault(/POST .*\/events/, { kind: 'malformed-json' })
  const booked: { manageUrl: string } = await (await book(starts[0] ?? '')).json()
  const managePath = new URL(booked.manageUrl).pathname
  plant('manage token', managePath.split('/')[2])
  expect((await book(starts[0] ?? '')).status).toBe(409)
  await book('not a time')
  await book(starts[2] ?? '', { client: { ...client, email: planted.get('body') } })
  await post(`/api/v1/tenants/${ada.practice.slug}/bookings`, `{"client": "${planted.get('body')}`)
  await post(`/api/v1/tenants/${ada.practice.slug}/bookings`, planted.get('body') ?? '', {
    'content-type': 'text/plain',
  })
  await post(`/api/v1/tenants/${ada.practice.slug}/bookings`, `"${planted.get('body')}${'x'.repeat(40_000)}"`)
  const { pool } = world.database
  await pool.query(
    `CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no room for %', NEW.client_email; END $$`,
  )
  await pool.query('CREATE TRIGGER broken BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION broken()')
  expect((await book(starts[4] ?? '')).status).toBe(500)
  await pool.query('DROP FUNCTION broken CASCADE')
  await world.microsoft.journal
    .until(
      ({ method, path, status }) => method === 'POST' && /events/.test(path) && status === 201,
      AbortSignal.timeout(PATIENCE_MS),
    )
    .catch(() => {})
  const person = browser()
  const form = { service: ada.practice.serviceId, start: starts[6] ?? '', ...client }
  await person.post(`/book/${ada.practice.slug}`, form)
  await person.get(`/book/${planted.get('query')}?zone=${planted.get('query')}`)
  await person.get(`/manage/${planted.get('query')}`)
  await ada.browser.get('/appointments')
  for (const days of [7, 14])
    await ada.browser.get(
      `/settings/what-clients-see?week=${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}`,
    )
  await person.submit(await person.get(managePath), `${managePath}/cancel`, {})
}

async function loseTheGrant(): Promise<void> {
  await plantTokens()
  world.microsoft.setClientSecretExpired(true)
  await slots(world, app, ada.practice)
  world.microsoft.setClientSecretExpired(false)
  world.microsoft.revoke(outlook)
  await slots(world, app, ada.practice)
  await runJob(world, 'maintain_connections')
  expect(await comeBack()).toBe('reconnected')
  await changeBesideWorker(world.database.pool, 'UPDATE calendar_connection SET token_version = token_version + 1')
  await slots(world, app, ada.practice)
  expect(await comeBack()).toBe('reconnected')
  // The last of them is refused. From the second refusal on the process would refuse from memory, which no test can empty.
  for (let turn = 0; turn < 30; turn++)
    await ada.back(`/settings/calendar/callback/microsoft?state=x&code=${planted.get('query')}`)
  await forgetLimits(world)
}

async function useGoogle(): Promise<void> {
  const eve = await signIn(app.origin, await world.practice(), browser())
  void world.google.failNext('POST /token', { malformed: true })
  await eve.connectGoogle(world.google)
  expect(outcomeOf(await eve.connectGoogle(world.google))).toBe('connected')
  await plantTokens()
  void world.google.failNext('POST /calendar/v3/freeBusy', { malformed: true })
  await slots(world, app, eve.practice)
  await eve.press('disconnect')
}
