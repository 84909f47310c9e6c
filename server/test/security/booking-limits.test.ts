import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
let practice: Practice
beforeAll(async () => {
  const env = { BOOKINGS_PER_HOUR_AND_ADDRESS: '3', BOOKINGS_PER_HOUR_AND_PRACTICE: '6', TRUST_PROXY_HOPS: '1' }
  world = await startWorld({ calendars: 'mock', env })
})
afterAll(() => world.close())
beforeEach(async () => {
  practice = await world.practice()
  await world.database.pool.query('DELETE FROM rate_limit')
})

interface Attempt {
  readonly hours: number
  readonly from: string
  readonly email?: string
  readonly key?: string
}

const book = ({ hours, from, email = 'mo@client.example', key = randomUUID() }: Attempt, of = practice) =>
  world.first.request(`/api/v1/tenants/${of.slug}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-forwarded-for': from },
    body: JSON.stringify({
      service: of.serviceId,
      start: hoursAfter(TUESDAY_9, hours),
      client: { name: 'A client', email },
    }),
  })

describe('T-29 new bookings', () => {
  it('of one address are limited, whatever e-mail addresses it gives; another address is not', async () => {
    const from = '203.0.113.7'
    for (const hours of [0, 1, 2])
      expect((await book({ hours, from, email: `a+${hours}@client.example` })).status).toBe(201)
    const refused = await book({ hours: 3, from, email: 'a+3@client.example' })
    expect(refused).toMatchObject({ status: 429, body: { type: expect.stringMatching(/\/too-many$/) } })
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(3600)
    expect((await book({ hours: 3, from: '203.0.113.8' })).status).toBe(201)
  })

  it('of one IPv6 network of 64 bits are limited together', async () => {
    for (const hours of [0, 1, 2]) expect((await book({ hours, from: `2001:db8:1:2::${hours}` })).status).toBe(201)
    expect((await book({ hours: 3, from: '2001:db8:1:2:ffff::9' })).status).toBe(429)
    expect((await book({ hours: 3, from: '2001:db8:1:3::' })).status).toBe(201)
  })

  it('of one practice are limited; another practice is not', async () => {
    for (const hours of [0, 1, 2, 3, 4, 5]) expect((await book({ hours, from: `203.0.113.${hours}` })).status).toBe(201)
    expect((await book({ hours: 6, from: '203.0.113.99' })).status).toBe(429)
    expect(await bookingsOf(world.database, practice)).toHaveLength(6)
    expect((await book({ hours: 6, from: '203.0.113.99' }, await world.practice())).status).toBe(201)
  })

  it('alone are counted: not a time that is taken, nor a request that comes again', async () => {
    const from = '203.0.113.7'
    const first = { hours: 0, from, key: randomUUID() }
    expect((await book(first)).status).toBe(201)
    for (const _ of [1, 2, 3]) expect((await book({ hours: 0, from })).status).toBe(409)
    for (const hours of [1, 2]) expect((await book({ hours, from })).status).toBe(201)
    expect((await book({ hours: 3, from })).status).toBe(429)
    expect((await book(first)).status).toBe(201)
  })
})

it('T-29 a flood that is refused costs no more writes, and is said once, with its source', async () => {
  const counted = async () =>
    (await world.database.pool.query("SELECT points FROM rate_limit WHERE key LIKE 'booking_address:%'")).rows
  const from = '203.0.113.200'
  const before = world.logs.of('rate_limited').length
  for (const hours of [0, 1, 2]) await book({ hours, from })
  for (const _ of Array(6)) {
    const { status, headers } = await book({ hours: 3, from })
    expect([status, Number(headers.get('retry-after')) > 3500]).toEqual([429, true])
  }
  expect(await counted()).toEqual([{ points: 5 }])
  const said = world.logs.of('rate_limited').slice(before)
  expect(said).toMatchObject([{ limit: 'booking_address', source: expect.stringMatching(/^[\w-]{16}$/) }])
  expect(JSON.stringify(world.logs.lines)).not.toContain(from)
})

it('T-29 no answer depends on the sessions that somebody has under an e-mail address', async () => {
  for (const hours of [0, 1, 2, 3, 4, 5]) {
    await world.database.pool.query('DELETE FROM rate_limit')
    expect((await book({ hours, from: `203.0.113.${hours}` })).status).toBe(201)
  }
  await world.database.pool.query('DELETE FROM rate_limit')
  const stranger = '203.0.113.99'
  expect((await book({ hours: 6, from: stranger, email: 'mo@client.example' })).status).toBe(201)
  expect((await book({ hours: 7, from: stranger, email: 'nobody@client.example' })).status).toBe(201)
})
