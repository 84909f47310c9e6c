import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Answer } from '../support/process.ts'
import { TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
let practice: Practice
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
  practice = await world.practice()
})
afterAll(() => world.close())

const api = (path: string, init?: RequestInit) => world.first.request(`/api/v1/tenants/${path}`, init)
const post = (body: string | object, headers: Record<string, string> = {}, slug = practice.slug) =>
  api(`${slug}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID(), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const client = (name = 'A client') => ({ name, email: `${randomUUID()}@client.example` })
const wanted = (more: object = {}) => ({ service: practice.serviceId, start: TUESDAY_9, client: client(), ...more })

/** RFC 9457, and nothing of what was sent, of a stack or of the database. */
function expectProblem(answer: Answer, status: number, word: string): void {
  expect({ status: answer.status, type: answer.body.type }).toEqual({
    status,
    type: `http://127.0.0.1:3999/problems/${word}`,
  })
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect(answer.body.status).toBe(status)
  for (const key of Object.keys(answer.body)) expect(['type', 'title', 'status', 'detail', 'requestId']).toContain(key)
  expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(JSON.stringify(answer.body)).not.toMatch(/canary|node_modules|\.ts:|SELECT|prisma/i)
}

describe('services and slots', () => {
  it('lists the services', async () => {
    const answer = await api(`${practice.slug}/services`)
    expect(answer).toMatchObject({ status: 200 })
    expect(answer.body).toEqual({ services: [{ id: practice.serviceId, name: 'Session', durationMinutes: 50 }] })
  })

  it('offers half-hourly starts of both days asked for, in instants, and says when the calendar was read', async () => {
    const { status, body } = await world.first.slots(practice, { from: '2030-03-05', to: '2030-03-06' })
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual(['timeZone', 'checkedAt', 'slots'])
    expect(body).toMatchObject({ timeZone: 'Europe/Berlin', checkedAt: world.clock.now().toISOString() })
    const slots = body.slots as { start: string; end: string }[]
    expect(slots).toHaveLength(30)
    expect(slots[0]).toEqual({ start: TUESDAY_9, end: '2030-03-05T08:50:00.000Z' })
    expect(slots.at(-1)).toEqual({ start: '2030-03-06T15:00:00.000Z', end: '2030-03-06T15:50:00.000Z' })
  })

  it('keeps four hours of notice and ninety days of horizon', async () => {
    const today = await world.first.slots(practice, { from: '2030-03-04', to: '2030-03-04' })
    expect((today.body.slots as { start: string }[]).map(({ start }) => start)).toEqual(['2030-03-04T15:00:00.000Z'])
    const late = await world.first.slots(practice, { from: '2030-06-01', to: '2030-06-30' })
    const days = (late.body.slots as { start: string }[]).map(({ start }) => start.slice(0, 10))
    expect(days.every((day) => day <= '2030-06-02')).toBe(true)
    const past = await world.first.slots(practice, { from: '2030-01-01', to: '2030-01-05' })
    expect(past).toMatchObject({ status: 200, body: { slots: [] } })
  })

  it('takes 31 days and refuses 32', async () => {
    expect((await world.first.slots(practice, { from: '2030-03-05', to: '2030-04-04' })).status).toBe(200)
    expectProblem(await world.first.slots(practice, { from: '2030-03-05', to: '2030-04-05' }), 422, 'invalid')
  })

  it.each([
    ['to before from', { from: '2030-03-06', to: '2030-03-05' }],
    ['a day that is none', { from: '2030-02-30', to: '2030-03-05' }],
    ['a time instead of a day', { from: '2030-03-05T00:00:00Z', to: '2030-03-06' }],
    ['no day', { from: '', to: '2030-03-06' }],
    ['a year far away', { from: '0001-01-01', to: '9999-12-31' }],
  ])('refuses %s', async (_what, query) => {
    expectProblem(await world.first.slots(practice, query), 422, 'invalid')
  })

  it('T-16 refuses a parameter given twice', async () => {
    const answer = await api(
      `${practice.slug}/slots?service=${practice.serviceId}&from=2030-03-05&from=2030-03-06&to=2030-03-07`,
    )
    expectProblem(answer, 422, 'invalid')
  })

  it('knows neither strangers, nor suspended tenants, nor the services of others', async () => {
    const stranger = await world.practice()
    expectProblem(await api('nobody/services'), 404, 'not-found')
    expectProblem(await api('nobody/slots?service=x&from=2030-03-05&to=2030-03-05'), 404, 'not-found')
    expectProblem(await post(wanted(), {}, 'nobody'), 404, 'not-found')
    for (const service of [stranger.serviceId, randomUUID(), 'x', "' OR 1=1"]) {
      expectProblem(await world.first.slots(practice, { service }), 404, 'not-found')
      expectProblem(await post(wanted({ service })), 404, 'not-found')
    }
    await world.database.pool.query('UPDATE tenant SET suspended_at = now() WHERE id = $1', [stranger.tenantId])
    expectProblem(await world.first.slots(stranger), 404, 'not-found')
  })
})

describe('bookings', () => {
  it('answers 201 with the booking and the link that manages it', async () => {
    const mine = await world.practice()
    const { status, body } = await world.first.book(mine)
    expect(status).toBe(201)
    expect(Object.keys(body)).toEqual(['id', 'start', 'end', 'manageUrl'])
    expect(body).toMatchObject({ start: TUESDAY_9, end: '2030-03-05T08:50:00.000Z' })
    expect(String(body.manageUrl)).toMatch(/^http:\/\/127\.0\.0\.1:3999\/manage\/[\w-]{43}$/)
    const page = await world.first.request(new URL(String(body.manageUrl)).pathname)
    expect(page.status).toBe(200)
  })

  it.each([
    ['malformed JSON', '{"service": canary'],
    ['no JSON', 'canary'],
    ['half a body', '{"client":{"name":"canary"'],
  ])('answers %s with 400', async (_what, body) => {
    expectProblem(await post(body), 400, 'invalid')
  })

  it.each([
    ['an array', []],
    ['no client', { client: undefined }],
    ['no name', { client: { name: ' ', email: 'canary@client.example' } }],
    ['an address that is none', { client: { name: 'canary', email: 'canary' } }],
    ['a long name', { client: { name: 'canary'.repeat(100), email: 'a@client.example' } }],
    ['a start without zone', { start: '2030-03-05T08:00:00' }],
    ['a start that is none', { start: '2030-02-30T08:00:00Z' }],
    ['a number as start', { start: 1 }],
  ])('refuses %s with 422', async (_what, more) => {
    expectProblem(await post(Array.isArray(more) ? more : wanted(more)), 422, 'invalid')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', ''])(
    'refuses the content type "%s"',
    async (type) => expectProblem(await post(wanted(), { 'content-type': type }), 415, 'invalid'),
  )

  it('T-13 refuses more than 32 kB, whatever it says about its length', async () => {
    expectProblem(await post(wanted({ padding: 'x'.repeat(40_000) })), 413, 'invalid')
  })

  it('wants an idempotency key', async () => {
    for (const key of ['', 'x'.repeat(256)])
      expectProblem(await post(wanted(), { 'idempotency-key': key }), 422, 'invalid')
  })

  it('knows no other method', async () => {
    const answer = await api(`${practice.slug}/bookings`)
    expectProblem(answer, 405, 'method-not-allowed')
    expect(answer.headers.get('allow')).toBe('POST')
  })

  it('T-15 takes nothing from a prototype', async () => {
    const text = `{"__proto__":{"service":"${practice.serviceId}"},"start":"${TUESDAY_9}","client":{"name":"a","email":"a@client.example"}}`
    expectProblem(await post(text), 422, 'invalid')
  })

  it.each([
    ['off the grid', '2030-03-05T08:10:00Z'],
    ['off the grid by a millisecond', '2030-03-05T08:00:00.001Z'],
    ['before working hours', '2030-03-05T07:30:00Z'],
    ['running over their end', '2030-03-05T15:30:00Z'],
    ['on a day off', '2030-03-09T09:00:00Z'],
    ['in the past', '2030-03-01T09:00:00Z'],
    ['within the notice', '2030-03-04T14:30:00Z'],
    ['beyond the horizon', '2030-06-03T08:00:00Z'],
    ['far beyond it', '9999-12-31T08:00:00Z'],
    ['given as wall clock in another zone', '2030-03-05T09:00:00-08:00'],
  ])('T-27 T-44 refuses a start %s: it was never offered', async (_what, start) => {
    expectProblem(await post(wanted({ start })), 422, 'not-a-slot')
  })

  it('T-44 takes the same instant however it is written', async () => {
    const mine = await world.practice()
    const answer = await world.first.book(mine, { start: '2030-03-05T09:00:00+01:00' })
    expect(answer).toMatchObject({ status: 201, body: { start: TUESDAY_9 } })
  })

  it('stored nothing of all that was refused', async () => {
    expect(await bookingsOf(world.database, practice)).toEqual([])
    expect(
      (
        await world.database.pool.query('SELECT 1 FROM audit_event WHERE tenant_id = $1 AND actor = $2', [
          practice.tenantId,
          'client',
        ])
      ).rowCount,
    ).toBe(0)
  })
})

describe('limits', () => {
  it('T-28 answers 429 with Retry-After beyond 600 requests a minute and address', async () => {
    await world.database.pool.query('UPDATE rate_limit SET points = 600')
    const answer = await world.first.slots(practice)
    expectProblem(answer, 429, 'too-many')
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await world.first.request('/healthz')).status).toBe(200)
  })
})
