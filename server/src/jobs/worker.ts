import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { type JobRunner, launchRunner } from './runner.ts'
import { type JobServices, tasks } from './tasks.ts'

/** How long after one runner was lost, for want of a database, another is launched. */
const RESTART_MS = 1_000
/** What a stop waits for a launch that has begun, and for jobs to be given back. */
const STOP_MS = 2_000

export interface Worker {
  /** Whether this process takes jobs. */
  running(): boolean
  /** Rejects when the job queue cannot be used; later outages it outlasts. */
  start(services: JobServices): Promise<void>
  /** Lets running jobs end and gives the others back. */
  stop(): Promise<void>
}

/** Runs jobs in this process until it is stopped, through outages of the database too. */
export function createWorker(pool: pg.Pool, log: Log): Worker {
  const stopping = new AbortController()
  const { signal } = stopping
  const aborted = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
  const pause = (): Promise<void> => sleep(RESTART_MS, undefined, { signal }).catch(() => {})
  let current: JobRunner | undefined
  /** Runners that take no more jobs and may still hold some. */
  const lost = new Set<JobRunner>()
  let kept: Promise<void> | undefined

  /** graphile-worker stops for good, and silently, when the database is away at the wrong moment. */
  const keepRunning = async (launch: () => Promise<JobRunner>): Promise<void> => {
    while (!signal.aborted) {
      const reason = await Promise.race([current?.lost, aborted])
      if (reason === undefined || current === undefined) return
      log.error('worker_stopped', { reason })
      lost.add(current)
      // What it still executes goes on; its schedule of tasks ends.
      void current.stop()
      void giveBack(current)
      current = undefined
      current = await relaunch(launch)
    }
  }

  const relaunch = async (launch: () => Promise<JobRunner>): Promise<JobRunner | undefined> => {
    let said: string | undefined = ''
    for (;;) {
      await pause()
      if (signal.aborted) return undefined
      const started = await launch().catch((error: unknown) => {
        const code = codeOf(error)
        if (code !== said) log.warn('worker_not_started', { code })
        said = code
        return undefined
      })
      if (started === undefined) continue
      if (signal.aborted) {
        await started.stop()
        return undefined
      }
      log.info('worker_started')
      return started
    }
  }

  /** A job that is still executed here keeps its lock until it has ended: two writes of one event would overlap. */
  const giveBack = async (runner: JobRunner): Promise<void> => {
    while (!signal.aborted) {
      const returned = await returnJobs(pool, runner).then(
        () => true,
        () => false,
      )
      if (returned && runner.underWay.size === 0) {
        lost.delete(runner)
        return
      }
      if (returned) await Promise.race([...runner.underWay.values(), aborted])
      // The database is away; or graphile-worker writes down the end by itself.
      await pause()
    }
  }

  return {
    running: () => current !== undefined && !signal.aborted,
    start: async (services) => {
      const launch = (): Promise<JobRunner> => launchRunner(pool, tasks(services), log)
      current = await launch()
      kept = keepRunning(launch)
    },
    stop: async () => {
      stopping.abort()
      await inTime(kept)
      const holders = current === undefined ? [...lost] : [current, ...lost]
      await Promise.all(holders.map((runner) => runner.stop()))
      await inTime(Promise.allSettled(holders.map((runner) => returnJobs(pool, runner))))
    },
  }
}

const inTime = (work: Promise<unknown> | undefined): Promise<unknown> => Promise.race([work, sleep(STOP_MS)])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/**
 * What this runner has locked and does not execute can be taken at once, with the attempt that did not count; as
 * graphile-worker itself returns a job (sql/returnJobs.js). Ours are in no named queue.
 */
const returnJobs = (pool: pg.Pool, { lockedBy, underWay }: JobRunner): Promise<unknown> =>
  pool.query(
    `UPDATE graphile_worker._private_jobs
     SET attempts = greatest(0, attempts - 1), locked_by = NULL, locked_at = NULL
     WHERE locked_by = $1 AND NOT id = ANY($2::bigint[])`,
    [lockedBy, [...underWay.keys()]],
  )
