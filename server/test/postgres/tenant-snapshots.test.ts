import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenantSnapshots } from '../../src/adapters/postgres/accounts/tenant-snapshots.ts'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createRateLimits } from '../../src/adapters/postgres/rate-limits.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { Connection } from '../../src/ports/connection.ts'
import type { TenantSnapshots } from '../../src/ports/tenant-snapshot.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newBooking, newConnection } from '../support/rows.ts'
import { openSnapshots } from '../support/snapshots.ts'
import { statementsOf } from '../support/statements.ts'

const DAY = 24 * 60
const window: Interval = { start: minutesAfter(NOW, -DAY), end: minutesAfter(NOW, 3 * DAY) }

let test: TestDatabase
let snapshots: TenantSnapshots
beforeAll(async () => {
  test = await openTestDatabase()
  snapshots = openSnapshots(test)
})
afterAll(() => test.drop())

const stores = () => ({
  tenants: createTenantStore(test.database),
  connections: createConnectionStore(test.database),
  bookings: createBookingStore(test.database),
})

/** No column holds its default, so that one which is not read is missed. */
async function fullPractice(): Promise<Practice> {
  const practice = await createPractice(test.database, {
    services: [
      { name: 'Session', durationMinutes: 50 },
      { name: 'Talk', durationMinutes: 20, online: true },
    ],
  })
  const { tenantId } = practice
  await test.database.service.updateMany({
    where: { tenantId },
    data: { bufferBeforeMinutes: 5, bufferAfterMinutes: 10 },
  })
  await test.database.tenant.update({
    where: { id: tenantId },
    data: {
      slotGridMinutes: 45,
      minimumNoticeMinutes: 90,
      horizonDays: 30,
      tentativeBlocks: false,
      workingElsewhereBlocks: true,
      contactLine: 'Or call.',
      language: 'de',
      languages: ['de', 'en'],
      clock: '24h',
    },
  })
  await connect(practice)
  await book(practice)
  return practice
}

/** One account that receives and one that blocks, each with what a look and a failure leave behind. */
async function connect(practice: Practice): Promise<void> {
  const { connections } = stores()
  const { tenantId } = practice
  await connections.store(
    newConnection(practice, { grant: { accountAddress: 'ada@praxis.example', accountKind: 'organisation' } }),
  )
  const account = { accountKey: 'other', access: 'availability' } as const
  const further = newConnection(practice, {
    provider: 'GOOGLE',
    grant: account,
    calendars: [
      { id: 'own', name: 'Own', isDefault: true },
      { id: 'foreign', name: 'Theirs', isDefault: false, kind: 'foreign', ownerName: 'Bo', isReadOnly: true },
    ],
  })
  await connections.storeFurther(further, 'add')
  const [receiving, blocking] = await connections.connected(tenantId)
  const [main, second] = receiving?.calendars ?? []
  if (receiving === undefined || blocking === undefined || main === undefined || second === undefined)
    throw new Error('not connected')
  await connections.chooseCalendars(tenantId, receiving.id, [main.id], {}, undefined, {
    receiver: second.id,
    eventTitle: 'initials',
    invites: true,
  })
  const found = new Map([[main.id, { busyTimes: 3, isAllFree: false }]])
  await connections.recordLooks(tenantId, receiving.id, { at: minutesAfter(NOW, -7), found })
  await connections.recordRead(tenantId, receiving.id, minutesAfter(NOW, -5))
  await connections.recordUnread(tenantId, receiving.id, { failures: new Map([[main.id, 'unavailable']]), at: NOW })
  await connections.recordFailure(tenantId, blocking.id, 'timeout', NOW)
  await test.database.calendarConnection.updateMany({ where: { tenantId }, data: { refreshedAt: NOW } })
}

/** Sessions at both edges of the window and outside of it, and one that is cancelled. */
async function book(practice: Practice): Promise<void> {
  const { connections, bookings } = stores()
  const readConnectionIds = (await connections.connected(practice.tenantId)).map(({ id }) => id)
  for (const after of [-2 * DAY, -DAY - 30, 30, 60 * 5, 3 * DAY - 30, 3 * DAY + 30]) {
    const startsAt = minutesAfter(NOW, after)
    const blocked = { start: minutesAfter(startsAt, -15), end: minutesAfter(startsAt, 60) }
    await bookings.insert({ ...newBooking(practice, { startsAt, blocked }), readConnectionIds }, NOW, () => true)
  }
  const [soonest] = await bookings.upcoming(practice.tenantId, NOW)
  await bookings.cancel(practice.tenantId, soonest?.id ?? '', NOW)
}

/** With the names, which are getters of the prototype: neither a spread nor a comparison sees them. */
const told = (connections: readonly Connection[] = []) =>
  connections.map((connection) => ({
    ...connection,
    calendars: connection.calendars.map((calendar) => {
      const { name, ownerName } = calendar
      return { ...calendar, name, ownerName }
    }),
  }))

/** Fields that no row gives. */
const unset = (rows: readonly object[]): string[] =>
  Object.keys(Object.assign({}, ...rows)).filter((name) => rows.every((row) => Reflect.get(row, name) === undefined))

it('finds in one statement what the stores find, each by its own', async () => {
  const { slug, tenantId } = await fullPractice()
  const { tenants, connections, bookings } = stores()
  const found = await snapshots.bySlug(slug, window)
  expect(found?.tenant).toEqual(await tenants.byId(tenantId))
  const services = await test.database.service.findMany({
    where: { tenantId, active: true },
    orderBy: { createdAt: 'asc' },
  })
  expect(services.map(({ id: serviceId }) => serviceId)).toEqual(found?.services.map(({ id: serviceId }) => serviceId))
  expect(services).toMatchObject(found?.services ?? [])
  expect(unset(found?.services ?? [])).toEqual([])
  expect(found?.services.map(({ name }) => name)).toEqual(['Session', 'Talk'])
  const hours = await test.database.workingHours.findMany({
    where: { tenantId },
    orderBy: [{ weekday: 'asc' }, { startMinute: 'asc' }],
    select: { weekday: true, startMinute: true, endMinute: true },
  })
  expect(found?.workingHours).toEqual(hours)
  expect(hours).not.toEqual([])
  const connected = await connections.connected(tenantId)
  expect(connected.map(({ role }) => role)).toEqual(['receives', 'blocks'])
  expect(told(found?.connections)).toEqual(told(connected))
  // Otherwise a column that is forgotten would make no difference.
  expect(unset(connected.flatMap(({ evidence, writing, ...rest }) => [rest, evidence, writing]))).toEqual([])
  expect(unset(told(connected).flatMap(({ calendars }) => calendars))).toEqual([])
  expect(found?.blocked).toEqual(await bookings.blocked(tenantId, window))
  expect(found?.blocked).toHaveLength(3)
  expect(await snapshots.byId(tenantId, window)).toEqual(found)
})

it('finds a practice that has nothing yet, and none that is suspended or unknown', async () => {
  const { slug, tenantId } = await createPractice(test.database)
  await test.database.service.updateMany({ where: { tenantId }, data: { active: false } })
  await test.database.workingHours.deleteMany({ where: { tenantId } })
  const nothing = { services: [], workingHours: [], connections: [], blocked: [], window }
  expect(await snapshots.bySlug(slug, window)).toMatchObject(nothing)
  await test.database.tenant.update({ where: { id: tenantId }, data: { suspendedAt: NOW } })
  expect(await snapshots.bySlug(slug, window)).toBeUndefined()
  expect((await snapshots.byId(tenantId, window))?.tenant.suspended).toBe(true)
  expect(await snapshots.bySlug('nobody', window)).toBeUndefined()
  expect(await snapshots.bySlug('\0', window)).toBeUndefined()
  expect(await snapshots.byId('no id', window)).toBeUndefined()
})

describe('WS-16 a try counted with a snapshot', () => {
  const counted = async (limit: string) =>
    (await test.pool.query<{ points: number }>('SELECT points FROM rate_limit WHERE key LIKE $1', [`${limit}:%`])).rows

  it('finds the same, and counts whatever is found', async () => {
    const { slug, tenantId } = await fullPractice()
    const found = await snapshots.bySlug(slug, window)
    const tried = { limit: 'public', key: 'somebody' }
    expect(await snapshots.countedBySlug(tried, slug, window)).toEqual({
      count: { allowed: true, retryAfterSeconds: 0 },
      snapshot: found,
    })
    await test.database.tenant.update({ where: { id: tenantId }, data: { suspendedAt: NOW } })
    for (const none of [slug, 'nobody', '\0'])
      expect(await snapshots.countedBySlug(tried, none, window)).toMatchObject({
        count: { allowed: true },
        snapshot: undefined,
      })
    expect(await counted('public')).toEqual([{ points: 4 }])
  })

  it('is refused when the limit is reached, and from the second refusal on without the database', async () => {
    const { slug } = await createPractice(test.database)
    const open = openDatabase(test.url, test.ring)
    const sent = statementsOf(open.pool)
    const limited = createTenantSnapshots({
      ...open,
      rateLimits: createRateLimits(open.pool, { few: { points: 1, seconds: 60 } }),
    })
    const counts: unknown[] = []
    for (let tries = 0; tries < 5; tries += 1)
      counts.push((await limited.countedBySlug({ limit: 'few', key: 'k' }, slug, window)).count)
    await open.close()
    const refused = { allowed: false, retryAfterSeconds: 60 }
    expect(counts).toEqual([
      { allowed: true, retryAfterSeconds: 0 },
      { ...refused, repeated: false },
      ...Array.from({ length: 3 }, () => ({ ...refused, repeated: true })),
    ])
    expect(sent.filter((text) => text.includes('rate_limit'))).toHaveLength(3)
    expect(await counted('few')).toEqual([{ points: 3 }])
  })

  it('rejects with what an outage was, where the database does not count', async () => {
    const open = openDatabase(test.url, test.ring)
    const refusing = createTenantSnapshots({
      ...open,
      rateLimits: createRateLimits(open.pool, { few: { points: 1, seconds: 60 } }),
    })
    await open.pool.query('SET default_transaction_read_only = on')
    const rejected = refusing.countedBySlug({ limit: 'few', key: 'other' }, 'anybody', window)
    await expect(rejected).rejects.toMatchObject({ name: 'StoreError', code: '25006' })
    await open.close()
  })
})
