import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from './adapters/pino/log.ts'
import { isExposed, readClock } from './adapters/postgres/client.ts'
import type { Config } from './config.ts'
import { compose, openStores, type Swap } from './di.ts'
import { drainable } from './http/connection-draining.ts'
import { createIdleWorker, createWorker } from './jobs/worker.ts'
import { openMetrics } from './metrics.ts'
import { systemClock } from './ports/clock.ts'
import { watchClock } from './services/watch-clock.ts'
import { watchSecretExpiry } from './services/watch-secret-expiry.ts'
import { openTracing } from './tracing.ts'

/** Larger than the limits of the callback's parameters, so that those answer with a page of ours; Node's own 16 KiB are too few. */
const MAX_HEADER_BYTES = 32_768

/**
 * Longer than proxies keep an idle connection (nginx, Render and AWS: 60 s), so that theirs is the side which closes it: a
 * request that meets our close is lost, and a proxy must not repeat it.
 */
const KEEP_ALIVE_MS = 75_000

/** The longest that a start that failed waits for what it opened to close. */
const CLOSE_MS = 5_000

export interface Application {
  readonly server: Server
  /**
   * Is no longer ready, and goes on serving for as long as is configured, or not `atOnce`. Then it accepts no more requests,
   * waits for requests and jobs that run, gives the other jobs back, and closes the database.
   */
  close(options?: { readonly atOnce?: boolean }): Promise<void>
}

/**
 * Opens the database, runs the jobs and listens. What fails, or an abort meanwhile, closes what was opened and rejects; see
 * `start-failure.ts` for what it may reject with.
 */
export async function startApplication(config: Config, swap: Swap = {}, signal?: AbortSignal): Promise<Application> {
  const clock = swap.clock ?? systemClock
  const metrics = await openMetrics(config, clock, swap.log ?? createLog(config.logLevel))
  const tracing = await openTracing(config, clock, metrics.log)
  const { log, withLogFields } = tracing
  if (config.production && isExposed(config.databaseUrl)) log.warn('database_without_tls')
  const stores = await openStores(config, log)
  // Allowed on loopback alone, which is where a production build is tried; cookies are then not Secure.
  if (config.production && !config.appUrl.startsWith('https:')) log.warn('app_url_without_tls')
  watchSecretExpiry({ secretsEnd: config.calendars.secretsEnd, clock, log })
  const takesJobs = config.processType !== 'web'
  const worker = takesJobs
    ? createWorker(stores.pool, log, config.workerConcurrency)
    : createIdleWorker(stores.pool, log)
  const watched = await watchClock({ readDatabaseClock: () => readClock(stores.pool), clock, log })
  const served = metrics.serve({
    pool: stores.pool,
    worker: takesJobs ? worker : undefined,
    clockSkewSeconds: watched.skewSeconds,
  })
  const { app, jobs } = compose(config, { ...stores, worker, metrics: served }, { ...swap, log, withLogFields })
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const draining = drainable(server)
  const close = async (drainMs: number): Promise<void> => {
    // Not ready from here on: it takes no jobs.
    watched.end()
    const jobs = worker.stop()
    draining.announce()
    await sleep(drainMs)
    await Promise.all([draining.end(), jobs, metrics.close()])
    await Promise.all([stores.close(), tracing.close()])
  }
  try {
    // The worker first: a process that takes bookings and runs no jobs would not write their events.
    await worker.start(jobs)
    signal?.throwIfAborted()
    await metrics.listen()
    await listen(server, config.port)
  } catch (error) {
    await Promise.race([close(0), sleep(CLOSE_MS)])
    throw error
  }
  const address = server.address()
  log.info('listening', { port: typeof address === 'object' ? address?.port : config.port })
  return {
    server,
    close: async ({ atOnce = false } = {}) => {
      await close(atOnce ? 0 : config.drainMs)
      log.info('stopped')
    },
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve))
