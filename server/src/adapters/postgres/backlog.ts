import type pg from 'pg'
import { z } from 'zod'
import type { Backlog } from '../../ports/metrics.ts'

/** Each statement reads at most so many rows, by an index: a count of so many means that or more. */
const MOST_ROWS = 10_000
const MOST_CONNECTIONS = 50_000

// By the primary key: the oldest jobs come first, and those that were given up are among them.
const JOBS = `
  SELECT t.identifier AS task, j.state, count(*)::int AS count,
    greatest(0, extract(epoch FROM now() - min(j.run_at)))::float8 AS "oldestSeconds"
  FROM (
    SELECT task_id, run_at, CASE
        WHEN locked_at IS NOT NULL THEN 'running'
        WHEN attempts >= max_attempts THEN 'given_up'
        WHEN run_at <= now() THEN 'ready'
        ELSE 'scheduled' END AS state
    FROM graphile_worker._private_jobs ORDER BY id LIMIT ${MOST_ROWS}
  ) j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
  GROUP BY 1, 2`

const OUTBOX = `
  SELECT w.event_status AS status, coalesce(w.event_failure, c.failure_reason, 'none') AS failure, count(*)::int AS count,
    greatest(0, extract(epoch FROM now() - min(w.since)))::float8 AS "oldestSeconds"
  FROM (
    SELECT tenant_id, event_status, event_failure, coalesce(cancelled_at, created_at) AS since
    FROM booking WHERE event_status IN ('PENDING', 'REMOVING') LIMIT ${MOST_ROWS}
  ) w LEFT JOIN LATERAL (
    SELECT failure_reason FROM calendar_connection
    WHERE tenant_id = w.tenant_id AND status = 'ACTIVE' AND failure_reason IS NOT NULL LIMIT 1
  ) c ON true
  GROUP BY 1, 2`

const CONNECTIONS = `
  SELECT provider, coalesce(failure_reason, 'ok') AS health, count(*)::int AS count
  FROM (
    (SELECT provider, failure_reason FROM calendar_connection WHERE status = 'ACTIVE' LIMIT ${MOST_CONNECTIONS})
    UNION ALL
    (SELECT provider, failure_reason FROM calendar_connection WHERE slot IS NOT NULL LIMIT ${MOST_CONNECTIONS})
  ) c
  GROUP BY 1, 2`

const Aged = { count: z.number(), oldestSeconds: z.number() }
const Jobs = z.array(
  z.object({ task: z.string(), state: z.enum(['ready', 'scheduled', 'running', 'given_up']), ...Aged }),
)
const Outbox = z.array(z.object({ status: z.string(), failure: z.string(), ...Aged }))
const Connections = z.array(z.object({ provider: z.string(), health: z.string(), count: z.number() }))

/** Rejects when the database does not answer. */
export async function readBacklog(pool: Pick<pg.Pool, 'query'>): Promise<Backlog> {
  const rowsOf = async (statement: string): Promise<unknown> => (await pool.query(statement)).rows
  return {
    jobs: Jobs.parse(await rowsOf(JOBS)),
    outbox: Outbox.parse(await rowsOf(OUTBOX)),
    connections: Connections.parse(await rowsOf(CONNECTIONS)),
  }
}
