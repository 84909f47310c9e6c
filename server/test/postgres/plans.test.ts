import { Logger, runOnce } from 'graphile-worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTenantSnapshots } from '../../src/adapters/postgres/accounts/tenant-snapshots.ts'
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
import { explainEverything, plansOf, scansOf } from '../support/plans.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection, newBooking, queuedJobs } from '../support/rows.ts'

const HISTORY = 20_000
const WAITING = 3
/** Connections of other practices; of a hundred, one is due. */
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

async function addConnections(): Promise<void> {
  await test.pool.query(
    `WITH t AS (INSERT INTO tenant (id, slug, name, time_zone)
       SELECT gen_random_uuid(), 'many-' || n, 'Many', 'UTC' FROM generate_series(1, $1::int) n RETURNING id, slug)
     INSERT INTO calendar_connection (id, tenant_id, provider, status, access, account_key, scopes, token_cache, maintain_at)
     SELECT gen_random_uuid(), t.id, 'MICROSOFT', 'ACTIVE', 'AVAILABILITY', slug, '{}', c.token_cache,
       now() + (CASE WHEN slug LIKE '%00' THEN -1 ELSE 1 END) * interval '1 hour'
     FROM t, LATERAL (SELECT token_cache FROM calendar_connection WHERE status = 'ACTIVE' LIMIT 1) c`,
    [MAINTAINED],
  )
}

/** Of each of some practices one whose event waits, and one whose event is written and is to be compared. */
async function addSessions(): Promise<void> {
  await test.pool.query(
    `WITH s AS (INSERT INTO service (id, tenant_id, name, duration_minutes)
       SELECT gen_random_uuid(), id, 'Session', 50 FROM tenant WHERE slug LIKE 'many-%' LIMIT $1 RETURNING id, tenant_id)
     INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
       client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_id)
     SELECT gen_random_uuid(), s.tenant_id, s.id, at, at + interval '50 min', at, at + interval '50 min', 'A client',
       'a@client.example', gen_random_uuid()::text, gen_random_uuid()::text, 'r', 'FRESH',
       (CASE WHEN n = 1 THEN 'PENDING' ELSE 'WRITTEN' END)::"EventStatus", CASE WHEN n = 2 THEN 'event' END
     FROM s, generate_series(1, 2) n, LATERAL (SELECT now() + n * interval '1 day' AS at) t`,
    [WITH_SESSIONS],
  )
  await test.pool.query(`UPDATE event_comparison SET compare_at = now() - interval '1 minute' WHERE compare_at IS NULL`)
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
        const practices = createTenantSnapshots(open)
        // PostgreSQL plans a prepared statement for its values five times before it considers one plan for all.
        for (let time = 0; time < 7; time++) await practices.bySlug(practice.slug, day)
      },
    ],
    ['coming bookings', (store) => store.upcoming(practice.tenantId, now)],
    ['how many are to come', (store) => store.countUpcoming(practice.tenantId, now)],
    ['a new booking', (store) => store.insert(newBooking(practice), now, () => true)],
  ]

  it.each(asked)('reads only bookings of about that time: %s', async (_what, ask) => {
    const plans = await plansDuring((open) => ask(createBookingStore(open.database), open))
    const scans = scansOf(plans, 'booking')
    expect(scans).not.toEqual([])
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([])
    expect(scans.filter(({ rowsRead }) => rowsRead > NEAR)).toEqual([])
  })
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

describe('what maintains many connections', () => {
  it('looks up the connections that are due by when they are', async () => {
    await addConnections()
    await test.pool.query('ANALYZE calendar_connection')
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
    await addSessions()
    const queued = async (key: string) =>
      (await queuedJobs(test.pool)).filter((job) => job.startsWith(`${key}:`)).length
    const before = await queued('mirror')
    const compared = await plansDuring(({ database }) => createEventComparisonStore(database).queueDue())
    expect(await queued('compare')).toBe(WITH_SESSIONS)
    const requeued = await plansDuring(({ database }) => createBookingStore(database).requeue())
    expect((await queued('mirror')) - before).toBe(WITH_SESSIONS)
    expect(Math.max(compared.length, requeued.length)).toBeLessThan(WITH_SESSIONS / 4)
  })
})
