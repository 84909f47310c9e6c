import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { type JobRunner, launchRunner, prepareQueue } from './runner.ts'
import { type JobServices, tasks } from './tasks.ts'

/** Between the loss of a runner and the launch of the next, and between launches that fail while the database is away. */
const RESTART_MS = 1_000
/** The longest that a stop waits for a launch that has begun, and then for jobs to be given back. */
const STOP_MS = 2_000

export interface Worker {
  /** Whether this process takes the jobs that it is to take. */
  running(): boolean
  /** Rejects when the job queue cannot be used now; outages after the start do not end it. */
  start(services: JobServices): Promise<void>
  /** Waits for the jobs that are executed, and gives the others back to the queue. */
  stop(): Promise<void>
}

/** Runs jobs in this process until it is stopped, through outages of the database too. */
export function createWorker(pool: pg.Pool, log: Log, concurrency: number): Worker {
  const stopping = new AbortController()
  const { signal } = stopping
  const aborted = new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
  const waitToRestart = (): Promise<void> => sleep(RESTART_MS, undefined, { signal }).catch(() => {})
  let current: JobRunner | undefined
  /** Runners that take no more jobs, and may still execute some or have some locked. */
  const lost = new Set<JobRunner>()
  let running: Promise<void> | undefined

  /** graphile-worker stops for good, and silently, when the database is away at the wrong moment. */
  const keepRunning = async (launch: () => Promise<JobRunner>): Promise<void> => {
    while (!signal.aborted) {
      const reason = await Promise.race([current?.lost, aborted])
      if (reason === undefined || current === undefined) return
      log.error('worker_stopped', { reason })
      lost.add(current)
      // Ends its schedule of periodic jobs; the jobs that it executes go on.
      void current.stop()
      void giveBack(current)
      current = undefined
      current = await relaunch(launch)
    }
  }

  const relaunch = async (launch: () => Promise<JobRunner>): Promise<JobRunner | undefined> => {
    let logged: string | undefined = ''
    for (;;) {
      await waitToRestart()
      if (signal.aborted) return undefined
      const started = await launch().catch((error: unknown) => {
        const code = codeOf(error)
        if (code !== logged) log.warn('worker_not_started', { code })
        logged = code
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
      // Either the database is away, or jobs have ended whose end graphile-worker is about to store.
      await waitToRestart()
    }
  }

  return {
    running: () => current !== undefined && !signal.aborted,
    start: async (services) => {
      const launch = (): Promise<JobRunner> =>
        launchRunner(pool, tasks(services, signal), { log, stopping: signal, concurrency })
      current = await launch()
      running = keepRunning(launch)
    },
    stop: async () => {
      stopping.abort()
      await inTime(running)
      const runners = current === undefined ? [...lost] : [current, ...lost]
      await Promise.all(runners.map((runner) => runner.stop()))
      await inTime(Promise.allSettled(runners.map((runner) => returnJobs(pool, runner))))
    },
  }
}

/** For a process that takes no jobs: makes the job queue's tables, and counts as running until it is stopped. */
export function createIdleWorker(pool: pg.Pool, log: Log): Worker {
  let running = false
  return {
    running: () => running,
    start: async () => {
      await prepareQueue(pool, log)
      running = true
    },
    stop: async () => {
      running = false
    },
  }
}

const inTime = (work: Promise<unknown> | undefined): Promise<unknown> => Promise.race([work, sleep(STOP_MS)])

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/**
 * Unlocks the jobs that this runner has locked and does not execute, so that any worker can take them at once. Their begun
 * attempt does not count, as when graphile-worker itself returns jobs (sql/returnJobs.js). Ours are in no named queue.
 */
const returnJobs = (pool: pg.Pool, { lockedBy, underWay }: JobRunner): Promise<unknown> =>
  pool.query(
    `UPDATE graphile_worker._private_jobs
     SET attempts = greatest(0, attempts - 1), locked_by = NULL, locked_at = NULL
     WHERE locked_by = $1 AND NOT id = ANY($2::bigint[])`,
    [lockedBy, [...underWay.keys()]],
  )
