import { Gauge, type Registry } from 'prom-client'
import type { Backlog } from '../../ports/metrics.ts'

/** How many connections of the database this process has, and how many callers wait for one. */
export interface PoolCounts {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
}

export interface Snapshot {
  /** Undefined: the database could not tell. */
  readonly backlog: Backlog | undefined
  readonly pool: PoolCounts
  /** Undefined: it is none that takes jobs. */
  readonly takesJobs: boolean | undefined
  /** By provider, in small letters. */
  readonly secretDaysLeft: Readonly<Record<string, number>>
  /** Undefined: the database could not tell. */
  readonly clockSkewSeconds: number | undefined
}

/** Gauges that are set anew each time metrics are asked for: what no longer is has no series. */
export function snapshotGauges(registry: Registry): (snapshot: Snapshot) => void {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const up = gauge(
    'booking_database_up',
    'Whether the database answered for the numbers below, which are absent if not.',
  )
  const worker = gauge('booking_worker_running', 'Whether this process takes jobs.')
  const pool = gauge('booking_database_pool', 'Connections of this process to the database, and callers that wait.', [
    'state',
  ])
  const secrets = gauge('booking_client_secret_days_left', 'Full days until the configured end of our client secret.', [
    'provider',
  ])
  const skew = gauge('booking_clock_skew_seconds', 'By how much the clock of this process is ahead of the database’s.')
  const jobs = gauge('booking_jobs', 'Jobs in the queue of all processes (at most 10000 are counted).', [
    'task',
    'state',
  ])
  const jobAge = gauge('booking_job_oldest_seconds', 'For how long the oldest job that is ready has been.', ['task'])
  const outbox = gauge('booking_outbox_events', 'Events to be written or removed (at most 10000 are counted).', [
    'status',
    'failure',
  ])
  const outboxAge = gauge('booking_outbox_oldest_seconds', 'Since the oldest such booking was made or cancelled.', [
    'status',
    'failure',
  ])
  const connections = gauge('booking_connections', 'Connected accounts by what their last read came to.', [
    'provider',
    'health',
  ])

  const setBacklog = (backlog: Backlog): void => {
    for (const { task, state, count, oldestSeconds } of backlog.jobs) {
      jobs.set({ task, state }, count)
      if (state === 'ready') jobAge.set({ task }, oldestSeconds)
    }
    for (const { status, failure, count, oldestSeconds } of backlog.outbox) {
      outbox.set({ status, failure }, count)
      outboxAge.set({ status, failure }, oldestSeconds)
    }
    for (const { provider, health, count } of backlog.connections)
      connections.set({ provider: provider.toLowerCase(), health }, count)
  }

  return ({ backlog, pool: { totalCount, idleCount, waitingCount }, takesJobs, secretDaysLeft, clockSkewSeconds }) => {
    for (const one of [jobs, jobAge, outbox, outboxAge, connections]) one.reset()
    up.set(backlog === undefined ? 0 : 1)
    if (takesJobs === undefined) worker.remove()
    else worker.set(takesJobs ? 1 : 0)
    if (clockSkewSeconds === undefined) skew.remove()
    else skew.set(clockSkewSeconds)
    pool.set({ state: 'busy' }, totalCount - idleCount)
    pool.set({ state: 'idle' }, idleCount)
    pool.set({ state: 'waiting' }, waitingCount)
    for (const [provider, days] of Object.entries(secretDaysLeft)) secrets.set({ provider }, days)
    if (backlog !== undefined) setBacklog(backlog)
  }
}
