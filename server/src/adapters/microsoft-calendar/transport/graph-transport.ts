import { randomUUID } from 'node:crypto'
import { Cancelled, type Sleep, startDeadline } from '../../../concurrency/deadline.ts'
import type { KeyedSemaphore } from '../../../concurrency/semaphore.ts'
import type { CallLimits } from '../../../net/call-limits.ts'
import type { CircuitBreaker, Verdict } from '../../../net/circuit-breaker.ts'
import type { HttpAnswer } from '../../../net/http.ts'
import { parseJson } from '../../../net/read-body.ts'
import { type Outcome, retry } from '../../../net/retry.ts'
import { CallPaused, pauseEverywhere, type RetryAfterPauses } from '../../../net/retry-after-pauses.ts'
import { CalendarError, ProgrammingError } from '../../../ports/calendar-failure.ts'
import type { TokenVault } from '../../../ports/token-vault.ts'
import type { Rejection } from '../../oauth/token-client.ts'
import type { TokenSource } from '../../oauth/token-source.ts'
import type { GraphCall, GraphRequestParts } from './graph-call.ts'
import {
  GraphError,
  graphFailure,
  neverSent,
  paused,
  requestIdOf,
  retryAfterOf,
  TRANSIENT_STATUS,
  transportFailure,
} from './graph-errors.ts'
import type { HttpParts } from './http-parts.ts'
import { graphLink } from './next-link.ts'

export interface TransportParts extends HttpParts {
  readonly tokens: TokenSource
  readonly random: () => number
  readonly sleep: Sleep
  readonly limits: CallLimits
  /** By account. */
  readonly mailboxes: CircuitBreaker
  /** By account, because Graph throttles by mailbox (INV-11). */
  readonly pauses: RetryAfterPauses
  /** For Graph as a whole; opens only after failures of several accounts. */
  readonly service: CircuitBreaker
  /** By account: at most so many calls at a time. */
  readonly mailboxQueue: KeyedSemaphore
  /** Shares a pause with the other processes. */
  readonly vault: Pick<TokenVault, 'pause'>
}

const GRAPH = 'graph'

interface Attempt<T> {
  readonly call: GraphCall<T>
  /** Counted from 1. */
  readonly number: number
  /** Builds the request of this attempt, because a batch leaves out the items that were answered. */
  readonly build: () => Promise<GraphRequestParts>
}

/** Carries a call to Graph: retry, the mailbox's semaphore, its pause, the circuit breakers, the access token, one exchange. */
export class GraphTransport {
  readonly #parts: TransportParts

  constructor(parts: TransportParts) {
    this.#parts = parts
  }

  /** Rejects with a CalendarError. */
  async send<T>(call: GraphCall<T>, build: Attempt<T>['build']): Promise<T> {
    const { connection, deadline, repeatable, weight } = call
    const { random, sleep, limits, mailboxQueue } = this.#parts
    const attempt = (number: number): Promise<Outcome<T>> =>
      mailboxQueue.run(connection.accountKey, () => this.#attempt({ call, number, build }), deadline.signal, weight?.())
    try {
      return await retry(attempt, { deadline, repeatable, random, sleep, ...limits.retry })
    } catch (error) {
      throw transportFailure(error)
    }
  }

  async #attempt<T>(attempt: Attempt<T>): Promise<Outcome<T>> {
    const { mailboxes, service, pauses } = this.#parts
    const { connection, deadline } = attempt.call
    const mailbox = connection.accountKey
    const pause = pauses.pausedFor(mailbox)
    if (pause > 0) return again(paused(pause), pause, true)
    this.#admit(mailbox)
    let verdict: Verdict = 'neutral'
    try {
      return await this.#authorized(attempt, ({ status }) => {
        verdict = status >= 500 ? 'failed' : 'ok'
      })
    } catch (error) {
      // The token source found a pause that another process stored; nothing was sent.
      if (error instanceof CallPaused) {
        pauses.pause(mailbox, error.retryAfterMs)
        return again(error, error.retryAfterMs, true)
      }
      // Graph's answer was judged already, or the token source failed: neither is repeated here.
      if (error instanceof CalendarError) throw error
      const failure = transportFailure(error)
      // Ours, not Graph's; and it comes again.
      if (failure instanceof ProgrammingError) throw failure
      if (verdict === 'neutral' && !(error instanceof Cancelled)) verdict = 'failed'
      // A body that is too large will be so again, and after the deadline there is no time for a retry.
      if (failure.reason === 'garbled' || deadline.signal.aborted) throw failure
      return again(failure, undefined, neverSent(error))
    } finally {
      mailboxes.report(mailbox, verdict)
      service.report(GRAPH, verdict, mailbox)
    }
  }

  #admit(mailbox: string): void {
    const { mailboxes, service } = this.#parts
    const closed = mailboxes.admit(mailbox)
    const wait = closed > 0 ? closed : service.admit(GRAPH)
    if (wait === 0) return
    // The mailbox's breaker may have admitted this call as its probe: the probe is given back unused.
    if (closed === 0) mailboxes.report(mailbox, 'neutral')
    const details = { code: 'circuit_open', retryAfterMs: wait }
    throw new CalendarError('unavailable', 'Graph is left alone for a moment', details)
  }

  /**
   * One exchange with an access token, and what it means. After a 401, of the answer or of an item of a batch, there is one more
   * with a new token that has the claims Graph asked for, if any.
   */
  async #authorized<T>(attempt: Attempt<T>, answered: (answer: HttpAnswer) => void): Promise<Outcome<T>> {
    const exchange = async (token: string): Promise<Outcome<T>> => {
      const answer = await this.#exchange(attempt, token)
      answered(answer)
      return this.#judge(attempt.call, answer)
    }
    const token = await this.#token(attempt.call)
    try {
      return await exchange(token)
    } catch (error) {
      if (!(error instanceof GraphError) || error.status !== 401) throw error
      const { claims } = error
      return exchange(await this.#token(attempt.call, { token, ...(claims === undefined ? {} : { claims }) }))
    }
  }

  async #token({ connection, purpose, deadline }: GraphCall<unknown>, rejected?: Rejection): Promise<string> {
    try {
      return await this.#parts.tokens.access(connection, purpose, deadline.signal, rejected)
    } catch (error) {
      // As a CalendarError, so that it is neither repeated nor counted by the breakers as a failure of Graph.
      throw transportFailure(error)
    }
  }

  /** One exchange, bounded in time and written to the log as one line. */
  async #exchange<T>({ call, number, build }: Attempt<T>, token: string): Promise<HttpAnswer> {
    const { config, http, log, clock, limits } = this.#parts
    const { url: wanted, headers, body } = await build()
    // The token goes to the configured origin only, wherever the URL came from (INV-6).
    const url = graphLink(config, wanted)
    const clientRequestId = randomUUID()
    const limit = startDeadline(clock, limits.attemptMs, call.deadline.signal)
    const begun = performance.now()
    let answer: HttpAnswer | undefined
    try {
      answer = await http(url, {
        method: call.method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          'client-request-id': clientRequestId,
          'return-client-request-id': 'true',
        },
        ...(body === undefined ? {} : { body }),
        signal: limit.signal,
      })
      return answer
    } finally {
      limit.end()
      log.info('graph_call', {
        connectionId: call.connection.id,
        method: call.method,
        route: call.route,
        status: answer?.status ?? 0,
        attempt: number,
        clientRequestId,
        providerRequestId: answer && requestIdOf(answer.headers).requestId,
        ms: Math.round(performance.now() - begun),
      })
    }
  }

  async #judge<T>(call: GraphCall<T>, { status, headers, bytes }: HttpAnswer): Promise<Outcome<T>> {
    if (status >= 200 && status < 300) {
      const outcome = call.understand({ status, body: bytes.length === 0 ? undefined : parseJson(bytes) })
      if (outcome.kind === 'again') await this.#pause(call, outcome.retryAfterMs)
      return outcome
    }
    const retryAfterMs = retryAfterOf(headers, this.#parts.clock.now())
    await this.#pause(call, retryAfterMs)
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    const challenge = headers['www-authenticate']
    const failure = graphFailure(status, jsonOrNothing(bytes), { challenge, ...wait, ...requestIdOf(headers) })
    if (!TRANSIENT_STATUS.has(status)) throw failure
    return again(failure, retryAfterMs, status === 429)
  }

  async #pause({ connection, deadline }: GraphCall<unknown>, milliseconds: number | undefined): Promise<void> {
    if (milliseconds === undefined || milliseconds === 0) return
    const { pauses, vault, log } = this.#parts
    const { id, tenantId, accountKey } = connection
    log.info('retry_after', { connectionId: id, provider: 'MICROSOFT', retryAfterMs: milliseconds })
    const share = () => vault.pause({ tenantId, connectionId: id }, milliseconds)
    const pause = { pauses, key: accountKey, milliseconds, share, signal: deadline.signal }
    if (!(await pauseEverywhere(pause))) log.warn('pause_not_shared', { connectionId: id })
  }
}

const again = (failure: CalendarError, retryAfterMs: number | undefined, notCarriedOut: boolean): Outcome<never> => ({
  kind: 'again',
  failure,
  retryAfterMs,
  notCarriedOut,
})

/** The parsed body; undefined where it is not JSON, as when a proxy answers in HTML. */
function jsonOrNothing(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes)
  } catch {
    return undefined
  }
}
