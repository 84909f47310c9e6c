import type { CalendarFailure } from '../../../ports/calendar-failure.ts'
import type { Transaction } from '../client.ts'
import { Prisma } from '../generated/client.ts'

const MAX_ATTEMPTS = 25
/** Queued by one statement, which has its time limit; the next one takes others. */
const REQUEUED = 5_000

/**
 * Queues the job that reconciles a booking's event, now or after `delayMs` by the clock that workers go by, the database's
 * (F-71); a job that waits already is replaced. Not in a named queue: the job library would keep a crashed process's queue
 * locked for hours, while the lock that an outbox job takes ends with its process; its flag names the tenant instead, and
 * the runner takes one flag's jobs one at a time. `failures` goes with the job: how often in a row it has failed. The key of
 * a job is `mirror:<booking>`, as earlier releases made it, so that theirs are replaced and taken back like ours.
 */
export async function queueOutboxJob(
  database: Transaction,
  bookingId: string,
  delayMs = 0,
  failures = 0,
): Promise<void> {
  await database.$executeRaw`SELECT ${outboxJob(delayMs, failures)} FROM booking WHERE id = ${bookingId}::uuid`
}

/** The call that queues the job of a row of `booking`, for a statement that does something else besides. */
export const outboxJob = (delayMs = 0, failures = 0) => Prisma.sql`
  graphile_worker.add_job(
    'reconcile_event',
    json_build_object('bookingId', id::text, 'failures', ${failures}::int),
    run_at => clock_timestamp() + ${delayMs}::float8 * interval '1 millisecond',
    max_attempts => ${MAX_ATTEMPTS}::int,
    job_key => 'mirror:' || id,
    job_key_mode => 'replace',
    flags => ARRAY['tenant:' || tenant_id])`

/** {@link queueOutboxJob} now, for many: one statement, for a transaction has no time for hundreds. */
export async function queueOutboxJobs(transaction: Transaction, bookingIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    SELECT graphile_worker.add_jobs(array_agg((
      'reconcile_event', json_build_object('bookingId', id), NULL, clock_timestamp(), ${MAX_ATTEMPTS}::int,
      'mirror:' || id, NULL, ARRAY['tenant:' || tenant_id])::graphile_worker.job_spec))
    FROM booking WHERE id = ANY (${[...bookingIds]}::uuid[]) HAVING count(*) > 0`
}

/** Queues the removal of one former event; as {@link queueOutboxJob}, with a flag of its own: another account may be slow. */
export async function queueFormerEvent(database: Transaction, key: string, delayMs = 0, failures = 0): Promise<void> {
  await database.$executeRaw`
    SELECT graphile_worker.add_job(
      'remove_former_event',
      json_build_object('key', key::text, 'failures', ${failures}::int),
      run_at => clock_timestamp() + ${delayMs}::float8 * interval '1 millisecond',
      max_attempts => ${MAX_ATTEMPTS}::int,
      job_key => 'former:' || key,
      job_key_mode => 'replace',
      flags => ARRAY['former:' || tenant_id])
    FROM former_event WHERE key = ${key}::uuid`
}

/** Queues the removals of these bookings' former events, as {@link queueOutboxJobs} does. */
export async function queueFormerEvents(transaction: Transaction, bookingIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    SELECT ${formerEventJobs()}
    FROM former_event WHERE booking_id = ANY (${[...bookingIds]}::uuid[]) AND status = 'REMOVING' HAVING count(*) > 0`
}

/** The call that queues the removals of rows of `former_event`, where there are any. */
export const formerEventJobs = () => Prisma.sql`
  graphile_worker.add_jobs(array_agg((
    'remove_former_event', json_build_object('key', key), NULL, clock_timestamp(), ${MAX_ATTEMPTS}::int,
    'former:' || key, NULL, ARRAY['former:' || tenant_id])::graphile_worker.job_spec))`

export async function unqueueFormerEvent(transaction: Transaction, key: string): Promise<void> {
  await transaction.$executeRaw`SELECT graphile_worker.remove_job(${`former:${key}`}::text)`
}

/** Takes back what was queued for the former events of these bookings. */
export async function unqueueFormerEvents(transaction: Transaction, bookingIds: readonly string[]): Promise<void> {
  await transaction.$executeRaw`
    SELECT graphile_worker.remove_job('former:' || key) FROM former_event WHERE booking_id = ANY (${[...bookingIds]}::uuid[])`
}

/** Takes back what was queued for these bookings. A job that runs right now finishes, and is not tried again. */
export async function unqueueOutboxJobs(transaction: Transaction, bookingIds: readonly string[]): Promise<void> {
  if (bookingIds.length === 0) return
  const keys = bookingIds.map((id) => `mirror:${id}`)
  await transaction.$executeRaw`SELECT graphile_worker.remove_job(j.key) FROM graphile_worker.jobs j WHERE j.key = ANY (${keys}::text[])`
}

/**
 * Queues every booking whose event still waits and which no live job will look after: its process died, its attempts are
 * used up, or nothing could be done before the calendar was connected again. Accounts that wait for people are left alone,
 * and removals for which there is no grant, connected or kept. A job that failed for want of the database waits no longer than an
 * hour, whatever the job library's own growth of the wait.
 */
export async function requeueOutbox(database: Transaction, tenantId?: string): Promise<void> {
  await database.$executeRaw`
    SELECT graphile_worker.add_jobs(array_agg((
      'reconcile_event', json_build_object('bookingId', id), NULL, NULL, ${MAX_ATTEMPTS}::int,
      'mirror:' || id, NULL, ARRAY['tenant:' || tenant_id])::graphile_worker.job_spec))
    FROM (SELECT b.id, b.tenant_id FROM booking b
    LEFT JOIN calendar_connection c ON c.tenant_id = b.tenant_id AND c.status = 'ACTIVE'
    LEFT JOIN calendar_connection w ON w.id = b.event_connection_id
    WHERE b.event_status IN ('PENDING', 'REMOVING')
      AND ((c.id IS NOT NULL
          AND (b.event_status = 'PENDING' OR w.id IS NULL
            OR (c.access = 'BOOKINGS' AND w.provider = c.provider AND w.account_key = c.account_key))
          AND c.failure_reason IS DISTINCT FROM 'reconnect' AND c.failure_reason IS DISTINCT FROM 'admin_consent')
        OR (b.event_status = 'REMOVING' AND ${isKept}))
      AND (${tenantId ?? null}::uuid IS NULL OR b.tenant_id = ${tenantId ?? null}::uuid)
      AND NOT EXISTS (SELECT 1 FROM graphile_worker.jobs j WHERE j.key = 'mirror:' || b.id AND ${isLive})
      LIMIT ${REQUEUED}) waiting HAVING count(*) > 0`
  await database.$executeRaw`
    SELECT graphile_worker.add_jobs(array_agg((
      'remove_former_event', json_build_object('key', key), NULL, NULL, ${MAX_ATTEMPTS}::int,
      'former:' || key, NULL, ARRAY['former:' || tenant_id])::graphile_worker.job_spec))
    FROM (SELECT f.key, f.tenant_id FROM former_event f
    JOIN calendar_connection w ON w.id = f.connection_id
    LEFT JOIN calendar_connection c ON c.tenant_id = f.tenant_id AND c.status = 'ACTIVE'
    WHERE f.status = 'REMOVING'
      AND ((c.access = 'BOOKINGS' AND w.provider = c.provider AND w.account_key = c.account_key
          AND c.failure_reason IS DISTINCT FROM 'reconnect' AND c.failure_reason IS DISTINCT FROM 'admin_consent')
        OR ${isKept})
      AND (${tenantId ?? null}::uuid IS NULL OR f.tenant_id = ${tenantId ?? null}::uuid)
      AND NOT EXISTS (SELECT 1 FROM graphile_worker.jobs j WHERE j.key = 'former:' || f.key AND ${isLive})
      LIMIT ${REQUEUED}) waiting HAVING count(*) > 0`
}

/** Failures that pass with the provider's outage; a Retry-After holds `throttled` back, whatever else succeeds. */
const OUTAGE: readonly CalendarFailure[] = ['unavailable', 'timeout', 'garbled']

/**
 * The account has answered something else: of the tenant's jobs that wait after an outage the next becomes due, and its success
 * makes the others due. One alone, because reading may go well while writing does not.
 */
export async function makeOneDue(database: Transaction, tenantId: string): Promise<void> {
  await database.$executeRaw`SELECT * FROM ${oneDue(tenantId)}`
}

/** The call of {@link makeOneDue}, which gives the job's row, for a statement that does something else besides. */
export const oneDue = (tenantId: string) => Prisma.sql`
  graphile_worker.reschedule_jobs(ARRAY(
    SELECT j.id FROM booking b JOIN graphile_worker.jobs j ON j.key = 'mirror:' || b.id
    WHERE b.tenant_id = ${tenantId}::uuid AND b.event_status IN ('PENDING', 'REMOVING')
      AND b.event_failure = ANY (${OUTAGE}) AND j.run_at > clock_timestamp()
    ORDER BY j.run_at LIMIT 1
  ), run_at => clock_timestamp())`

/** Of `w`, through which an event was written: a grant of its account is kept. */
const isKept = Prisma.sql`EXISTS (
  SELECT 1 FROM calendar_connection o JOIN kept_grant g ON g.connection_id = o.id
  WHERE o.tenant_id = w.tenant_id AND o.provider = w.provider AND o.account_key = w.account_key)`

/** Of a job `j`: it is executed, or will be. */
const isLive = Prisma.sql`(j.locked_at > clock_timestamp() - interval '2 minutes'
  OR (j.locked_at IS NULL AND j.attempts < j.max_attempts
    AND (j.attempts = 0 OR j.run_at < clock_timestamp() + interval '1 hour')))`

/** The promises of BookingStore.makeDue. */
export async function makeOutboxDue(database: Transaction, tenantId: string): Promise<void> {
  await database.$executeRaw`
    SELECT graphile_worker.reschedule_jobs(ARRAY(
      SELECT j.id FROM booking b JOIN graphile_worker.jobs j ON j.key = 'mirror:' || b.id
      WHERE b.tenant_id = ${tenantId}::uuid AND b.event_status IN ('PENDING', 'REMOVING')
        AND b.event_failure <> 'throttled' AND j.run_at > clock_timestamp()
      UNION ALL
      SELECT j.id FROM former_event f JOIN graphile_worker.jobs j ON j.key = 'former:' || f.key
      WHERE f.tenant_id = ${tenantId}::uuid AND f.status = 'REMOVING'
        AND f.failure <> 'throttled' AND j.run_at > clock_timestamp()
    ), run_at => clock_timestamp())`
}
