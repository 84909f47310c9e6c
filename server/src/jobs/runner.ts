import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker'
import type pg from 'pg'
import type { Log } from '../ports/log.ts'
import { watchPlaces } from './heartbeat.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { SCHEDULE } from './schedule.ts'

const POLL_MS = 1_000
/** graphile-worker queries the database before it takes jobs: at most 10 s for a database connection and 10 s for the answer. */
const LAUNCH_MS = 30_000
/** How long graphile-worker may take to store the end of a job. */
const STORE_END_MS = 2_000

/** One run of graphile-worker: it takes jobs until it is stopped, ends, or falls silent, and is not started again. */
export interface JobRunner {
  /** Its id in the column `locked_by` of its jobs. */
  readonly lockedBy: string
  /** Resolves when it takes no more jobs, without having been stopped. */
  readonly lost: Promise<'ended' | 'silent'>
  /** Ids of the jobs that are executed in this process, with their ends. */
  readonly underWay: ReadonlyMap<string, Promise<void>>
  /** Takes no more jobs; resolves when those under way have ended, whether or not graphile-worker can end. */
  stop(): Promise<void>
}

/** Without graphile-worker's messages, which may quote a job's error and so a row. */
const runnerLogger = (log: Log): Logger =>
  new Logger((scope) => (level, _message, meta) => {
    if (level !== 'error' && level !== 'warning') return
    const failure = meta !== undefined && 'error' in meta && meta.error instanceof Error ? meta.error.name : undefined
    log.warn('worker', { severity: level, task: scope.taskIdentifier, jobId: scope.jobId, failure })
  })

// The message of graphile-worker's migrate.js; its error has no code.
const NEWER = /^Database is using Graphile Worker schema revision \d+ which includes breaking migration/

/** A newer release has changed the job queue in the database so that this one must not use it. */
export class NewerQueueError extends Error {
  override readonly name = 'NewerQueueError'
  readonly code = 'QUEUE_TOO_NEW'
}

export interface RunnerOptions {
  readonly log: Log
  readonly stopping: AbortSignal
  /** Jobs that are executed at once. */
  readonly concurrency: number
}

const orNewer = (error: unknown): never => {
  throw error instanceof Error && NEWER.test(error.message) ? new NewerQueueError() : error
}

/** The job queue belongs to a role whose rights ours has not got. The code is PostgreSQL's for a privilege that is missing. */
export class ForeignQueueError extends Error {
  override readonly name = 'ForeignQueueError'
  readonly code = '42501'
}

/**
 * graphile-worker switches row security on for its tables and makes no policy: for any role but their owner they are empty, so a
 * worker finds no job there, and says nothing.
 */
async function requireOwnQueue(pool: pg.Pool): Promise<void> {
  const { rowCount } = await pool.query(
    `SELECT FROM pg_class WHERE relnamespace = to_regnamespace('graphile_worker') AND row_security_active(oid) LIMIT 1`,
  )
  if (rowCount !== 0) throw new ForeignQueueError()
}

/** Makes the job queue's tables, as a runner does when it is launched: for a process that queues jobs and takes none. */
export const prepareQueue = (pool: pg.Pool, log: Log): Promise<void> =>
  requireOwnQueue(pool)
    .then(() => runMigrations({ pgPool: pool, logger: runnerLogger(log) }))
    .catch(orNewer)

/**
 * Settles with the first look for a job. graphile-worker asks for the ids of its tasks then, which writes, and keeps the answer as
 * long as the runner lives, a failure too (taskIdentifiers.js): a runner whose first look fails, at a standby that nobody has
 * promoted for example, goes on looking and never finds a job.
 */
const firstLook = (events: WorkerEvents): Promise<void> =>
  new Promise((resolve, reject) => {
    events.once('job:start', () => resolve())
    events.once('worker:getJob:empty', () => resolve())
    events.once('worker:getJob:error', ({ error }) => reject(error))
  })

/** Without a connection there is nothing to give back, whatever the driver's types say. */
type Connected = [
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  release: ((broken?: Error | boolean) => void) | undefined,
]

/**
 * The same pool, whose connections that are asked for by a callback are given back once. graphile-worker gives the one on which it
 * listens back twice where LISTEN fails while it stops (main.js, `listenForChanges`), as at a standby, and pg-pool's error would end
 * the process.
 */
const givenBackOnce = (pool: pg.Pool): pg.Pool =>
  new Proxy(pool, {
    get: (target, name) => {
      if (name !== 'connect') return Reflect.get(target, name)
      return (callback?: (...connected: Connected) => void) => {
        if (callback === undefined) return target.connect()
        return target.connect((...[error, client, release]: Connected) => {
          let given = false
          callback(error, client, (broken) => {
            if (!given) release?.(broken)
            given = true
          })
        })
      }
    },
  })

/** Stops a runner that cannot find a job. */
async function requireLook(runner: Runner, looked: Promise<void>): Promise<Runner> {
  try {
    await looked
    return runner
  } catch (error) {
    runner.stop().catch(() => {})
    throw error
  }
}

/**
 * Rejects with a NewerQueueError, a ForeignQueueError, or the database's error when it cannot be asked, or its job queue cannot be
 * used.
 */
export async function launchRunner(
  pool: pg.Pool,
  taskList: TaskList,
  { log, stopping, concurrency }: RunnerOptions,
): Promise<JobRunner> {
  const underWay = new Map<string, Promise<void>>()
  const events: WorkerEvents = new EventEmitter()
  let lockedBy = ''
  events.once('pool:create', ({ workerPool }) => {
    lockedBy = workerPool.id
  })
  const heartbeat = watchPlaces(events, () => underWay.size < concurrency)
  const { forbiddenFlags, end } = oneAtATime(events)
  const ended = (jobId: string): void => {
    end(jobId)
    heartbeat.beat()
  }
  const looked = firstLook(events)
  looked.catch(() => {})
  const started = requireOwnQueue(pool).then(() =>
    run({
      pgPool: givenBackOnce(pool),
      taskList: tracked(taskList, { underWay, ended, stopping }),
      forbiddenFlags,
      parsedCronItems: parseCronItems(
        SCHEDULE.map(({ task, match }) => ({ task, match, identifier: task, options: { backfillPeriod: 0 } })),
      ),
      concurrency,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      events,
      logger: runnerLogger(log),
      // With a delay, even 0, graphile-worker 0.17 stores the ends of jobs in batches, and waits for them when it stops. Without,
      // it stops before they are stored, and a database that is away then causes an unhandled rejection (worker.js).
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    }),
  )
  const runner = await inTime(started.then((one) => requireLook(one, looked))).catch(orNewer)
  const over = runner.promise.then(
    () => 'ended' as const,
    () => 'ended' as const,
  )
  return {
    lockedBy,
    lost: Promise.race([over, heartbeat.silent()]),
    underWay,
    stop: async () => {
      heartbeat.end()
      // Rejects when the runner has ended by itself. Never resolves when several jobs end during an outage of the database:
      // graphile-worker then miscounts the ends it still has to store (main.js, `batch`).
      const stopped = runner.stop().catch(() => {})
      await Promise.race([stopped, allEnded(underWay).then(() => sleep(STORE_END_MS))])
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

interface Tracking {
  /** Each job while it is executed. */
  readonly underWay: Map<string, Promise<void>>
  readonly ended: (jobId: string) => void
  readonly stopping: AbortSignal
}

/** The same tasks. One that gives up because of the stop has not failed: its end is not stored, and its job is given back. */
function tracked(taskList: TaskList, { underWay, ended, stopping }: Tracking): TaskList {
  return Object.fromEntries(
    Object.entries(taskList).map(([name, task]): [string, TaskList[string]] => [
      name,
      (payload, helpers) => {
        const execution = (async () => task?.(payload, helpers))()
        const end = (): void => {
          underWay.delete(helpers.job.id)
          ended(helpers.job.id)
        }
        underWay.set(helpers.job.id, execution.then(end, end))
        return execution.catch((error: unknown) => {
          if (stopping.aborted && error === stopping.reason) return new Promise<never>(() => {})
          throw error
        })
      },
    ]),
  )
}
