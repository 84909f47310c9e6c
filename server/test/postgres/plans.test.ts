import { Logger, runOnce } from 'graphile-worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOffboardingStore } from '../../src/adapters/postgres/accounts/offboarding-store.ts'
import { readBacklog } from '../../src/adapters/postgres/backlog.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createEventComparisonStore } from '../../src/adapters/postgres/bookings/event-comparison-store.ts'
import { type OpenDatabase, openDatabase } from '../../src/adapters/postgres/client.ts'
import { createMaintenanceStore } from '../../src/adapters/postgres/connections/maintenance-store.ts'
import { compose } from '../../src/di.ts'
import { SCHEDULE } from '../../src/jobs/schedule.ts'
import { tasks } from '../../src/jobs/tasks.ts'
import type { BookingStore } from '../../src/ports/booking-store.ts'
import type { Backlog } from '../../src/ports/metrics.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { configFor } from '../support/environment.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { addConnections, addSessions } from '../support/many-practices.ts'
import { explainEverything, type Plan, plansOf, scansOf } from '../support/plans.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection, newBooking, queuedJobs } from '../support/rows.ts'
import { openSnapshots } from '../support/snapshots.ts'

const HISTORY = 20_000
const WAITING = 3
/** Other practices. */
const MAINTAINED = 3_000
const WITH_SESSIONS = 200
/** Those of the first three days and eight hours; whether the last one counts, the minute says. */
const ERASED = [79, 80]

let test: TestDatabase
let practice: Practice
beforeAll(async () => {
  test = await openTestDatabase()
  practice = await createPractice(test.database)
  const connectionId = await createConnection(test.database, practice.tenantId, '{}')
  await addHistory(practice, connectionId)
  await addOutdated(practice)
  await test.pool.query('ANALYZE')
  await explainEverything(test.url)
})
afterAll(() => test.drop())

/** Every hour a session, back from now, its event written; the last ones still wait. As many audit rows, of other practices. */
async function addHistory({ tenantId, serviceId }: Practice, connectionId: string): Promise<void> {
  const part = HISTORY / 8
  // In parts, for each statement has its time limit.
  for (let from = 0; from < HISTORY; from += part)
    await test.pool.query(
      `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
         client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_connection_id)
       SELECT gen_random_uuid(), $1, $2, at, at + interval '50 min', at, at + interval '50 min', 'A client',
         'a@client.example', 'm' || n, 'i' || n, 'r', 'FRESH', (CASE WHEN n < $5 THEN 'PENDING' ELSE 'WRITTEN' END)::"EventStatus", $3
       FROM generate_series($6::int, $6::int + $4::int - 1) AS n,
         LATERAL (SELECT date_trunc('hour', now()) - n * interval '1 hour' AS at) AS t`,
      [tenantId, serviceId, connectionId, part, WAITING, from],
    )
  await test.pool.query(
    `INSERT INTO audit_event (tenant_id, actor, action, at)
     SELECT gen_random_uuid(), 'client', 'booking_created', now() - n * interval '1 hour'
     FROM generate_series($1::int - 1, 0, -1) AS n`,
    [HISTORY],
  )
}

/** The plans of everything asked of a database that was opened for it. */
async function plansDuring(work: (open: OpenDatabase) => Promise<unknown>) {
  const open = openDatabase(test.url, test.ring)
  try {
    return await plansOf(open.pool, () => work(open))
  } finally {
    await open.close()
  }
}

/** What the nightly purge has to remove: an account that nobody confirmed, an audit row of seven years ago, clients of the first sessions. */
async function addOutdated({ tenantId }: Practice): Promise<void> {
  const days = Math.floor(HISTORY / 24) - 3
  await test.database.tenant.update({ where: { id: tenantId }, data: { retentionDays: days } })
  const pending = await createConnection(test.database, tenantId, '{}', { status: 'PENDING' })
  await test.pool.query(`UPDATE calendar_connection SET created_at = now() - interval '2 hours' WHERE id = $1`, [
    pending,
  ])
  await test.pool.query(
    `INSERT INTO audit_event (tenant_id, actor, action, at) VALUES ($1, 'job', 'old', now() - interval '7 years')`,
    [tenantId],
  )
}

describe('what runs by the clock', () => {
  const log = new LogRecorder()

  // Bookings are never purged, audit rows only after years.
  it.each(SCHEDULE)('$task reads no whole table of bookings or audit rows', async ({ task }) => {
    const plans = await plansDuring(async (open) => {
      const parts = { ...open, worker: { running: () => true } }
      const run = tasks(compose(configFor(test), parts, { log }).jobs)[task]
      await open.pool.query('SELECT graphile_worker.add_job($1)', [task])
      await runOnce({ pgPool: open.pool, taskList: { [task]: run }, logger: new Logger(() => () => {}) })
    })
    expect(plans).not.toEqual([])
    const scans = ['booking', 'audit_event'].flatMap((table) => scansOf(plans, table))
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([])
    expect(scans.reduce((sum, { rowsRead }) => sum + rowsRead, 0)).toBeLessThan(HISTORY / 10)
  })

  it('has found what waits, and what was kept too long', async () => {
    expect(await queuedJobs(test.pool)).toHaveLength(WAITING)
    expect(log.of('purged')).toMatchObject([{ auditEvents: 1, erasedBookings: expect.toBeOneOf(ERASED) }])
    expect(await test.database.calendarConnection.count({ where: { status: 'PENDING' } })).toBe(0)
  })
})

describe('what a page or a booking asks of a practice with a long history', () => {
  const MINUTE_MS = 60_000
  const now = new Date()
  const day = { start: now, end: new Date(now.getTime() + 24 * 60 * MINUTE_MS) }
  const NEAR = 200

  const asked: readonly (readonly [
    what: string,
    ask: (store: BookingStore, open: OpenDatabase) => Promise<unknown>,
  ])[] = [
    ['blocked times', (store) => store.blocked(practice.tenantId, day)],
    [
      'a snapshot, by the plan for its values and by the one for any values',
      async (_store, open) => {
        const practices = openSnapshots(open)
        // PostgreSQL plans a prepared statement for its values five times before it considers one plan for all.
        for (let time = 0; time < 7; time++) await practices.bySlug(practice.slug, day)
      },
    ],
    ['coming bookings', (store) => store.upcoming(practice.tenantId, now)],
    ['how many are to come', (store) => store.countUpcoming(practice.tenantId, now)],
    ['a new booking', (store) => store.insert(newBooking(practice), now, () => true)],
  ]

  it.each(asked)('reads only bookings of about that time: %s', async (_what, ask) => {
    expectNear(await plansDuring((open) => ask(createBookingStore(open.database), open)))
  })

  it('reads only bookings of about that time before PostgreSQL 18, too, which skips by the states of events', async () => {
    const index = 'booking_tenant_id_event_status_ends_at_idx'
    const { rows } = await test.pool.query(`SELECT pg_get_indexdef('${index}'::regclass) AS definition`)
    await test.pool.query(`DROP INDEX ${index}`)
    try {
      for (const of of ['upcoming', 'countUpcoming'] as const)
        expectNear(await plansDuring(({ database }) => createBookingStore(database)[of](practice.tenantId, now)))
    } finally {
      await test.pool.query(rows[0].definition)
    }
  })

  function expectNear(plans: readonly Plan[]): void {
    const scans = scansOf(plans, 'booking')
    expect(scans).not.toEqual([])
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([])
    expect(scans.filter(({ rowsRead }) => rowsRead > NEAR)).toEqual([])
  }
})

describe('what is counted for metrics', () => {
  it('reads no whole table of bookings or connections, and jobs by their key; further accounts count', async () => {
    await test.pool.query(
      `INSERT INTO calendar_connection (id, tenant_id, provider, status, access, account_key)
       SELECT gen_random_uuid(), $1, 'MICROSOFT', 'DISCONNECTED', 'BOOKINGS', 'k' || n FROM generate_series(1, 5000) n`,
      [practice.tenantId],
    )
    await test.pool.query(
      `INSERT INTO graphile_worker._private_jobs (task_id, payload, run_at)
       SELECT min(t.id), '{}', now() + interval '1 day' FROM graphile_worker._private_tasks t, generate_series(1, $1) n GROUP BY n`,
      [HISTORY],
    )
    await createConnection(test.database, practice.tenantId, '{}', { further: true, provider: 'GOOGLE' })
    for (const table of ['calendar_connection', 'graphile_worker._private_jobs'])
      await test.pool.query(`VACUUM ANALYZE ${table}`)
    let counted: Backlog | undefined
    const plans = await plansDuring(async (open) => {
      counted = await readBacklog(open.pool)
    })
    expect(counted?.connections).toContainEqual({ provider: 'GOOGLE', health: 'ok', count: 1 })
    const scans = ['booking', 'calendar_connection', '_private_jobs'].map((table) => scansOf(plans, table))
    expect(scans.map((found) => found.length > 0)).toEqual([true, true, true])
    expect(scans.flat().filter(({ type }) => type === 'Seq Scan')).toEqual([])
    const read = scans.map((found) => found.reduce((sum, { rowsRead }) => sum + rowsRead, 0))
    expect(read[0]).toBeLessThan(HISTORY / 100)
    expect(read[1]).toBeLessThan(HISTORY / 100)
    expect(read[2]).toBe(HISTORY / 2)
  })
})

describe('a practice that leaves', () => {
  it('takes its accounts and services along without a look at the bookings of all others', async () => {
    const { tenantId } = await createPractice(test.database)
    const at = new Date()
    const id = await createConnection(test.database, tenantId, '{}')
    const ended = { status: 'DISCONNECTED', tokenCache: null, disconnectedAt: at } as const
    await test.database.calendarConnection.update({ where: { id }, data: ended })
    const leaving = { closedAt: at, suspendedAt: at, offboardingAt: at }
    await test.database.tenant.update({ where: { id: tenantId }, data: leaving })
    const plans = await plansDuring(async ({ database }) =>
      expect(await createOffboardingStore(database).finish(tenantId, 'operator')).toBe(true),
    )
    expect(await test.database.calendarConnection.count({ where: { tenantId } })).toBe(0)
    const scans = scansOf(plans, 'booking')
    for (const column of ['event_connection_id', 'service_id'])
      expect(scans.filter(({ condition }) => condition.includes(column))).not.toEqual([])
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([])
  })
})

describe('what maintains many connections', () => {
  beforeAll(async () => {
    await addConnections(test.pool, MAINTAINED)
    await test.pool.query('ANALYZE calendar_connection')
  })

  it('looks up the connections that are due by when they are', async () => {
    const plans = await plansDuring(async ({ database }) => {
      const maintenance = createMaintenanceStore(database)
      await maintenance.queueDue()
      expect(await maintenance.takeDue(4)).toHaveLength(4)
    })
    const scans = scansOf(plans, 'calendar_connection')
    expect(scans).not.toEqual([])
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([])
    expect(scans.filter(({ rowsRead }) => rowsRead > MAINTAINED / 10)).toEqual([])
  })

  it('queues the jobs of many practices by few statements, each of which has its time limit', async () => {
    await createBookingStore(test.database).requeue()
    await addSessions(test.pool, WITH_SESSIONS)
    const queued = async (key: string) =>
      (await queuedJobs(test.pool)).filter((job) => job.startsWith(`${key}:`)).length
    const before = await queued('mirror')
    const compared = await plansDuring(({ database }) => createEventComparisonStore(database).queueDue())
    expect(await queued('compare')).toBe(WITH_SESSIONS)
    const requeued = await plansDuring(({ database }) => createBookingStore(database).requeue())
    expect((await queued('mirror')) - before).toBe(WITH_SESSIONS)
    const waiting = scansOf(requeued, 'booking')
    // Any other index is read from end to end, of which a plan tells only the rows that it gave.
    expect(new Set(waiting.map(({ index }) => index))).toEqual(new Set(['booking_event_waiting_idx']))
    // Not practice by practice, most of which have none that waits.
    expect(waiting.reduce((sum, { searches }) => sum + searches, 0)).toBeLessThan(WITH_SESSIONS / 4)
    expect(Math.max(compared.length, requeued.length)).toBeLessThan(WITH_SESSIONS / 4)
  })
})
