import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { BookingOutcome } from '../../src/services/book-session.ts'
import { APP_URL, bookingOf, MANAGE_TOKEN, NOW, service } from '../support/fixtures.ts'
import { startWebApp } from '../support/web-app.ts'

const TENANT = '/api/v1/tenants/ada'
const UNKNOWN = '0198a0a0-0000-7000-8000-00000000ffff'
const body = {
  service: service.id,
  start: '2026-12-01T11:00:00+01:00',
  client: { name: ' Mo\u202e  Okafor\r\n', email: 'mo@client.example ' },
}

const problem = (word: string, status: number) =>
  expect.objectContaining({ type: `${APP_URL}/problems/${word}`, status, title: expect.any(String) })

const slotsOf = async (query: Record<string, string>) => {
  const web = await startWebApp()
  return request(web.origin).get(`${TENANT}/slots`).query(query)
}

describe('reading', () => {
  it('lists services', async () => {
    const { origin } = await startWebApp()
    const { id, name, durationMinutes } = service
    await request(origin)
      .get(`${TENANT}/services`)
      .expect(200, { services: [{ id, name, durationMinutes }] })
    const { body: answer } = await request(origin).get('/api/v1/tenants/nobody/services').expect(404)
    expect(answer).toEqual(problem('not-found', 404))
  })

  it('lists slots as instants, with the moment the calendar was read', async () => {
    const web = await startWebApp()
    const answer = await request(web.origin)
      .get(`${TENANT}/slots`)
      .query({ service: service.id.toUpperCase(), from: '2026-12-01', to: '2026-12-31' })
      .expect(200)
    expect(answer.body.timeZone).toBe('Europe/London')
    expect(answer.body.checkedAt).toBe(NOW.toISOString())
    expect(answer.body.slots[0]).toEqual({ start: '2026-12-01T09:00:00.000Z', end: '2026-12-01T09:50:00.000Z' })
    expect(web.asked('offer').map(({ args }) => args)).toEqual([['2026-12-01', '2026-12-31']])
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('says null where no calendar is connected', async () => {
    const { origin } = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: true, slots: [], checkedAt: undefined })
    })
    const query = { service: service.id, from: '2026-12-01', to: '2026-12-01' }
    const { body: answer } = await request(origin).get(`${TENANT}/slots`).query(query).expect(200)
    expect(answer).toEqual({ timeZone: 'Europe/London', checkedAt: null, slots: [] })
  })

  it('answers 503 and no slots when the calendar cannot be read', async () => {
    const { origin } = await startWebApp((fakes) => {
      fakes.offer = () => ({ known: false, because: 'throttled', retryAfterMs: 6_100 })
    })
    const query = { service: service.id, from: '2026-12-01', to: '2026-12-01' }
    const answer = await request(origin).get(`${TENANT}/slots`).query(query).expect(503)
    expect(answer.body).toEqual(problem('calendar-unreadable', 503))
    expect(answer.headers).toMatchObject({
      'retry-after': '7',
      'content-type': 'application/problem+json; charset=utf-8',
    })
    expect(answer.text).not.toContain('throttled')
  })

  it.each([
    [{ from: '2026-12-01', to: '2026-12-02' }, 422],
    [{ service: service.id, from: '2026-12-01' }, 422],
    [{ service: service.id, from: '2026-02-30', to: '2026-03-01' }, 422],
    [{ service: service.id, from: '1.12.2026', to: '2026-12-02' }, 422],
    [{ service: service.id, from: '2026-12-02', to: '2026-12-01' }, 422],
    [{ service: service.id, from: '2026-12-01', to: '2027-01-01' }, 422],
    [{ service: UNKNOWN, from: '2026-12-01', to: '2026-12-02' }, 404],
    [{ service: "1' or 1=1", from: '2026-12-01', to: '2026-12-02' }, 404],
  ])('PR-19 refuses %j with %i', async (query, status) => {
    const { status: given, body: answer } = await slotsOf(query)
    expect([given, answer]).toEqual([status, problem(status === 404 ? 'not-found' : 'invalid', status)])
  })
})

describe('booking', () => {
  // Each passes the check of a browser's own field (HTML standard).
  it.each(['r&d@example.com', 'a/b@example.com', 'x#1@example.com', 'praxis!@example.com'])(
    'takes the address %s',
    async (email) => {
      const web = await startWebApp()
      const sent = { ...body, client: { ...body.client, email } }
      await request(web.origin).post(`${TENANT}/bookings`).set('Idempotency-Key', 'k').send(sent).expect(201)
      expect(web.asked('book')).toMatchObject([{ args: [{ client: { email } }] }])
    },
  )

  const post = (origin: string, key: string | undefined = 'k-1') => {
    const call = request(origin).post(`${TENANT}/bookings`)
    return key === undefined ? call : call.set('Idempotency-Key', key)
  }

  it('books, with what was typed made clean', async () => {
    const web = await startWebApp()
    const answer = await post(web.origin).send(body).expect(201)
    expect(answer.body).toEqual({
      id: bookingOf().id,
      start: '2026-12-01T10:00:00.000Z',
      end: '2026-12-01T10:50:00.000Z',
      manageUrl: `${APP_URL}/manage/${MANAGE_TOKEN}`,
    })
    expect(web.asked('book').map(({ args }) => args[0])).toMatchObject([
      {
        start: new Date('2026-12-01T10:00:00Z'),
        client: { name: 'Mo Okafor', email: 'mo@client.example' },
        idempotencyKey: 'k-1',
      },
    ])
  })

  it.each([
    [{ kind: 'taken' }, 409, 'slot-taken'],
    [{ kind: 'not_a_slot' }, 422, 'not-a-slot'],
    [{ kind: 'key_reused' }, 422, 'idempotency-key-reused'],
    [{ kind: 'too_many', retryAfterMs: 42_000 }, 429, 'too-many'],
    [{ kind: 'unreadable', because: 'timeout', retryAfterMs: undefined }, 503, 'calendar-unreadable'],
  ] as const satisfies readonly (readonly [BookingOutcome, number, string])[])(
    'answers %j with %i %s',
    async (outcome, status, word) => {
      const { origin } = await startWebApp((fakes) => {
        fakes.outcome = outcome
      })
      const answer = await post(origin).send(body).expect(status)
      expect(answer.body).toEqual(problem(word, status))
    },
  )

  it.each<readonly [string, object]>([
    ['no client', { ...body, client: undefined }],
    ['no time zone', { ...body, start: '2026-12-01T11:00:00' }],
    ['no such moment', { ...body, start: '2026-13-01T11:00:00Z' }],
    ['a name of nothing', { ...body, client: { ...body.client, name: '\u0000 \u202e' } }],
    ...['\u200b\u200b\ufeff', '\u3164', '\u2800 \u00ad', '\u0301'].map(
      (name) => ['a name that shows as nothing', { ...body, client: { ...body.client, name } }] as const,
    ),
    ['a long name', { ...body, client: { ...body.client, name: 'x'.repeat(121) } }],
    ['no address', { ...body, client: { ...body.client, email: 'mo@' } }],
    ['a list', [body]],
  ])('refuses %s: 422, and names fields, not values', async (_what, sent) => {
    const web = await startWebApp()
    const answer = await post(web.origin).send(sent).expect(422)
    expect(answer.body).toEqual(problem('invalid', 422))
    expect(answer.text).not.toMatch(/Okafor|mo@/)
    expect(web.asked('book')).toEqual([])
  })

  it('needs a key of 1 to 255 printable characters, and says so', async () => {
    const web = await startWebApp()
    const missing = await request(web.origin).post(`${TENANT}/bookings`).send(body).expect(422)
    expect(missing.body.detail).toContain('Idempotency-Key')
    await post(web.origin, 'x'.repeat(256)).send(body).expect(422)
    await post(web.origin, 'clé').send(body).expect(422)
    expect(web.asked('book')).toEqual([])
  })

  it('WS-13 WS-14 CL-08 refuses other types, broken and oversize bodies, and repeats none of them', async () => {
    const web = await startWebApp()
    const canary = 'c4nary'
    const sends = [
      [post(web.origin).type('text/plain').send(canary), 415],
      [post(web.origin).type('form').send({ name: canary }), 415],
      [post(web.origin).type('application/json').send(`{"name": ${canary}`), 400],
      [post(web.origin).type('application/json').send(`"${canary}"`), 400],
      [post(web.origin).send({ ...body, note: canary + 'x'.repeat(33_000) }), 413],
    ] as const
    for (const [sending, status] of sends) {
      const answer = await sending
      expect([answer.status, answer.body]).toEqual([status, problem('invalid', status)])
      expect(answer.text).not.toContain(canary)
    }
    await request(web.origin).post(`${TENANT}/bookings`).expect(415)
    expect(JSON.stringify(web.fakes.log.entries)).not.toContain(canary)
  })

  it('answers 404 for an unknown tenant or service, and forgets a suspended one', async () => {
    const web = await startWebApp()
    await post(web.origin)
      .send({ ...body, service: UNKNOWN })
      .expect(404)
    await request(web.origin).post('/api/v1/tenants/nobody/bookings').set('Idempotency-Key', 'k').send(body).expect(404)
    web.fakes.tenants = web.fakes.tenants.map((one) => ({ ...one, suspended: true }))
    await post(web.origin).send(body).expect(404)
  })
})

it('limits by address: 429 with Retry-After', async () => {
  const { origin } = await startWebApp((fakes) => fakes.over.add('api'))
  const answer = await request(origin).get(`${TENANT}/services`).expect(429)
  expect(answer.body).toEqual(problem('too-many', 429))
  expect(answer.headers['retry-after']).toBe('42')
})
