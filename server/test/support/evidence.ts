import { changeBesideWorker } from './beside-worker.ts'
import type { TestDatabase } from './database.ts'
import type { Practice } from './practice.ts'

/** Pairs of confirmed bookings of one tenant that overlap, buffers included: INV-1 says none. */
export async function overlaps({ pool }: Pick<TestDatabase, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM booking a JOIN booking b ON a.tenant_id = b.tenant_id AND a.id < b.id
       AND a.blocked_from < b.blocked_until AND b.blocked_from < a.blocked_until
     WHERE a.status = 'CONFIRMED' AND b.status = 'CONFIRMED'`,
  )
  return rows[0]?.count ?? -1
}

export const bookingsOf = ({ pool }: Pick<TestDatabase, 'pool'>, { tenantId }: Pick<Practice, 'tenantId'>) =>
  pool
    .query(
      `SELECT id, status, starts_at, calendar_check, calendar_checked_at, event_status, event_id, event_failure
       FROM booking WHERE tenant_id = $1 ORDER BY starts_at, created_at`,
      [tenantId],
    )
    .then(({ rows }) => rows)

/** The database's clock cannot be moved: what it holds until later has ended `milliseconds` sooner. */
export const passHolds = ({ pool }: Pick<TestDatabase, 'pool'>, milliseconds: number) =>
  pool.query(`UPDATE mailbox_hold SET held_until = held_until - make_interval(secs => $1::float8 / 1000)`, [
    milliseconds,
  ])

/** Jobs put off until later are due now, and what was claimed was claimed long ago: the database's clock cannot be moved. */
export const makeDue = async ({ pool }: Pick<TestDatabase, 'pool'>): Promise<void> => {
  await changeBesideWorker(pool, `UPDATE event_claim SET claimed_at = claimed_at - interval '1 hour'`)
  await changeBesideWorker(pool, `UPDATE former_event SET claimed_at = claimed_at - interval '1 hour'`)
  const later = 'locked_at IS NULL AND run_at > now()'
  const due = await changeBesideWorker(
    pool,
    `UPDATE graphile_worker._private_jobs SET run_at = now() WHERE ${later} RETURNING 1`,
  )
  // As with a job that is added: a worker would see these with its next look, in up to a second.
  if (due.length > 0)
    await pool.query(`SELECT pg_notify('jobs:insert', json_build_object('count', $1::int)::text)`, [due.length])
}

/** The hourly maintenance of every connection is due now: the database's clock cannot be moved. */
export const makeMaintenanceDue = ({ pool }: Pick<TestDatabase, 'pool'>) =>
  pool.query(
    `UPDATE calendar_connection SET maintain_at = now() - interval '1 minute' WHERE status IN ('ACTIVE', 'BLOCKING')`,
  )
