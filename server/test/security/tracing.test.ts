import { afterAll, expect, it } from 'vitest'
import { createExporter } from '../../src/adapters/opentelemetry/exporter.ts'
import { ConfigError, parseConfig } from '../../src/config.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import { openTracing } from '../../src/tracing.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { startOtlpReceiver } from '../support/otlp-receiver.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { book, slots, therapistWithAccount } from './support.ts'

const receiver = await startOtlpReceiver()
const env = {
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20of-the-tests',
}
const world = await startWorld({ calendars: 'emulated', env })
afterAll(async () => {
  await world.close()
  await receiver.close()
})

/** All that a span may say, and in which form. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'http.request.method': /^(GET|HEAD|POST)$/,
  'http.route': /^(\(none\)|\/|(\/(:[a-z]+|[a-z][a-z\d.-]*))+)$/i,
  'http.response.status_code': /^\d{3}$/,
  'http.request.resend_count': /^\d$/,
  'booking.request_id': /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  'booking.provider': /^(microsoft|google)$/,
  'booking.operation':
    /^((GET|POST|PATCH|DELETE) (\/(\$batch|me|\{id\}|[a-zA-Z]+))+|[a-zA-Z]+\.[a-zA-Z]+|token (authorization_code|refresh_token))$/,
  'booking.outcome': /^[a-z_]+$/,
  'booking.task': /^[a-z_]+$/,
  'booking.job_id': /^\d+$/,
  'error.type': /^[A-Za-z]+$/,
}

it('TS-13 CL-09 traces tell of requests, calls and jobs, each below what brought it about, and of nobody', async () => {
  const app = await world.start()
  const { therapist, account } = await therapistWithAccount(world, app)
  await therapist.connectMicrosoft(world.microsoft, account)
  world.microsoft.faults.failNext(/^POST \/v1\.0\/.*events$/, { status: 429, retryAfter: '1' })
  const { starts } = await slots(world, app, therapist.practice)
  expect((await book(app, therapist.practice, starts[0] ?? '')).status).toBe(201)
  await fetch(`${app.origin}/nothing-here?email=somebody@client.example`, {
    headers: { 'x-forwarded-for': '192.0.2.77' },
  })
  await until(() => world.logs.of('event_written').length === 1)
  await until(() => world.logs.of('request').some(({ route }) => route === '(none)'))
  // A stop sends what is left.
  await app.close()

  const spans = receiver.spans()
  const named = (name: string) => spans.filter((span) => span.name === name)
  const [booked] = named('POST /api/v1/tenants/:slug/bookings')
  const [requestLine] = world.logs
    .of('request')
    .filter(({ route, method }) => method === 'POST' && `${route}`.endsWith('/bookings'))
  expect(booked?.traceId).toBe(String(requestLine?.requestId).replaceAll('-', ''))
  expect(booked?.attributes).toEqual({
    'http.request.method': 'POST',
    'http.route': '/api/v1/tenants/:slug/bookings',
    'http.response.status_code': 201,
    'booking.request_id': requestLine?.requestId,
  })
  expect(booked?.parentSpanId ?? '').toBe('')
  const reads = spans.filter(({ traceId, name }) => traceId === booked?.traceId && name.startsWith('microsoft '))
  expect(reads.length).toBeGreaterThan(0)
  expect(reads.map(({ parentSpanId }) => parentSpanId)).toEqual(reads.map(() => booked?.spanId))
  for (const { startTimeUnixNano: start, endTimeUnixNano: end } of spans)
    expect(BigInt(end) >= BigInt(start)).toBe(true)

  const writes = named('microsoft POST /me/events')
  expect(writes.map(({ attributes, status }) => [attributes['booking.outcome'], status.code ?? 0])).toEqual([
    ['throttled', 2],
    ['ok', 0],
  ])
  const jobs = named('job reconcile_event')
  expect(jobs.map(({ spanId }) => spanId)).toEqual(
    expect.arrayContaining(writes.map(({ parentSpanId }) => parentSpanId)),
  )
  expect(named('microsoft token authorization_code')).toHaveLength(1)
  expect(named('GET (none)')[0]?.attributes['http.response.status_code']).toBe(404)

  expect(receiver.resources()).toContainEqual({ 'service.name': 'booking' })
  expect(new Set(receiver.headers)).toEqual(new Set(['Bearer of-the-tests']))
  const said = spans.flatMap(({ attributes }) => Object.entries(attributes))
  expect(said.length).toBeGreaterThan(30)
  expect(said.filter(([name, value]) => ATTRIBUTES[name]?.test(String(value)) !== true)).toEqual([])
  const { tenantId, slug, email } = therapist.practice
  for (const poison of [tenantId, slug, email, account.address, 'client.example', '192.0.2.77', '127.0.0.1', '?'])
    expect(receiver.bodies.join('\n'), poison).not.toContain(poison)
})

it('spans that a collector refuses are said once in ten minutes, by its status and without its words', async () => {
  const { clock } = world
  const logs = new LogRecorder()
  const exporter = createExporter({ endpoint: receiver.origin, headers: {} }, clock, logs)
  const send = () => new Promise((resolve) => exporter.export([], resolve))
  receiver.refuse(400)
  await send()
  await send()
  expect(logs.of('traces_not_sent')).toEqual([{ spans: 0, code: '400' }])
  clock.advance(10 * 60_000)
  await send()
  expect(logs.of('traces_not_sent')).toHaveLength(2)
  await exporter.shutdown()
})

it('CL-01 where its packages are not installed a process does not start, and says how they are', async () => {
  const absent = () => Promise.reject(Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' }))
  const failure = await openTracing(parseConfig(world.env), systemClock, silentLog, absent).catch((error) => error)
  expect(failure).toBeInstanceOf(ConfigError)
  expect(failure.message).toContain('OTEL_EXPORTER_OTLP_ENDPOINT')
  expect(failure.message).toContain('server/deploy/tracing')
  const none = parseConfig({ ...world.env, OTEL_EXPORTER_OTLP_ENDPOINT: '' })
  expect((await openTracing(none, systemClock, silentLog, absent)).log).toBe(silentLog)
})
