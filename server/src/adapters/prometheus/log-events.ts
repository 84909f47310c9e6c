import { Counter, Histogram, type Registry } from 'prom-client'
import { apiCallOf, tokenExchangeOf, word } from '../../net/provider-calls.ts'
import type { Log, LogFields } from '../../ports/log.ts'

type Level = keyof Log
type Value = LogFields[string]

/** Providers are written in capitals in the log, and named in small letters in metrics. */
const providerOf = (value: Value): string => word(value).toLowerCase()
const secondsOf = (ms: Value): number => Number(ms ?? 0) / 1000

/**
 * Makes numbers of log lines, so that nothing else of the program knows of metrics. Only the fields named here become labels:
 * each has few values, and none is a tenant, a person or a calendar.
 */
export function countLogEvents(registry: Registry): (level: Level, event: string, fields: LogFields) => void {
  const registers = [registry]
  const events = new Counter({
    name: 'booking_log_events_total',
    help: 'Log lines by event. What each event means is in operations.md.',
    labelNames: ['level', 'event'],
    registers,
  })
  const requests = new Histogram({
    name: 'booking_http_request_duration_seconds',
    help: 'Answered requests by route pattern and status (499: the client left), without health checks that were answered well.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const calls = new Histogram({
    name: 'booking_provider_call_duration_seconds',
    help: 'Calls to calendar providers, each try by itself: ok, throttled (429), refused (4xx), failed (5xx) or no_answer.',
    labelNames: ['provider', 'operation', 'outcome'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const pauses = new Counter({
    name: 'booking_provider_pauses_total',
    help: 'Pauses that a provider asked for (Retry-After), of a call or of one item of a batch.',
    labelNames: ['provider'],
    registers,
  })
  const exchanges = new Counter({
    name: 'booking_token_exchanges_total',
    help: 'Exchanges with token endpoints by grant type; the outcome is ok or why it failed.',
    labelNames: ['provider', 'grant', 'outcome'],
    registers,
  })

  const measured: Readonly<Record<string, (fields: LogFields) => void>> = {
    request: ({ method, route, status, ms }) =>
      requests.observe({ method: word(method), route: word(route), status: word(status) }, secondsOf(ms)),
    retry_after: ({ provider }) => pauses.inc({ provider: providerOf(provider) }),
  }
  return (level, event, fields) => {
    events.inc({ level, event })
    measured[event]?.(fields)
    const call = apiCallOf(event, fields)
    if (call !== undefined) calls.observe({ ...call }, secondsOf(fields.ms))
    const exchange = tokenExchangeOf(event, fields)
    if (exchange !== undefined) exchanges.inc({ ...exchange })
  }
}
