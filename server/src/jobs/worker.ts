import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, type Runner, run } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { CRON, type JobServices, tasks } from './tasks.ts'

const CONCURRENCY = 4
const POLL_MS = 1_000
/** How long after it gave up, for want of a database, the worker is started again. */
const RESTART_MS = 1_000

export interface Worker {
  /** Lets running jobs end and gives the others back. */
  stop(): Promise<void>
}

/** The worker's own words may quote a job's error; only what happened is kept. */
const workerLogger = (log: Log): Logger =>
  new Logger((scope) => (level, _message, meta) => {
    if (level !== 'error' && level !== 'warning') return
    const failure = meta !== undefined && 'error' in meta && meta.error instanceof Error ? meta.error.name : undefined
    log.warn('worker', { level, task: scope.taskIdentifier, jobId: scope.jobId, failure })
  })

/** Runs jobs in this process until it is stopped, through outages of the database too. */
export async function startWorker(pool: pg.Pool, services: JobServices, log: Log): Promise<Worker> {
  const stopping = new AbortController()
  const launch = (): Promise<Runner> =>
    run({
      pgPool: pool,
      taskList: tasks(services),
      parsedCronItems: parseCronItems(
        CRON.map(({ task, match }) => ({ task, match, identifier: task, options: { backfillPeriod: 0 } })),
      ),
      concurrency: CONCURRENCY,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      logger: workerLogger(log),
      // graphile-worker 0.17 waits for the end of a job to be written down only when it writes in batches. Otherwise stopping
      // overtakes it, and a database that is away at that moment becomes a rejection that nobody handles (worker.js).
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    })

  let runner = await launch()
  /** graphile-worker stops for good, and silently, when the database is away at the wrong moment (runner.js, `wp`). */
  const keepRunning = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await runner.promise.catch(() => {})
      if (stopping.signal.aborted) return
      log.error('worker_stopped')
      runner = await relaunch(runner)
    }
  }

  const relaunch = async (ended: Runner): Promise<Runner> => {
    while (!stopping.signal.aborted) {
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return ended
      const started = await launch().catch(() => undefined)
      if (started !== undefined) return started
    }
    return ended
  }

  const kept = keepRunning()
  return {
    stop: async () => {
      stopping.abort()
      // Rejects when it has ended by itself.
      await runner.stop().catch(() => {})
      await kept
      await runner.stop().catch(() => {})
    },
  }
}
