import { withLogFields } from './adapters/pino/log.ts'
import { type Config, ConfigError } from './config.ts'
import type { Clock } from './ports/clock.ts'
import type { Log, WithLogFields } from './ports/log.ts'

export interface OpenTracing {
  /** The log whose lines become spans. */
  readonly log: Log
  readonly withLogFields: WithLogFields
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>
}

/** As server/docs/operations.md has it, "Traces". */
const INSTALL =
  'npm ci --prefix server/deploy/tracing && cp -r server/deploy/tracing/node_modules/@opentelemetry node_modules/'

const loadAdapter = () => import('./adapters/opentelemetry/tracing.ts')

/**
 * Traces as they are configured; where they are not, their libraries are not even loaded, and need not be installed. Rejects with
 * a ConfigError where they are and the libraries are not there.
 */
export async function openTracing(
  { tracing }: Pick<Config, 'tracing'>,
  clock: Clock,
  log: Log,
  load = loadAdapter,
): Promise<OpenTracing> {
  if (tracing === undefined) return { log, withLogFields, close: async () => {} }
  const { createTracing } = await load().catch((error: unknown) => {
    if (!isAbsent(error)) throw error
    const needs = `OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed (${INSTALL})`
    throw new ConfigError(`Configuration: ${needs}`)
  })
  return createTracing(tracing, { clock, log, withLogFields })
}

const isAbsent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
