import { createServer, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLog } from './adapters/pino/log.ts'
import { isExposed } from './adapters/postgres/client.ts'
import type { Config } from './config.ts'
import { compose, openStores, type Swap } from './di.ts'
import { drainable } from './http/connection-draining.ts'
import { createWorker } from './jobs/worker.ts'
import { openMetrics } from './metrics.ts'
import { systemClock } from './ports/clock.ts'
import { watchSecretExpiry } from './services/watch-secret-expiry.ts'

/** Larger than the limits of the callback's parameters, so that those answer with a page of ours; Node's own 16 KiB are too few. */
const MAX_HEADER_BYTES = 32_768

/** The longest that a start that failed waits for what it opened to close. */
const CLOSE_MS = 5_000

export interface Application {
  readonly server: Server
  /** Accepts no more requests, waits for requests and jobs that run, gives the other jobs back, closes the database. */
  close(): Promise<void>
}

/**
 * Opens the database, runs the jobs and listens. What fails, or an abort meanwhile, closes what was opened and rejects; see
 * `start-failure.ts` for what it may reject with.
 */
export async function startApplication(config: Config, swap: Swap = {}, signal?: AbortSignal): Promise<Application> {
  const clock = swap.clock ?? systemClock
  const metrics = await openMetrics(config, clock, swap.log ?? createLog(config.logLevel))
  const { log } = metrics
  if (config.production && isExposed(config.databaseUrl)) log.warn('database_without_tls')
  const stores = await openStores(config, log)
  // Allowed on loopback alone, which is where a production build is tried; cookies are then not Secure.
  if (config.production && !config.appUrl.startsWith('https:')) log.warn('app_url_without_tls')
  watchSecretExpiry({ secretsEnd: config.calendars.secretsEnd, clock, log })
  const worker = createWorker(stores.pool, log)
  const served = metrics.serve({ pool: stores.pool, worker })
  const { app, jobs } = compose(config, { ...stores, worker, metrics: served }, { ...swap, log })
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app)
  const drain = drainable(server)
  const close = async (): Promise<void> => {
    await Promise.all([drain(), worker.stop(), metrics.close()])
    await stores.close()
  }
  try {
    // The worker first: a process that takes bookings and runs no jobs would not write their events.
    await worker.start(jobs)
    signal?.throwIfAborted()
    await metrics.listen()
    await listen(server, config.port)
  } catch (error) {
    await Promise.race([close(), sleep(CLOSE_MS)])
    throw error
  }
  const address = server.address()
  log.info('listening', { port: typeof address === 'object' ? address?.port : config.port })
  return {
    server,
    close: async () => {
      await close()
      log.info('stopped')
    },
  }
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve))
