import { Logger, parseCronItems, type Runner, run } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { CRON, type JobServices, tasks } from './tasks.ts'

const CONCURRENCY = 4
const POLL_MS = 1_000

/** The worker's own words may quote a job's error; only what happened is kept. */
const workerLogger = (log: Log): Logger =>
  new Logger((scope) => (level, _message, meta) => {
    if (level !== 'error' && level !== 'warning') return
    const failure = meta !== undefined && 'error' in meta && meta.error instanceof Error ? meta.error.name : undefined
    log.warn('worker', { level, task: scope.taskIdentifier, jobId: scope.jobId, failure })
  })

/** Runs jobs in this process until it is stopped; stopping lets running jobs end and gives the others back. */
export const startWorker = (pool: pg.Pool, services: JobServices, log: Log): Promise<Runner> =>
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
  })
