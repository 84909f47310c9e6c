import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import type { BookingStore, InsertOutcome, NewBooking } from '../../src/ports/booking-store.ts'
import { StoreError } from '../../src/ports/store-error.ts'
import { askAgain } from '../support/ask-again.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, minutesAfter, NOW, newBooking, queuedJobs } from '../support/rows.ts'
import { until } from '../support/until.ts'

const offered = () => true

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

const overlapping = async (tenantId: string): Promise<number> => {
  const { rows } = await test.pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM booking a JOIN booking b ON a.tenant_id = b.tenant_id AND a.id < b.id
       AND a.blocked_from < b.blocked_until AND b.blocked_from < a.blocked_until
     WHERE a.tenant_id = $1 AND a.status = 'CONFIRMED' AND b.status = 'CONFIRMED'`,
    [tenantId],
  )
  return rows[0]?.count ?? -1
}

describe('many clients at once, three processes', () => {
  const others: ReturnType<typeof openDatabase>[] = []
  let stores: BookingStore[] = []
  beforeAll(() => {
    others.push(openDatabase(test.url, test.ring), openDatabase(test.url, test.ring))
    stores = [test, ...others].map(({ database }) => createBookingStore(database))
  })
  afterAll(() => Promise.all(others.map(({ close }) => close())))

  const storm = (requests: readonly NewBooking[]) =>
    Promise.all(
      requests.map((request, index) => {
        const store = stores[index % stores.length]
        if (store === undefined) throw new Error('No store')
        return askAgain(() => store.insert(request, NOW, offered))
      }),
    )
  // Whose first answer was lost for want of time learns by the key that the hour is hers.
  const isBooked = ({ kind }: InsertOutcome): boolean => kind === 'booked' || kind === 'replayed'

  it('INV-1 F-78 gives one hour to one of 50 clients', async () => {
    const practice = await createPractice(test.database)
    const outcomes = await storm(Array.from({ length: 50 }, () => newBooking(practice)))
    expect(outcomes.filter(isBooked)).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'taken')).toHaveLength(49)
    expect(await auditOf(test.pool, practice.tenantId)).toHaveLength(1)
    expect((await test.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount).toBe(1)
  })

  it('INV-1 F-79 never lets overlapping hours both be booked, and no client meets a deadlock', async () => {
    const practice = await createPractice(test.database)
    const requests = Array.from({ length: 60 }, (_, index) =>
      newBooking(practice, { startsAt: minutesAfter(NOW, 24 * 60 + ((index * 7) % 60) * 10) }),
    )
    const outcomes = await storm(requests)
    expect(new Set(outcomes.map((outcome) => isBooked(outcome) || outcome.kind))).toEqual(new Set([true, 'taken']))
    expect(await overlapping(practice.tenantId)).toBe(0)
  })

  it('F-66 books in spite of a deadlock with somebody who takes our tables in the other order', async () => {
    const practice = await createPractice(test.database)
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    const stranger = new pg.Client({ connectionString: test.url })
    await stranger.connect()
    // PostgreSQL ends whoever notices first, which is mostly the one who waited first: us.
    let ended: 'ours' | 'stranger' | undefined
    for (let hour = 1; ended !== 'ours'; hour += 1) {
      await stranger.query('BEGIN')
      await stranger.query('LOCK TABLE audit_event IN EXCLUSIVE MODE')
      const booking = storm([newBooking(practice, { startsAt: minutesAfter(NOW, 4000 + hour * 60) })])
      await until(async () => (await test.pool.query(waiting)).rowCount === 1)
      ended = await stranger.query('LOCK TABLE booking IN EXCLUSIVE MODE').then(
        () => 'ours',
        (error: pg.DatabaseError) => {
          expect(error.code).toBe('40P01')
          return 'stranger'
        },
      )
      await stranger.query('ROLLBACK')
      expect((await booking).map(({ kind }) => kind)).toEqual(['booked'])
    }
    await stranger.end()
  })

  it('F-66 tries a transaction that PostgreSQL rolled back three times, then says that it cannot answer now', async () => {
    const practice = await createPractice(test.database)
    await test.pool.query(`CREATE SEQUENCE deadlocks`)
    await test.pool.query(
      `CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF nextval('deadlocks') <= 2 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
         RETURN NEW; END $$`,
    )
    await test.pool.query(
      'CREATE TRIGGER fail_twice BEFORE INSERT ON booking FOR EACH ROW EXECUTE FUNCTION fail_twice()',
    )
    const [first] = await storm([newBooking(practice)])
    expect(first?.kind).toBe('booked')
    await test.pool.query('ALTER SEQUENCE deadlocks RESTART')
    await test.pool.query(`CREATE OR REPLACE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$`)
    const request = storm([newBooking(practice, { startsAt: minutesAfter(NOW, 3000) })])
    await expect(request).rejects.toMatchObject({ name: 'StoreError', reason: 'unavailable', code: '40001' })
    await test.pool.query('DROP TRIGGER fail_twice ON booking')
  })
})

describe('a connection that breaks', () => {
  let proxy: CommitProxy
  let through: ReturnType<typeof openDatabase>
  let practice: Practice
  let store: BookingStore
  beforeAll(async () => {
    proxy = await startCommitProxy(test.url)
    through = openDatabase(proxy.url, test.ring)
    store = createBookingStore(through.database)
    practice = await createPractice(test.database)
  })
  afterAll(async () => {
    await through.close()
    await proxy.close()
  })

  it.each(['before', 'after'] as const)('F-65 books once when it is lost %s the database commits', async (cut) => {
    const request = newBooking(practice, { startsAt: minutesAfter(NOW, cut === 'before' ? 6000 : 7000) })
    proxy.cutNextCommit(cut)
    expect(await store.insert(request, NOW, offered)).toMatchObject({ kind: 'booked', booking: { id: request.id } })
    const { rows } = await test.pool.query(
      `SELECT (SELECT count(*)::int FROM booking WHERE id::text = $1) AS bookings,
         (SELECT count(*)::int FROM audit_event WHERE subject_id = $1) AS audits`,
      [request.id],
    )
    expect(rows).toEqual([{ bookings: 1, audits: 1 }])
    expect((await queuedJobs(test.pool)).filter((key) => key === `mirror:${request.id}`)).toHaveLength(1)
  })

  it('F-64 says so when the database is down, and stores nothing', async () => {
    const request = newBooking(practice, { startsAt: minutesAfter(NOW, 8000) })
    proxy.setDown(true)
    await expect(store.insert(request, NOW, offered)).rejects.toMatchObject({
      name: 'StoreError',
      reason: 'unavailable',
    })
    await expect(store.byManageToken('x')).rejects.toBeInstanceOf(StoreError)
    proxy.setDown(false)
    expect(await store.byId(practice.tenantId, request.id)).toBeUndefined()
    expect((await store.insert(request, NOW, offered)).kind).toBe('booked')
  })
})

describe('an error of the database', () => {
  it('F-67 quotes no row: neither in its text nor in anything it carries', async () => {
    const practice = await createPractice(test.database)
    const store = createBookingStore(test.database)
    const request = newBooking(practice, { clientName: 'canary-name', clientEmail: 'canary@client.example' })
    const backwards = { ...request, session: { start: request.session.end, end: request.session.start } }
    const error: unknown = await store.insert(backwards, NOW, offered).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(StoreError)
    expect(error).toMatchObject({ reason: 'failed', code: '23514' })
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['code', 'message', 'name', 'reason', 'stack'])
    expect(`${(error as StoreError).stack}${JSON.stringify(error)}`).not.toMatch(/canary|booking_times/)
  })
})
