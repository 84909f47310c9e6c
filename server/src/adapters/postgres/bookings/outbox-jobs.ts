import type { Transaction } from '../client.ts'

const MAX_ATTEMPTS = 25

/**
 * Queues the job that reconciles a booking's event, now or after `delayMs` by the clock that workers go by, the database's
 * (F-71); a job that waits already is replaced. Not in a named queue: the job library would keep a crashed process's queue
 * locked for hours, while the lock that an outbox job takes ends with its process. `throttled` goes with the job: how often
 * in a row the provider has throttled it. The key of a job is `mirror:<booking>`, as earlier releases made it, so that
 * theirs are replaced and taken back like ours.
 */
export async function queueOutboxJob(
  database: Transaction,
  bookingId: string,
  delayMs = 0,
  throttled = 0,
): Promise<void> {
  await database.$executeRaw`
    SELECT graphile_worker.add_job(
      'reconcile_event',
      json_build_object('bookingId', id::text, 'throttled', ${throttled}::int),
      run_at => clock_timestamp() + ${delayMs}::float8 * interval '1 millisecond',
      max_attempts => ${MAX_ATTEMPTS}::int,
      job_key => 'mirror:' || id,
      job_key_mode => 'replace')
    FROM booking WHERE id = ${bookingId}::uuid`
}

/** Takes back what was queued for these bookings. A job that runs right now finishes, and is not tried again. */
export async function unqueueOutboxJobs(transaction: Transaction, bookingIds: readonly string[]): Promise<void> {
  if (bookingIds.length === 0) return
  const keys = bookingIds.map((id) => `mirror:${id}`)
  await transaction.$executeRaw`SELECT graphile_worker.remove_job(key) FROM unnest(${keys}::text[]) AS key`
}

/**
 * Queues every booking whose event still waits and which no live job will look after: its process died, or nothing could
 * be done before the calendar was connected again. Accounts that wait for people are left alone.
 */
export async function requeueOutbox(database: Transaction, tenantId?: string): Promise<void> {
  await database.$executeRaw`
    SELECT graphile_worker.add_job(
      'reconcile_event',
      json_build_object('bookingId', b.id::text),
      max_attempts => ${MAX_ATTEMPTS}::int,
      job_key => 'mirror:' || b.id,
      job_key_mode => 'replace')
    FROM booking b
    JOIN calendar_connection c ON c.tenant_id = b.tenant_id AND c.status = 'ACTIVE'
    WHERE b.event_status IN ('PENDING', 'REMOVING')
      AND (${tenantId ?? null}::uuid IS NULL OR b.tenant_id = ${tenantId ?? null}::uuid)
      AND c.failure_reason IS DISTINCT FROM 'reconnect' AND c.failure_reason IS DISTINCT FROM 'admin_consent'
      AND NOT EXISTS (
        SELECT 1 FROM graphile_worker.jobs j
        WHERE j.key = 'mirror:' || b.id AND (j.locked_at IS NULL OR j.locked_at > clock_timestamp() - interval '2 minutes'))`
}
