import { gzipSync } from 'node:zlib'
import type { Cloud } from './cloud.ts'
import { entraError } from './entra-errors.ts'
import { type Fault, isApplied, type Plan, type StatusFault } from './faults.ts'
import { claimsChallenge, graphError } from './graph-answers.ts'
import type { Answer, Handler, Incoming } from './wire.ts'

const STATUS_CODES: Record<number, string> = {
  400: 'ErrorInvalidRequest',
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ErrorItemNotFound',
  409: 'ErrorIrresolvableConflict',
  412: 'ErrorIrresolvableConflict',
  429: 'TooManyRequests',
  500: 'ErrorInternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
}
export const DEFAULT_CHALLENGE = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
const WELL_FORMED_RETRY = /^\d+(\.\d+)?$/

type Page = Record<string, unknown>
const pageOf = (answer: Answer | undefined): Page =>
  typeof answer?.body === 'object' && answer.body !== null ? { ...(answer.body as Page) } : {}

/** Runs a request under its plan. */
export async function under(
  { fault, released }: Plan,
  incoming: Incoming,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> {
  if (fault.kind === 'hold') {
    if (fault.applied) return { ...(await run()), until: released }
    await released
    return run()
  }
  if (fault.kind === 'other-mailbox') incoming.exchange.mailboxOf = fault.account
  const answer = isApplied(fault) ? await run() : undefined
  incoming.exchange.mailboxOf = undefined
  return spoil(fault, answer, incoming)
}

/** The handler, with the faults that wait for its requests. */
export const disturbed =
  (cloud: Cloud, handler: Handler): Handler =>
  (incoming) => {
    const plan = cloud.faults.take(incoming)
    return plan ? under(plan, incoming, () => handler(incoming)) : handler(incoming)
  }

/** The answer that the fault makes of the proper one (absent when the operation was not carried out). */
function spoil(fault: Fault, answer: Answer | undefined, incoming: Incoming): Answer {
  // A proper error answer is nothing the service would not say; everything else must not be judged as its words.
  const proper = (fault.kind ?? 'status') === 'status' && isWellFormed(fault as StatusFault)
  if (!proper && fault.kind !== 'claims-challenge' && fault.kind !== 'oauth-error') incoming.exchange.faulty = true
  const whole: Answer = answer ?? { status: 200, headers: { 'content-type': 'application/json' } }
  switch (fault.kind) {
    case undefined:
    case 'status':
      return statusAnswer(fault, incoming)
    case 'oauth-error':
      return entraError(fault.aadsts, {
        error: fault.error,
        ...(fault.suberror !== undefined && { suberror: fault.suberror }),
        ...(fault.claims !== undefined && { claims: fault.claims }),
        ...(fault.status !== undefined && { status: fault.status }),
      })
    case 'claims-challenge':
      return claimsChallenge(fault.claims ?? DEFAULT_CHALLENGE)
    case 'redirect':
      return { status: 302, headers: { location: fault.to } }
    case 'hang':
    case 'reset':
    case 'reset-mid-body':
    case 'truncated':
      return { ...whole, delivery: { how: fault.kind } }
    case 'drip':
      return { ...whole, delivery: { how: 'drip', bytesPerSecond: fault.bytesPerSecond } }
    case 'flood':
      return { ...whole, status: 200, delivery: { how: 'flood', bytes: fault.bytes } }
    case 'html':
      return {
        status: fault.status ?? 200,
        headers: { 'content-type': 'text/html' },
        raw: '<html><body>Service</body></html>',
      }
    case 'malformed-json':
      return { ...whole, raw: `${textOf(whole).slice(0, -1)},,` }
    case 'bom':
      return { ...whole, raw: `\uFEFF${textOf(whole)}` }
    case 'gzip-bomb':
      return bomb(whole)
    case 'endless-pages':
      return { ...whole, status: 200, body: spoiledBody(fault, pageOf(answer), answer?.body, incoming) }
    default:
      return { ...whole, body: spoiledBody(fault, pageOf(answer), answer?.body, incoming) }
  }
}

function isWellFormed(fault: StatusFault): boolean {
  const retry = fault.retryAfter
  return (
    fault.body === undefined &&
    (retry === undefined || WELL_FORMED_RETRY.test(retry) || !Number.isNaN(Date.parse(retry)))
  )
}

function statusAnswer(fault: StatusFault, incoming: Incoming): Answer {
  const headers = {
    ...fault.headers,
    ...(fault.retryAfter !== undefined && { 'retry-after': fault.retryAfter }),
  }
  if (fault.body !== undefined) return { status: fault.status, headers, body: fault.body }
  if (!incoming.path.startsWith('/v1.0/')) {
    const answer = entraError(90033, { error: 'temporarily_unavailable', status: fault.status })
    return { ...answer, headers: { ...answer.headers, ...headers } }
  }
  const code = fault.code ?? STATUS_CODES[fault.status] ?? 'UnknownError'
  return graphError(fault.status, code, fault.message ?? 'A failure on demand.', headers)
}

type BodyFault = Exclude<
  Fault,
  StatusFault | { kind: 'hang' | 'drip' | 'flood' | 'html' | 'bom' | 'gzip-bomb' | 'redirect' }
>

function spoiledBody(fault: BodyFault, page: Page, body: unknown, incoming: Incoming): unknown {
  const self = `http://${incoming.headers.host ?? '127.0.0.1'}${incoming.target}`
  const events = Array.isArray(page.value) ? (page.value as Page[]) : undefined
  switch (fault.kind) {
    case 'without-id':
      return { ...page, id: undefined }
    case 'error-at-200':
      return { error: { code: 'ErrorInternalServerError', message: 'A failure on demand.' } }
    case 'value':
      return { ...page, value: { missing: undefined, null: null, object: {} }[fault.value] }
    case 'empty-page':
      return { ...page, value: [], '@odata.nextLink': self }
    case 'next-link':
      return { ...page, '@odata.nextLink': fault.to === 'self' ? self : fault.to }
    case 'endless-pages': {
      const next = new URL(self)
      next.searchParams.set('$skiptoken', `more${Number(next.searchParams.get('$skiptoken')?.slice(4) ?? 0) + 1}`)
      return { value: events ?? [], '@odata.nextLink': next.href }
    }
    case 'duplicate-events':
      return { ...page, value: events?.flatMap((event) => [event, event]) }
    case 'events':
      return events
        ? { ...page, value: events.map((event) => ({ ...event, ...fault.set })) }
        : { ...page, ...fault.set }
    case 'batch-item':
      return spoiledBatch(fault, page, incoming)
    case 'body':
      return fault.change(body)
    default:
      return body
  }
}

function spoiledBatch(fault: { index: number; how: 'missing' | 'duplicate' }, page: Page, incoming: Incoming): Page {
  const sent =
    typeof incoming.content === 'string' ? (JSON.parse(incoming.content) as { requests: { id: string }[] }) : undefined
  const id = sent?.requests[fault.index]?.id
  const responses = page.responses as { id: string }[]
  if (fault.how === 'missing') return { ...page, responses: responses.filter((response) => response.id !== id) }
  return { ...page, responses: [...responses, ...responses.filter((response) => response.id === id)] }
}

const textOf = (answer: Answer): string => (answer.raw === undefined ? JSON.stringify(answer.body) : String(answer.raw))

let bombBytes: Buffer | undefined
/** 64 MB of spaces in 64 KB; a client that unpacks without a cap feels it. */
function bomb(answer: Answer): Answer {
  bombBytes ??= gzipSync(`{"value":[${' '.repeat(64 * 1024 * 1024)}]}`)
  return { ...answer, status: 200, headers: { ...answer.headers, 'content-encoding': 'gzip' }, raw: bombBytes }
}
