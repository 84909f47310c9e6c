import { createServer, type Server } from 'node:http'
import type pg from 'pg'
import { readBacklog } from './adapters/postgres/backlog.ts'
import type { Config } from './config.ts'
import { createMetricsApp, type ServedMetrics } from './http/routes/metrics.ts'
import type { Worker } from './jobs/worker.ts'
import type { Clock } from './ports/clock.ts'
import type { Log } from './ports/log.ts'
import { daysUntil } from './services/watch-secret-expiry.ts'

export interface OpenMetrics {
  /** The log whose lines are counted. */
  readonly log: Log
  /** What the application's own port serves; undefined: nothing. */
  serve(parts: {
    readonly pool: pg.Pool
    readonly worker: Pick<Worker, 'running'> | undefined
    readonly clockSkewSeconds: () => number | undefined
  }): ServedMetrics | undefined
  /** Listens at the port of their own, where they have one. Rejects with the system's error. */
  listen(): Promise<void>
  close(): Promise<void>
}

const LOOPBACK = '127.0.0.1'

const noMetrics = (log: Log): OpenMetrics => ({
  log,
  serve: () => undefined,
  listen: async () => {},
  close: async () => {},
})

/**
 * Metrics as they are configured; where they are not, their library is not even loaded. A port of their own is open on every
 * address where a token is asked for, and on loopback alone where none is.
 */
export async function openMetrics(
  { metrics: wanted, calendars }: Pick<Config, 'metrics' | 'calendars'>,
  clock: Clock,
  log: Log,
): Promise<OpenMetrics> {
  if (wanted === undefined) return noMetrics(log)
  const { createPrometheusMetrics } = await import('./adapters/prometheus/metrics.ts')
  const prometheus = createPrometheusMetrics(clock)
  const counted = prometheus.counting(log)
  const { port, token } = wanted
  let server: Server | undefined

  const secretDaysLeft = (): Record<string, number> =>
    Object.fromEntries(
      Object.entries(calendars.secretsEnd).map(([provider, end]) => [
        provider.toLowerCase(),
        daysUntil(end, clock.now()),
      ]),
    )

  return {
    log: counted,
    serve({ pool, worker, clockSkewSeconds }) {
      const metrics = prometheus.metrics({
        readBacklog: () => readBacklog(pool),
        now: () => ({
          pool,
          takesJobs: worker?.running(),
          secretDaysLeft: secretDaysLeft(),
          clockSkewSeconds: clockSkewSeconds(),
        }),
      })
      if (port === undefined) return { metrics, token }
      server = createServer(createMetricsApp({ metrics, token }))
      return undefined
    },
    async listen() {
      if (server === undefined) return
      const listening = server
      const host = token === undefined ? LOOPBACK : undefined
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject).listen({ port, ...(host && { host }) }, resolve)
      })
      const address = listening.address()
      counted.info('metrics_listening', { port: typeof address === 'object' ? address?.port : port })
    },
    async close() {
      server?.closeAllConnections()
      await new Promise<void>((resolve) => (server?.listening ? server.close(() => resolve()) : resolve()))
    },
  }
}
