import { calendar, type calendar_v3 } from '@googleapis/calendar'
import type { z } from 'zod'
import { type Sleep, startDeadline } from '../../../concurrency/deadline.ts'
import type { CallLimits } from '../../../net/call-limits.ts'
import type { CircuitBreaker, Verdict } from '../../../net/circuit-breaker.ts'
import { type Outcome, retry } from '../../../net/retry.ts'
import { CallPaused, pauseEverywhere, type RetryAfterPauses } from '../../../net/retry-after-pauses.ts'
import { CalendarError, CancelledCall, isTransient, ProgrammingError } from '../../../ports/calendar-failure.ts'
import type { TokenVault } from '../../../ports/token-vault.ts'
import type { TokenSource } from '../../oauth/token-source.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { GoogleCall } from './google-call.ts'
import { answerOf, apiFailure, garbled, isQuotaUsedUp, transportFailure } from './google-errors.ts'
import type { HttpParts } from './http-parts.ts'

export interface TransportParts extends HttpParts {
  readonly tokens: TokenSource
  /** In [0, 1). */
  readonly random: () => number
  readonly sleep: Sleep
  readonly limits: CallLimits
  /** By connection. */
  readonly breaker: CircuitBreaker
  /** By connection. */
  readonly pauses: RetryAfterPauses
  /** Shares a pause with the other processes. */
  readonly vault: Pick<TokenVault, 'pause'>
}

/** Carries calls to the Calendar API: the access token, retry, the connection's pause, its circuit breaker, one exchange. */
export class GoogleClient {
  readonly #parts: TransportParts
  readonly #api: calendar_v3.Calendar

  constructor(parts: TransportParts) {
    this.#parts = parts
    this.#api = calendar({ version: 'v3', rootUrl: parts.config.apiUrl })
  }

  /** Retries within the call's deadline. Once in a call, a rejected access token is replaced. Rejects with a CalendarError. */
  async send<Schema extends z.ZodType>(call: GoogleCall<Schema>): Promise<z.infer<Schema>> {
    const { connection, purpose, deadline, repeatable } = call
    const { tokens, random, sleep, limits } = this.#parts
    const { signal } = deadline
    try {
      let token = await tokens.access(connection, purpose, signal)
      let replaced = false
      const attempt = async (number: number): Promise<Outcome<z.infer<Schema>>> => {
        for (;;) {
          const outcome = await this.#attempt(call, token, number)
          if (outcome.kind === 'done' || !isRejectedToken(outcome.failure)) return outcome
          if (replaced) throw outcome.failure
          replaced = true
          token = await tokens.access(connection, purpose, signal, { token })
        }
      }
      return await retry(attempt, { deadline, repeatable, random, sleep, ...limits.retry })
    } catch (error) {
      throw transportFailure(error, signal)
    }
  }

  async #attempt<Schema extends z.ZodType>(
    call: GoogleCall<Schema>,
    token: string,
    number: number,
  ): Promise<Outcome<z.infer<Schema>>> {
    const { breaker } = this.#parts
    const connectionId = call.connection.id
    this.#admit(connectionId)
    const exchange = await this.#exchange(call, token, number)
    if (exchange.kind === 'done') {
      breaker.report(connectionId, 'ok')
      return exchange
    }
    breaker.report(connectionId, verdictOf(exchange.failure))
    return await this.#judge(call, exchange)
  }

  #admit(connectionId: string): void {
    const { breaker, pauses } = this.#parts
    const pause = pauses.pausedFor(connectionId)
    if (pause > 0) throw new CallPaused('Google asked for a pause', pause)
    const wait = breaker.admit(connectionId)
    if (wait === 0) return
    const details = { retryAfterMs: wait, code: 'circuit_open' }
    throw new CalendarError('unavailable', 'Google is left alone for a moment', details)
  }

  async #judge(call: GoogleCall<z.ZodType>, failed: Failed): Promise<Outcome<never>> {
    const { failure, retryAfterMs } = failed
    if (retryAfterMs !== undefined && retryAfterMs > 0) await this.#pause(call, retryAfterMs)
    if (isQuotaUsedUp(failure)) throw failure
    if (!isTransient(failure.reason) && !isRejectedToken(failure)) throw failure
    return { kind: 'again', failure, retryAfterMs, notCarriedOut: failure.reason === 'throttled' }
  }

  async #pause({ connection, deadline }: GoogleCall<z.ZodType>, milliseconds: number): Promise<void> {
    const { pauses, vault, log } = this.#parts
    const { id, tenantId } = connection
    log.info('retry_after', { connectionId: id, provider: 'GOOGLE', retryAfterMs: milliseconds })
    const share = () => vault.pause({ tenantId, connectionId: id }, milliseconds)
    const pause = { pauses, key: id, milliseconds, share, signal: deadline.signal }
    if (!(await pauseEverywhere(pause))) log.warn('pause_not_shared', { connectionId: id })
  }

  /** One exchange, bounded in time and written to the log as one line. */
  async #exchange<Schema extends z.ZodType>(
    call: GoogleCall<Schema>,
    token: string,
    attempt: number,
  ): Promise<Done<z.infer<Schema>> | Failed> {
    const begun = performance.now()
    const exchange = await this.#ask(call, token)
    const { reason, code } = exchange.kind === 'failed' ? exchange.failure : {}
    this.#parts.log.info('google_call', {
      connectionId: call.connection.id,
      call: call.name,
      status: (exchange.kind === 'failed' ? exchange.failure.status : exchange.status) ?? 0,
      attempt,
      reason,
      code,
      ms: Math.round(performance.now() - begun),
    })
    return exchange
  }

  async #ask<Schema extends z.ZodType>(
    { name, schema, request, deadline }: GoogleCall<Schema>,
    token: string,
  ): Promise<Done<z.infer<Schema>> | Failed> {
    const { clock, limits } = this.#parts
    const limit = startDeadline(clock, limits.attemptMs, deadline.signal)
    try {
      const { status, data, headers } = await request(this.#api, {
        fetchImplementation: boundedFetch(this.#parts, limit.signal),
        headers: { authorization: `Bearer ${token}` },
        validateStatus: () => true,
        retry: false,
      })
      const answer = answerOf(status, data, headers['retry-after'], clock)
      if (status < 200 || status > 299)
        return { kind: 'failed', failure: apiFailure(answer), retryAfterMs: answer.retryAfterMs }
      const parsed = schema.safeParse(data)
      if (!parsed.success) throw garbled(`the body of ${name}`)
      return { kind: 'done', status, value: parsed.data }
    } catch (error) {
      return { kind: 'failed', failure: transportFailure(error, limit.signal), retryAfterMs: undefined }
    } finally {
      limit.end()
    }
  }
}

interface Done<Value> {
  readonly kind: 'done'
  readonly status: number
  readonly value: Value
}
interface Failed {
  readonly kind: 'failed'
  readonly failure: CalendarError
  /** From the Retry-After header, the only thing that makes a pause. */
  readonly retryAfterMs: number | undefined
}

/**
 * A throttled call is no failure to the circuit breaker: Google answers, and its Retry-After makes a pause. Nor is a caller who
 * left, or a mistake of ours.
 */
function verdictOf(failure: CalendarError): Verdict {
  if (failure instanceof CancelledCall || failure instanceof ProgrammingError) return 'neutral'
  if (failure.reason === 'throttled') return 'neutral'
  return isTransient(failure.reason) ? 'failed' : 'ok'
}

/** Whether Google rejected the access token, which another one may mend. */
const isRejectedToken = (failure: Error): boolean => failure instanceof CalendarError && failure.status === 401
