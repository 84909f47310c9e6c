import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createMaintenanceStore } from '../../src/adapters/postgres/connections/maintenance-store.ts'
import { compose } from '../../src/di.ts'
import { silentLog } from '../../src/ports/log.ts'
import { openBenchDatabase } from '../bench/system/database.ts'
import { connectedPractice, pathsOf } from '../bench/system/scene.ts'
import { type Measured, startProduct } from '../bench/system/server-process.ts'
import { configFor } from '../support/environment.ts'
import type { Practice } from '../support/practice.ts'
import { signIn } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { BOOKINGS, PENDING, seed, TENANTS, untimed } from './many-practices-seed.ts'

/**
 * Ten thousand practices with thirty sessions each: what runs by the clock, with its index and without; pages; hourly maintenance by
 * one and by two processes, at emulators that answer after 50 ms; and one practice's two hundred events before another's one. Takes
 * some ten minutes, fewer with `TENANTS=1000`. Expects `npm run build` to have run:
 *   npm run build && npx tsx server/test/long/many-practices.ts
 */
const ACCOUNTS = 20
const LATENCY_MS = 50
const MAINTAIN_MS = 45_000
const FLOOD = 200
const FLOOD_LATENCY_MS = 100

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const token = randomBytes(32).toString('base64url')
const world = await startWorld({
  calendars: 'emulated',
  database: await openBenchDatabase(),
  env: {
    CALENDAR_FRESH_SECONDS: '3600',
    CALENDAR_MAX_AGE_SECONDS: '3600',
    TRUST_PROXY_HOPS: '1',
    METRICS_TOKEN: token,
  },
})
world.microsoft.journal.recording = false
const { pool, database, ring } = world.database
const running: Measured[] = []
const start = async (more: Readonly<Record<string, string>>): Promise<Measured> => {
  const one = await startProduct({ ...world.env, ...more })
  running.push(one)
  return one
}
const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map((one) => one.stop()))
}

/** The median of some runs; "too long" where the pool's ten seconds end one. */
async function took(work: () => Promise<unknown>, runs = 5): Promise<string> {
  const all: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now()
    const ended = await work().then(
      () => true,
      () => false,
    )
    if (!ended) return 'too long (10 s)'
    all.push(performance.now() - begun)
  }
  return `${(all.sort((a, b) => a - b)[Math.floor(runs / 2)] ?? 0).toFixed(1)} ms`
}

async function without(indexes: readonly string[], work: () => Promise<string>): Promise<string> {
  const made: string[] = []
  for (const index of indexes) {
    const { rows } = await pool.query<{ sql: string }>('SELECT pg_get_indexdef($1::regclass) AS sql', [index])
    made.push(rows[0]?.sql ?? '')
    await pool.query(`DROP INDEX ${index}`)
  }
  try {
    return await work()
  } finally {
    for (const sql of made) await pool.query(sql)
  }
}

async function periodic(): Promise<void> {
  const parts = { database, pool, ring, worker: { running: () => true } }
  const { jobs } = compose(configFor(world.database), parts, { log: silentLog })
  const maintenance = createMaintenanceStore(database)
  const forgetJobs = () => pool.query('DELETE FROM graphile_worker._private_jobs')
  const rows: readonly (readonly [what: string, indexes: readonly string[], work: () => Promise<unknown>])[] = [
    [`requeue of the outbox, ${PENDING} waiting and queued`, ['booking_event_waiting_idx'], () => jobs.requeueOutbox()],
    ['comparisons that are due, queued', ['event_comparison_compare_at_idx'], () => jobs.compareEvents.queueDue()],
    ['maintenance that is due, queued', ['calendar_connection_maintain_at_idx'], () => maintenance.queueDue()],
    ['four connections taken', ['calendar_connection_maintain_at_idx'], () => maintenance.takeDue(4)],
  ]
  await maintenance.queueDue()
  await pool.query(
    `UPDATE calendar_connection SET maintain_at = now() WHERE maintain_at < now() + interval '2 minutes'`,
  )
  for (const [what, indexes, work] of rows) {
    await work()
    const bare = await without(indexes, () => took(work))
    say(`${what}: ${await took(work)} (without ${indexes.join(', ')}: ${bare})`)
  }
  await forgetJobs()
  const { rows: old } = await pool.query(
    `SELECT count(*)::int AS count FROM booking WHERE ends_at < now() - interval '730 days'`,
  )
  say(
    `purge, which erases ${old[0]?.count} clients: ${await took(() => jobs.purge(), 1)}; the next one: ${await took(() => jobs.purge(), 3)}`,
  )
}

/** Tables of which a page read rows beyond number, and not by an index. */
async function wholeTables(work: () => Promise<unknown>): Promise<string> {
  const read = async (): Promise<Map<string, number>> => {
    // A connection that told its numbers within the last second tells the next when it has been idle for ten (PGSTAT_IDLE_INTERVAL).
    await pause(11_000)
    const { rows } = await pool.query<{ relname: string; rows: number }>(
      'SELECT relname, seq_tup_read::float8 AS rows FROM pg_stat_user_tables',
    )
    return new Map(rows.map(({ relname, rows }) => [relname, rows]))
  }
  const before = await read()
  await work()
  const whole = [...(await read())].filter(([table, rows]) => rows - (before.get(table) ?? 0) > 1_000)
  return whole.length === 0 ? 'no table read whole' : `read whole: ${whole.map(([table]) => table).join(', ')}`
}

/** By one client after the other: what a visitor waits for where nobody else is there. */
async function pages(practice: Practice): Promise<void> {
  const product = await start({ PROCESS_TYPE: 'web' })
  const { browser } = await signIn(product.origin, practice)
  const asked = async (path: string): Promise<void> => {
    const headers = {
      'x-forwarded-for': `100.64.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
    }
    if ((await browser.get(path, headers)).status !== 200) throw new Error(`${path} was refused`)
  }
  const of = pathsOf(practice)
  for (const [what, path] of [
    ['slots of a week', of.slots],
    ['page of a day', of.day],
    ['appointments', '/appointments'],
  ] as const) {
    await asked(path)
    say(`${what}: ${await took(() => asked(path), 31)}; ${await wholeTables(() => asked(path))}`)
  }
  say(`memory of the process: ${await residentOf(product)} MiB`)
  await stopAll()
}

async function residentOf({ origin }: Measured): Promise<number> {
  const text = await (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  return Math.round(Number(/^process_resident_memory_bytes ([\d.e+]+)$/m.exec(text)?.[1]) / 2 ** 20)
}

const remaining = async (): Promise<number> =>
  (await pool.query(`SELECT count(*)::int AS count FROM calendar_connection WHERE maintain_at = '2000-01-01'`)).rows[0]
    .count

/** Nothing is due but what is asked for. */
const quiet = (maintainIn: string): Promise<void> =>
  untimed(world, async (client) => {
    await client.query('DELETE FROM graphile_worker._private_jobs')
    await client.query(`UPDATE event_comparison SET compare_at = now() + interval '1 hour'`)
    await client.query(`UPDATE booking SET event_status = 'NOT_WANTED' WHERE event_status = 'PENDING'`)
    await client.query(`UPDATE calendar_connection SET maintain_at = now() + $1::interval`, [maintainIn])
  })

async function maintained(processes: number): Promise<void> {
  world.microsoft.latencyMs = LATENCY_MS
  await quiet('1 hour')
  await pool.query(`UPDATE calendar_connection SET maintain_at = '2000-01-01' WHERE status = 'ACTIVE'`)
  const workers: Measured[] = []
  for (let n = 0; n < processes; n += 1) workers.push(await start({ PROCESS_TYPE: 'worker' }))
  await pool.query(`SELECT graphile_worker.add_job('queue_maintenance')`)
  const all = await remaining()
  while ((await remaining()) === all) await pause(50)
  const [from, cpu, begun] = [await remaining(), workers.map((one) => one.cpuMs()), performance.now()]
  await pause(MAINTAIN_MS)
  const [left, seconds] = [await remaining(), (performance.now() - begun) / 1000]
  const spent = workers.reduce((sum, one, index) => sum + one.cpuMs() - (cpu[index] ?? 0), 0)
  const rate = (from - left) / seconds
  const memory = await Promise.all(workers.map(residentOf))
  say(
    `maintenance by ${processes}: ${rate.toFixed(1)} connections a second, ${(spent / (from - left)).toFixed(1)} ms CPU each, ` +
      `10,000 in ${Math.round(10_000 / rate / 60)} minutes; memory ${memory.join(' and ')} MiB`,
  )
  await stopAll()
}

/** How long after its booking another practice's event is written, and how many of the flood have been by then. */
async function flood(many: Practice, other: Practice): Promise<void> {
  world.microsoft.latencyMs = FLOOD_LATENCY_MS
  await quiet('1 hour')
  const product = await start({})
  await pool.query(
    `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
       client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status)
     SELECT gen_random_uuid(), $1, $2, at, at + interval '50 minutes', at, at + interval '50 minutes', 'A client',
       'client@example.org', gen_random_uuid()::text, gen_random_uuid()::text, 'seeded', 'FRESH', 'PENDING'
     FROM generate_series(1, $3::int) n, LATERAL (SELECT date_trunc('hour', now()) + n * interval '2 hours' AS at) times`,
    [many.tenantId, many.serviceId, FLOOD],
  )
  await createBookingStore(database).requeue(many.tenantId)
  const tenant = `${product.origin}/api/v1/tenants/${other.slug}`
  const slots = `${product.origin}${pathsOf(other).slots}`
  const start0 = ((await (await fetch(slots)).json()) as { slots: { start: string }[] }).slots[0]?.start
  const answer = await fetch(`${tenant}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ service: other.serviceId, start: start0, client: { name: 'A', email: 'a@client.example' } }),
  })
  const { id } = (await answer.json()) as { id: string }
  const begun = performance.now()
  const written = async (where: string, value: string): Promise<number> =>
    (await pool.query(`SELECT 1 FROM booking WHERE ${where} = $1 AND event_status = 'WRITTEN'`, [value])).rowCount ?? 0
  while ((await written('id', id)) === 0) await pause(20)
  const ms = Math.round(performance.now() - begun)
  const before = await written('tenant_id', many.tenantId)
  say(
    `an event of another practice, ${FLOOD} waiting of one: ${ms} ms after its booking; ${before} of the ${FLOOD} were written`,
  )
  await stopAll()
}

try {
  const product = await start({})
  const practices: Practice[] = []
  // On a busy machine a sign-in may take too long, and is refused.
  for (let tries = 0; practices.length < ACCOUNTS && tries < 2 * ACCOUNTS; tries += 1)
    await connectedPractice(world, product, 10).then(
      (practice) => practices.push(practice),
      (error: Error) => say(error.message),
    )
  await stopAll()
  const begun = performance.now()
  await seed(world)
  say(
    `${TENANTS} practices with ${BOOKINGS} sessions each, seeded in ${Math.round((performance.now() - begun) / 1000)} s`,
  )
  const [first, second] = practices as [Practice, Practice]
  await periodic()
  await pages(first)
  for (const processes of [1, 2]) await maintained(processes)
  await flood(first, second)
} finally {
  await stopAll()
  await world.close()
}
