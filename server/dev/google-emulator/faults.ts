import type { ServerResponse } from 'node:http'
import { type Throttling, throttled } from './throttle.ts'
import { type Answer, type Ask, refuse } from './world.ts'

/** Exactly one of `status`, `throttled`, `hang`, `reset` and `malformed` says what goes wrong; 429 is `tooManyRequests`. */
export interface Fault {
  readonly status?: number
  /** As Google answers it, with `retryAfter` only where that is given too. */
  readonly throttled?: Throttling
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  readonly retryAfter?: string
  /** No answer ever. */
  readonly hang?: boolean
  /** The connection breaks. */
  readonly reset?: boolean
  /** The request is carried out and its answer cut in half. */
  readonly malformed?: boolean
  /** The request is carried out before the fault strikes. */
  readonly afterApply?: boolean
  /** How often it strikes; once if not given. */
  readonly times?: number
}

const matcher = (match: string): RegExp =>
  new RegExp(`^${match.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]+')}$`)

function send(response: ServerResponse, { status, headers, body }: Answer, cut = false): void {
  const html = typeof body === 'string'
  const content = body === undefined ? '' : html ? body : JSON.stringify(body)
  const { 'form-action': target, ...others } = headers ?? {}
  const formAction = target === undefined ? '' : ` ${new URL(target).origin}`
  response.writeHead(status, {
    'content-type': html ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self'${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    ...others,
  })
  response.end(cut ? content.slice(0, content.length / 2) : content)
}

/** The reasons that Google gives with these; developers.google.com/workspace/calendar/api/guides/errors */
const REASONS: Readonly<Record<number, string>> = { 404: 'notFound', 410: 'deleted' }

function plainAnswer(fault: Fault | undefined, applied: Answer | undefined): Answer {
  const { throttled: how, status = applied?.status ?? 500 } = fault ?? {}
  if (how !== undefined || status === 429) return throttled(how ?? 'tooManyRequests')
  return refuse(status, REASONS[status] ?? 'backendError', 'Emulated')
}

/** Faults on demand, in the order in which they were asked for. */
export function createFaults() {
  const waiting: { readonly pattern: RegExp; readonly fault: Fault; left: number; readonly struck: () => void }[] = []

  const take = (ask: Ask): Fault | undefined => {
    const index = waiting.findIndex(({ pattern }) => pattern.test(`${ask.method} ${ask.path}`))
    const found = waiting[index]
    if (!found) return undefined
    found.left -= 1
    if (found.left <= 0) waiting.splice(index, 1)
    found.struck()
    return found.fault
  }

  return {
    add: (match: string, fault: Fault): Promise<void> =>
      new Promise((struck) => waiting.push({ pattern: matcher(match), fault, left: fault.times ?? 1, struck })),
    clear(): void {
      waiting.length = 0
    },
    async answer(
      ask: Ask,
      work: () => Promise<Answer>,
      response: ServerResponse,
      note: (status: number | 'hang' | 'reset') => void,
    ): Promise<void> {
      const fault = take(ask)
      const applied = !fault || fault.afterApply || fault.malformed ? await work() : undefined
      const retryAfter = fault?.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }
      const plain = plainAnswer(fault, applied)
      const failure: Answer = {
        status: plain.status,
        headers: { ...retryAfter, ...fault?.headers },
        body: fault?.body ?? plain.body ?? '',
      }
      const answer = fault?.malformed || !fault ? (applied ?? failure) : failure
      note(fault?.hang ? 'hang' : fault?.reset ? 'reset' : answer.status)
      if (fault?.hang) return
      if (fault?.reset) response.destroy()
      else send(response, answer, fault?.malformed)
    },
  }
}
