import { setTimeout as sleep } from 'node:timers/promises'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Backlog, Metrics } from '../../ports/metrics.ts'
import { type Snapshot, snapshotGauges } from './gauges.ts'
import { countLogEvents } from './log-events.ts'

/** What was read of the database is told again for so long, however often metrics are asked for. */
const FRESH_MS = 10_000
/** The longest that an answer waits for the database; the read goes on, and answers who asks next. */
const WAIT_MS = 2_000

export interface MetricsSource {
  readBacklog(): Promise<Backlog>
  /** Everything that costs nothing to know. */
  now(): Omit<Snapshot, 'backlog'>
}

export interface PrometheusMetrics {
  /** The same log, whose lines are counted, whatever level is written. */
  counting(log: Log): Log
  metrics(source: MetricsSource): Metrics
}

/** Metrics for Prometheus, in a registry of its own. */
export function createPrometheusMetrics(clock: Clock): PrometheusMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const count = countLogEvents(registry)
  const setGauges = snapshotGauges(registry)

  return {
    counting: (log) => {
      const counted =
        (level: keyof Log): Log[typeof level] =>
        (event, fields = {}) => {
          count(level, event, fields)
          log[level](event, fields)
        }
      return { info: counted('info'), warn: counted('warn'), error: counted('error') }
    },

    metrics(source) {
      const backlog = remembered(source.readBacklog, clock)
      return {
        contentType: registry.contentType,
        async text() {
          setGauges({ ...source.now(), backlog: await backlog() })
          return registry.metrics()
        },
      }
    },
  }
}

/** One read at a time, and one in ten seconds. Undefined when it failed or takes too long. */
function remembered(read: () => Promise<Backlog>, clock: Clock): () => Promise<Backlog | undefined> {
  let reading: Promise<Backlog | undefined> | undefined
  let last: { readonly at: number; readonly backlog: Backlog | undefined } | undefined
  const readNow = async (): Promise<Backlog | undefined> => {
    const backlog = await read().catch(() => undefined)
    last = { at: clock.now().getTime(), backlog }
    reading = undefined
    return backlog
  }
  return async () => {
    const age = last === undefined ? undefined : clock.now().getTime() - last.at
    if (last !== undefined && age !== undefined && age >= 0 && age < FRESH_MS) return last.backlog
    reading ??= readNow()
    return Promise.race([reading, sleep(WAIT_MS, undefined, { ref: false })])
  }
}
