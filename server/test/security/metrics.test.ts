import { afterAll, expect, it } from 'vitest'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { book, slots, therapistWithAccount } from './support.ts'

const TOKEN = 'a token of the tests for metrics, long enough'
const NONE = { METRICS_TOKEN: '', METRICS_PORT: '' }
const POST_EVENT = /^POST \/v1\.0\/.*events$/

const env = { METRICS_TOKEN: TOKEN, MICROSOFT_CLIENT_SECRET_ENDS: '2040-01-01' }
const world = await startWorld({ calendars: 'emulated', env })
const app = await world.start()
afterAll(() => world.close())

/** What may be a label: each has few values, and none of them is a tenant's, a person's or a calendar's. */
const LABELS: Readonly<Record<string, RegExp>> = {
  level: /^(info|warn|error)$/,
  event: /^[a-z_]+$/,
  method: /^(GET|HEAD|POST)$/,
  route: /^(\(none\)|\/|(\/(:[a-z]+|[a-z][a-z\d.-]*))+)$/i,
  status: /^(\d{3}|PENDING|REMOVING)$/,
  provider: /^(microsoft|google)$/,
  operation: /^((GET|POST|PATCH|DELETE) (\/(\$batch|me|\{id\}|[a-zA-Z]+))+|[a-zA-Z]+\.[a-zA-Z]+)$/,
  outcome: /^[a-z_]+$/,
  grant: /^(authorization_code|refresh_token)$/,
  state: /^(busy|idle|waiting|ready|scheduled|running|given_up)$/,
  task: /^[a-z_]+$/,
  failure: /^[a-z_]+$/,
  health: /^[a-z_]+$/,
  // Of the process itself: the library's own.
  le: /^([\d.]+|\+Inf)$/,
  quantile: /^[\d.]+$/,
  kind: /^[a-z_]+$/,
  space: /^[a-z_]+$/,
  type: /^\w+$/,
  version: /^v[\d.]+$/,
  major: /^\d+$/,
  minor: /^\d+$/,
  patch: /^\d+$/,
}

const read = (origin: string, authorization?: string): Promise<Response> =>
  fetch(`${origin}/metrics`, authorization === undefined ? {} : { headers: { authorization } })

const labelsOf = (text: string): (readonly [label: string, value: string])[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => [...line.matchAll(/[{,](\w+)="((?:[^"\\]|\\.)*)"/g)])
    .map(([, label = '', value = '']) => [label, value])

/** The sample of this series; undefined: there is none. */
function sample(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
  const line = text
    .split('\n')
    .find((one) => one.startsWith(name) && /^[{ ]/.test(one.slice(name.length)) && wanted.every((w) => one.includes(w)))
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ')))
}

const metrics = async (): Promise<string> => (await read(app.origin, `Bearer ${TOKEN}`)).text()

it('numbers are for whoever has the token, and absent where none are configured', async () => {
  const plain = await world.start(NONE)
  expect((await read(plain.origin)).status).toBe(404)
  await plain.close()
  for (const wrong of [undefined, TOKEN, 'Bearer ', `Bearer ${TOKEN}x`, `Basic ${TOKEN}`]) {
    const refused = await read(app.origin, wrong)
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await refused.text()).not.toContain('booking_')
  }
  const answer = await read(app.origin, `Bearer ${TOKEN}`)
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  expect(answer.headers.get('content-type')).toContain('text/plain')
})

it('a port of their own serves them and nothing else, asking for the token where there is one', async () => {
  for (const [more, status] of [
    [{ METRICS_TOKEN: '', METRICS_PORT: '0' }, 200],
    [{ METRICS_TOKEN: TOKEN, METRICS_PORT: '0' }, 401],
  ] as const) {
    const own = await world.start(more)
    const origin = `http://127.0.0.1:${world.logs.of('metrics_listening').at(-1)?.port}`
    expect((await read(origin)).status).toBe(status)
    expect((await read(origin, `Bearer ${TOKEN}`)).status).toBe(200)
    expect((await fetch(`${origin}/sign-in`)).status).toBe(404)
    expect((await read(own.origin, `Bearer ${TOKEN}`)).status).toBe(404)
    await own.close()
    await expect(read(origin)).rejects.toThrow()
  }
})

it('CL-09 they tell what a day came to, and no label is a tenant, a person or a calendar', async () => {
  const { therapist, account } = await therapistWithAccount(world, app)
  const other = await app.signIn(await world.practice())
  await therapist.connectMicrosoft(world.microsoft, account)
  await other.connectGoogle(world.google)
  world.microsoft.faults.failNext(POST_EVENT, { status: 429, retryAfter: '1' })
  for (const { practice } of [therapist, other]) {
    const { starts } = await slots(world, app, practice)
    expect((await book(app, practice, starts[0] ?? '')).status).toBe(201)
  }
  const asked = { status: '404', route: '(none)' }
  await fetch(`${app.origin}/${therapist.practice.slug}-is-no-page?email=somebody@client.example`)
  await until(async () => sample(await metrics(), 'booking_http_request_duration_seconds_count', asked) === 1)
  const written = { provider: 'microsoft', operation: 'POST /me/events', outcome: 'ok' }
  await until(async () => sample(await metrics(), 'booking_provider_call_duration_seconds_count', written) === 1)
  world.clock.advance(10_000)
  const text = await metrics()
  const inserted = { provider: 'google', operation: 'events.insert', outcome: 'ok' }
  expect(sample(text, 'booking_provider_call_duration_seconds_count', inserted)).toBe(1)
  expect(sample(text, 'booking_provider_call_duration_seconds_count', { ...written, outcome: 'throttled' })).toBe(1)
  expect(sample(text, 'booking_provider_pauses_total', { provider: 'microsoft' })).toBe(1)
  expect(sample(text, 'booking_connections', { provider: 'microsoft', health: 'ok' })).toBe(1)
  expect(sample(text, 'booking_client_secret_days_left', { provider: 'microsoft' })).toBeGreaterThan(3000)
  expect(sample(text, 'booking_worker_running')).toBe(1)
  expect(sample(text, 'booking_database_up')).toBe(1)
  expect(Math.abs(sample(text, 'booking_clock_skew_seconds') ?? Number.NaN)).toBeLessThan(1)
  expect(sample(text, 'booking_database_pool', { state: 'waiting' })).toBe(0)
  expect(
    sample(text, 'booking_http_request_duration_seconds_count', { route: '/metrics', status: '200' }),
  ).toBeUndefined()

  const labels = labelsOf(text)
  expect(labels.length).toBeGreaterThan(100)
  expect(labels.filter(([label, value]) => LABELS[label]?.test(value) !== true)).toEqual([])
  for (const { tenantId, slug, email } of [therapist.practice, other.practice])
    for (const word of [tenantId, slug, email]) expect(text).not.toContain(word)
  expect(text).not.toContain('client.example')
})
