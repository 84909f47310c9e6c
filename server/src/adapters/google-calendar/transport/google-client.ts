import { calendar, type calendar_v3 } from '@googleapis/calendar'
import type { z } from 'zod'
import { type Deadline, type Sleep, startDeadline } from '../../../concurrency/deadline.ts'
import type { CircuitBreaker, Verdict } from '../../../net/circuit-breaker.ts'
import { readBytes } from '../../../net/read-body.ts'
import { type Outcome, RETRY_DEFAULTS, retry } from '../../../net/retry.ts'
import { parseRetryAfter } from '../../../net/retry-after.ts'
import { CallPaused, pauseEverywhere, type RetryAfterPauses } from '../../../net/retry-after-pauses.ts'
import { CalendarError, CancelledCall, isTransient } from '../../../ports/calendar-provider.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { ConnectionRef, TokenVault } from '../../../ports/token-vault.ts'
import type { GoogleConfig } from '../config.ts'
import { apiFailure, type GoogleAnswer, garbled, isQuotaUsedUp, noAnswer } from './google-errors.ts'

export interface GoogleParts {
  readonly config: GoogleConfig
  readonly clock: Clock
  readonly log: Log
  readonly fetch: typeof fetch
  readonly sleep: Sleep
  /** In [0, 1). */
  readonly random: () => number
  /** By connection. */
  readonly breaker: CircuitBreaker
  /** By connection. */
  readonly pauses: RetryAfterPauses
}

const ATTEMPT_MS = 5000
const NO_BODY = new Set([204, 205, 304])

/** `fetch` to Google's configured origins only, without redirects, with bounded bodies and one signal for it all. */
export function boundedFetch({ config, fetch }: GoogleParts, signal: AbortSignal): typeof globalThis.fetch {
  const origins = new Set([config.apiUrl, config.tokenUrl].map((url) => new URL(url).origin))
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!origins.has(url.origin)) throw garbled('it leads to another host')
    // Only what a request needs: the libraries mix options of their own into `init`.
    const { method = 'GET', headers, body } = init ?? {}
    const request = { method, redirect: 'error' as const, signal }
    const response = await fetch(url, { ...request, ...(headers ? { headers } : {}), ...(body ? { body } : {}) })
    const bytes = await readBytes(response)
    const { status } = response
    const copy = { status, headers: new Headers(response.headers) }
    copy.headers.delete('content-encoding')
    return new Response(NO_BODY.has(status) ? null : new Uint8Array(bytes), copy)
  }
}

export function answerOf(status: number, body: unknown, retryAfter: unknown, clock: Clock): GoogleAnswer {
  const header = typeof retryAfter === 'string' ? retryAfter : undefined
  return { status, body, retryAfterMs: parseRetryAfter(header, clock.now()) }
}

/** An access token for the connection; `rejected` is one that Google has just refused. */
export type AccessToken = (rejected?: string, signal?: AbortSignal) => Promise<string>

interface CallOptions {
  readonly fetchImplementation: typeof fetch
  readonly headers: Readonly<Record<string, string>>
  readonly validateStatus: () => true
  readonly retry: false
}
interface Sent {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, unknown>>
}

export interface CallRequest<Schema extends z.ZodType> {
  /** A fixed name, for the log. */
  readonly name: string
  readonly repeatable: boolean
  readonly schema: Schema
  send(api: calendar_v3.Calendar, options: CallOptions): Promise<Sent>
}

export interface GoogleCallParts extends GoogleParts {
  /** Tells the other processes of a Retry-After. */
  readonly vault: Pick<TokenVault, 'pause'>
}

/** The Calendar API as one connection sees it, within one deadline. */
export class GoogleCalls {
  readonly #parts: GoogleCallParts
  readonly #ref: ConnectionRef
  readonly #token: AccessToken
  readonly #deadline: Deadline
  readonly #api: calendar_v3.Calendar

  constructor(parts: GoogleCallParts, ref: ConnectionRef, token: AccessToken, deadline: Deadline) {
    this.#parts = parts
    this.#ref = ref
    this.#token = token
    this.#deadline = deadline
    this.#api = calendar({ version: 'v3', rootUrl: parts.config.apiUrl })
  }

  /** Repeats what may be repeated, renews a refused access token once, and checks the answer's form. */
  async call<Schema extends z.ZodType>(request: CallRequest<Schema>): Promise<z.infer<Schema>> {
    const { signal } = this.#deadline
    const { random, sleep } = this.#parts
    const options = { ...RETRY_DEFAULTS, deadline: this.#deadline, repeatable: request.repeatable, random, sleep }
    try {
      let token = await this.#token(undefined, signal)
      let renewed = false
      return await retry(async (number) => {
        for (;;) {
          const outcome = await this.#attempt(request, token, number)
          if (outcome.kind === 'done' || !isRefused(outcome.failure)) return outcome
          if (renewed) throw outcome.failure
          renewed = true
          token = await this.#token(token, signal)
        }
      }, options)
    } catch (error) {
      throw noAnswer(error, signal)
    }
  }

  async #attempt<Schema extends z.ZodType>(
    request: CallRequest<Schema>,
    token: string,
    attempt: number,
  ): Promise<Outcome<z.infer<Schema>>> {
    const { breaker } = this.#parts
    const { connectionId } = this.#ref
    this.#admit()
    const exchange = await this.#exchange(request, token)
    if (exchange.kind === 'done') {
      breaker.report(connectionId, 'ok')
      return exchange
    }
    breaker.report(connectionId, verdictOf(exchange.failure))
    return await this.#judge(request.name, exchange, attempt)
  }

  #admit(): void {
    const { breaker, pauses } = this.#parts
    const { connectionId } = this.#ref
    const pause = pauses.pausedFor(connectionId)
    if (pause > 0) throw new CallPaused('Google asked for a pause', pause)
    const wait = breaker.admit(connectionId)
    if (wait === 0) return
    const details = { retryAfterMs: wait, code: 'circuit_open' }
    throw new CalendarError('unavailable', 'Google is left alone for a moment', details)
  }

  async #judge(call: string, { failure, retryAfterMs }: Failed, attempt: number): Promise<Outcome<never>> {
    const { reason, status, code } = failure
    const { connectionId } = this.#ref
    this.#parts.log.warn('google_call_failed', { call, connectionId, attempt, reason, status, code })
    if (retryAfterMs !== undefined && retryAfterMs > 0) await this.#pause(retryAfterMs)
    if (isQuotaUsedUp(failure)) throw failure
    if (!isTransient(reason) && !isRefused(failure)) throw failure
    return { kind: 'again', failure, retryAfterMs, untouched: reason === 'throttled' }
  }

  async #pause(milliseconds: number): Promise<void> {
    const { pauses, vault, log } = this.#parts
    const { connectionId } = this.#ref
    const share = () => vault.pause(this.#ref, milliseconds)
    const pause = { pauses, key: connectionId, milliseconds, share, signal: this.#deadline.signal }
    if (!(await pauseEverywhere(pause))) log.warn('pause_not_shared', { connectionId })
  }

  async #exchange<Schema extends z.ZodType>(
    request: CallRequest<Schema>,
    token: string,
  ): Promise<Done<z.infer<Schema>> | Failed> {
    const limit = startDeadline(this.#parts.clock, ATTEMPT_MS, this.#deadline.signal)
    try {
      const { status, data, headers } = await request.send(this.#api, {
        fetchImplementation: boundedFetch(this.#parts, limit.signal),
        headers: { authorization: `Bearer ${token}` },
        validateStatus: () => true,
        retry: false,
      })
      const answer = answerOf(status, data, headers['retry-after'], this.#parts.clock)
      if (status < 200 || status > 299)
        return { kind: 'failed', failure: apiFailure(answer), retryAfterMs: answer.retryAfterMs }
      const parsed = request.schema.safeParse(data)
      if (!parsed.success) throw garbled(`the body of ${request.name}`)
      return { kind: 'done', value: parsed.data }
    } catch (error) {
      return { kind: 'failed', failure: noAnswer(error, limit.signal), retryAfterMs: undefined }
    } finally {
      limit.end()
    }
  }
}

interface Done<Value> {
  readonly kind: 'done'
  readonly value: Value
}
interface Failed {
  readonly kind: 'failed'
  readonly failure: CalendarError
  /** From the Retry-After header: nothing else makes a pause. */
  readonly retryAfterMs: number | undefined
}

/** Throttling is no trouble of Google's: it says nothing about whether other calls would be answered. */
function verdictOf(failure: CalendarError): Verdict {
  if (failure instanceof CancelledCall || failure.reason === 'throttled') return 'neutral'
  return isTransient(failure.reason) ? 'failed' : 'ok'
}

/** The access token was refused: another one may do. */
const isRefused = (failure: Error): boolean => failure instanceof CalendarError && failure.status === 401
