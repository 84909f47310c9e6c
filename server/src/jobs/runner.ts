import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { watchPlaces } from './heartbeat.ts'
import { SCHEDULE } from './schedule.ts'

const CONCURRENCY = 4
const POLL_MS = 1_000
/** What graphile-worker asks before it takes jobs waits at most 10 s for a connection and 10 s for an answer; then it has none. */
const LAUNCH_MS = 30_000
/** How long the end of a job may take to be written down. */
const WRITE_DOWN_MS = 2_000

/** One run of graphile-worker: it takes jobs until it is stopped, ends, or falls silent, and does not begin again. */
export interface JobRunner {
  /** What it locks its jobs as. */
  readonly lockedBy: string
  /** Resolves when it takes no more jobs, without having been stopped. */
  readonly lost: Promise<'ended' | 'silent'>
  /** Ids of the jobs that are executed in this process, with their ends. */
  readonly underWay: ReadonlyMap<string, Promise<void>>
  /** Takes no more jobs; resolves when those under way have ended, whether or not graphile-worker can end. */
  stop(): Promise<void>
}

/** The library's own words may quote a job's error; only what happened is kept. */
const runnerLogger = (log: Log): Logger =>
  new Logger((scope) => (level, _message, meta) => {
    if (level !== 'error' && level !== 'warning') return
    const failure = meta !== undefined && 'error' in meta && meta.error instanceof Error ? meta.error.name : undefined
    log.warn('worker', { level, task: scope.taskIdentifier, jobId: scope.jobId, failure })
  })

// migrate.js; it gives no code.
const NEWER = /^Database is using Graphile Worker schema revision \d+ which includes breaking migration/

/** A newer release has changed the job queue in the database so that this one must not use it. */
export class NewerQueueError extends Error {
  override readonly name = 'NewerQueueError'
  readonly code = 'QUEUE_TOO_NEW'
}

/** Rejects with a NewerQueueError, or with the database's error when it cannot be asked, or its job queue cannot be used. */
export async function launchRunner(pool: pg.Pool, taskList: TaskList, log: Log): Promise<JobRunner> {
  const underWay = new Map<string, Promise<void>>()
  const events: WorkerEvents = new EventEmitter()
  let lockedBy = ''
  events.once('pool:create', ({ workerPool }) => {
    lockedBy = workerPool.id
  })
  const heartbeat = watchPlaces(events, () => underWay.size < CONCURRENCY)
  const launching = run({
    pgPool: pool,
    taskList: tracked(taskList, underWay, heartbeat.beat),
    parsedCronItems: parseCronItems(
      SCHEDULE.map(({ task, match }) => ({ task, match, identifier: task, options: { backfillPeriod: 0 } })),
    ),
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    events,
    logger: runnerLogger(log),
    // graphile-worker 0.17 waits for the end of a job to be written down only when it writes in batches. Otherwise stopping
    // overtakes it, and a database that is away at that moment becomes a rejection that nobody handles (worker.js).
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  })
  const runner = await inTime(launching).catch((error: unknown) => {
    throw error instanceof Error && NEWER.test(error.message) ? new NewerQueueError() : error
  })
  const ended = runner.promise.then(
    () => 'ended' as const,
    () => 'ended' as const,
  )
  return {
    lockedBy,
    lost: Promise.race([ended, heartbeat.silent()]),
    underWay,
    stop: async () => {
      heartbeat.end()
      // Never resolves when the count of ends to be written down misses zero, as it does when several meet an outage
      // (main.js, `batch`); rejects when it has ended by itself.
      const stopped = runner.stop().catch(() => {})
      await Promise.race([stopped, allEnded(underWay).then(() => sleep(WRITE_DOWN_MS))])
      await allEnded(underWay)
    },
  }
}

async function inTime(launching: Promise<Runner>): Promise<Runner> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LAUNCH_MS)
  })
  const runner = await Promise.race([launching, late]).finally(() => clearTimeout(timer))
  if (runner !== undefined) return runner
  launching.then((tooLate) => tooLate.stop()).catch(() => {})
  throw Object.assign(new Error('The job queue did not answer'), { code: 'ETIMEDOUT' })
}

async function allEnded(underWay: ReadonlyMap<string, Promise<void>>): Promise<void> {
  while (underWay.size > 0) await Promise.all(underWay.values())
}

/** The same tasks, each in the map while it is executed. */
function tracked(taskList: TaskList, underWay: Map<string, Promise<void>>, beat: () => void): TaskList {
  return Object.fromEntries(
    Object.entries(taskList).map(([name, task]): [string, TaskList[string]] => [
      name,
      (payload, helpers) => {
        const execution = (async () => task?.(payload, helpers))()
        const end = (): void => {
          underWay.delete(helpers.job.id)
          beat()
        }
        underWay.set(helpers.job.id, execution.then(end, end))
        return execution
      },
    ]),
  )
}
