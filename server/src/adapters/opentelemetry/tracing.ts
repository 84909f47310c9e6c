import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Context, ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace'
import { workFields } from '../../concurrency/work-fields.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log, LogFields, WithLogFields } from '../../ports/log.ts'
import { type Collector, createExporter } from './exporter.ts'
import { jobSpan, type SpanContent, spanOf } from './spans.ts'

/** The longest that a stop waits for the last spans to be sent. */
const CLOSE_MS = 3_000

export interface Tracing {
  /** The same log, whose lines become spans, whatever level is written. */
  readonly log: Log
  /** The same, with a span for each job. */
  readonly withLogFields: WithLogFields
  close(): Promise<void>
}

/** The span that others belong to. */
interface Root {
  readonly traceId: string
  readonly spanId: string
}

/**
 * The trace of a request is its id without hyphens, so that a line of the log leads to its trace. A random UUID (RFC 9562) has
 * neither 32 nor 16 zeros.
 */
function rootOfRequest(requestId: string): Root {
  const digits = requestId.replaceAll('-', '')
  return { traceId: digits, spanId: digits.slice(16) }
}

/** Gives a root its ids, and every other span a random one. */
function createIds() {
  const random = new RandomIdGenerator()
  let given: Root | undefined
  return {
    generateTraceId: (): string => given?.traceId ?? random.generateTraceId(),
    generateSpanId: (): string => given?.spanId ?? random.generateSpanId(),
    root: (): Root => ({ traceId: random.generateTraceId(), spanId: random.generateSpanId() }),
    /** What `write` starts has these. */
    give(root: Root, write: () => void): void {
      given = root
      write()
      given = undefined
    },
  }
}

/** Makes spans of log lines and of jobs, and sends them to a collector. */
export function createTracing(
  { serviceName, ...collector }: Collector & { readonly serviceName: string },
  parts: { readonly clock: Clock; readonly log: Log; readonly withLogFields: WithLogFields },
): Tracing {
  const { clock, log, withLogFields } = parts
  const ids = createIds()
  const provider = new TracerProvider({
    // Nothing that is found out about the machine: its name and command line are not ours to send.
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter: createExporter(collector, clock, log) })],
  })
  const tracer = provider.getTracer('booking')
  const jobs = new AsyncLocalStorage<Root>()

  function write({ name, kind, attributes, failed }: SpanContent, startTime: number, context: Context): void {
    const span = tracer.startSpan(name, { kind, attributes, startTime }, context)
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(clock.now())
  }

  const writeRoot = (content: SpanContent, startTime: number, root: Root): void =>
    ids.give(root, () => write(content, startTime, ROOT_CONTEXT))

  const below = (root: Root | undefined): Context =>
    root === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...root, traceFlags: TraceFlags.SAMPLED })

  function noteLine(event: string, fields: LogFields): void {
    const content = spanOf(event, fields)
    if (content === undefined) return
    const startTime = clock.now().getTime() - Number(fields.ms ?? 0)
    const requestId = fields.requestId ?? workFields().requestId
    const root = typeof requestId === 'string' ? rootOfRequest(requestId) : jobs.getStore()
    if (event === 'request' && root !== undefined) writeRoot(content, startTime, root)
    else write(content, startTime, below(root))
  }

  const traced =
    (level: keyof Log): Log[typeof level] =>
    (event, fields = {}) => {
      noteLine(event, fields)
      log[level](event, fields)
    }

  function traceJob<T>(task: string, jobId: string, work: () => T): T {
    const root = ids.root()
    const startTime = clock.now().getTime()
    const end = (error?: unknown): void => writeRoot(jobSpan(task, jobId, error), startTime, root)
    try {
      const result = jobs.run(root, work)
      Promise.resolve(result).then(() => end(), end)
      return result
    } catch (error) {
      end(error)
      throw error
    }
  }

  return {
    log: { info: traced('info'), warn: traced('warn'), error: traced('error') },
    withLogFields: (fields, work) => {
      const { task, jobId } = fields
      if (typeof task !== 'string' || typeof jobId !== 'string') return withLogFields(fields, work)
      return withLogFields(fields, () => traceJob(task, jobId, work))
    },
    close: () => Promise.race([provider.shutdown().catch(() => {}), sleep(CLOSE_MS, undefined, { ref: false })]),
  }
}
