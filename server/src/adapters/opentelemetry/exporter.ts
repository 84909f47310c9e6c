import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import { MINUTE_MS } from '../../domain/durations.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

export interface Collector {
  /** Without the path of traces. */
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
}

const TIMEOUT_MS = 5_000
const QUIET_MS = 10 * MINUTE_MS
/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const SENT = 0

/** Sends spans as OTLP over HTTP in JSON, with retries of its own; what could not be sent is dropped, and said once in ten minutes. */
export function createExporter({ endpoint, headers }: Collector, clock: Clock, log: Log): SpanExporter {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: { ...headers },
    timeoutMillis: TIMEOUT_MS,
  })
  let quietUntil = Number.NEGATIVE_INFINITY
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const now = clock.now().getTime()
        if (result.code !== SENT && now >= quietUntil) {
          quietUntil = now + QUIET_MS
          // Without the error's words, which hold the collector's answer.
          log.warn('traces_not_sent', { spans: spans.length, code: codeOf(result.error) })
        }
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  }
}

/** The status of the collector's answer, or the system's word for there being none. */
const codeOf = (error: Error | undefined): string | undefined =>
  error !== undefined && 'code' in error && /^(string|number)$/.test(typeof error.code) ? String(error.code) : undefined
