import { type Attributes, SpanKind } from '@opentelemetry/api'
import { apiCallOf, tokenExchangeOf, word } from '../../net/provider-calls.ts'
import type { LogFields } from '../../ports/log.ts'

/** What a span says. Ids, codes and patterns alone: no address, no name, no query and no tenant. */
export interface SpanContent {
  readonly name: string
  readonly kind: SpanKind
  readonly attributes: Attributes
  readonly failed: boolean
}

/** The span that a log line tells of, which is over as the line is written. Undefined where it tells of none. */
export function spanOf(event: string, fields: LogFields): SpanContent | undefined {
  if (event === 'request') return requestSpan(fields)
  const call = apiCallOf(event, fields)
  if (call !== undefined) return callSpan(call, fields)
  const exchange = tokenExchangeOf(event, fields)
  if (exchange === undefined) return undefined
  return callSpan({ ...exchange, operation: `token ${exchange.grant}` }, fields)
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans: an error of a server is one of 5xx. */
const requestSpan = ({ method, route, status, requestId }: LogFields): SpanContent => ({
  name: `${word(method)} ${word(route)}`,
  kind: SpanKind.SERVER,
  attributes: {
    'http.request.method': word(method),
    'http.route': word(route),
    'http.response.status_code': Number(status),
    'booking.request_id': word(requestId),
  },
  failed: Number(status) >= 500,
})

const callSpan = (call: { provider: string; operation: string; outcome: string }, fields: LogFields): SpanContent => {
  const status = Number(fields.status ?? 0)
  const attempt = Number(fields.attempt ?? 1)
  return {
    name: `${call.provider} ${call.operation}`,
    kind: SpanKind.CLIENT,
    attributes: {
      'booking.provider': call.provider,
      'booking.operation': call.operation,
      'booking.outcome': call.outcome,
      ...(status > 0 && { 'http.response.status_code': status }),
      ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
    },
    failed: call.outcome !== 'ok',
  }
}

export const jobSpan = (task: string, jobId: string, error: unknown): SpanContent => ({
  name: `job ${task}`,
  kind: SpanKind.CONSUMER,
  attributes: {
    'booking.task': task,
    'booking.job_id': jobId,
    'booking.outcome': error === undefined ? 'ok' : 'failed',
    ...(error instanceof Error && { 'error.type': error.name }),
  },
  failed: error !== undefined,
})
