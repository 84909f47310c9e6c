import type { Context } from '@microsoft/microsoft-graph-client'
import type { Breaker, Verdict } from '../../net/breaker.ts'
import type { Concurrency } from '../../net/concurrency.ts'
import type { Sleep } from '../../net/deadline.ts'
import { holdEverywhere } from '../../net/hold.ts'
import type { HttpAnswer } from '../../net/http.ts'
import { parseJson } from '../../net/read-body.ts'
import { type Outcome, retry } from '../../net/retry.ts'
import { CalendarError } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { TokenVault } from '../../ports/token-vault.ts'
import {
  garbled,
  graphFailure,
  HELD,
  held,
  requestIdOf,
  retryAfterOf,
  TRANSIENT_STATUS,
  wasNeverSent,
  wireFailure,
} from './errors.ts'
import type { GraphCall } from './graph-call.ts'
import type { Limits } from './limits.ts'
import { Carried, Link } from './middleware.ts'

export interface CourtesyParts {
  readonly clock: Clock
  readonly random: () => number
  readonly sleep: Sleep
  readonly limits: Limits
  /** By account: its trouble is its own, and it keeps its Retry-After (INV-11). */
  readonly mailboxes: Breaker
  /** Graph as a whole; opens only when several accounts are in trouble. */
  readonly service: Breaker
  readonly lanes: Concurrency
  /** Tells the other processes of a Retry-After. */
  readonly vault: Pick<TokenVault, 'hold'>
  readonly log: Log
}

const GRAPH = 'graph'

/** How often, how many at once and how soon again: retries, the limit on calls in flight, breakers. */
export class Courtesy extends Link {
  readonly #parts: CourtesyParts

  constructor(parts: CourtesyParts) {
    super()
    this.#parts = parts
  }

  async execute(context: Context): Promise<void> {
    const carried = Carried.of(context)
    const { deadline, connection, repeatable, weight } = carried.call
    const { random, sleep, limits, lanes } = this.#parts
    const attempt = (number: number) => {
      carried.attempt = number
      return lanes.run(connection.accountKey, () => this.#attempt(context, carried), deadline.signal, weight?.())
    }
    carried.settle(await retry(attempt, { deadline, repeatable, random, sleep, ...limits.retry }))
  }

  async #attempt(context: Context, carried: Carried): Promise<Outcome<unknown>> {
    const { mailboxes, service } = this.#parts
    const mailbox = carried.call.connection.accountKey
    const pause = mailboxes.heldFor(mailbox)
    if (pause > 0) return again(held(pause), pause, true)
    this.#admit(mailbox)
    let verdict: Verdict = 'neutral'
    try {
      await this.pass(context)
      if (carried.answer === undefined) throw garbled('no_answer')
      verdict = carried.answer.status >= 500 ? 'failed' : 'ok'
      return await this.#judge(carried.call, carried.answer)
    } catch (error) {
      // Another process was asked for a pause: nothing was sent.
      if (error instanceof CalendarError && error.code === HELD) {
        mailboxes.hold(mailbox, error.retryAfterMs ?? 0)
        return again(error, error.retryAfterMs, true)
      }
      // A decision, made here or by the token source.
      if (error instanceof CalendarError) throw error
      const failure = wireFailure(error)
      if (verdict === 'neutral' && failure.code !== 'caller_left') verdict = 'failed'
      // Too large stays too large; and a deadline that is over leaves no time to repeat in.
      if (failure.reason === 'garbled' || carried.call.deadline.signal.aborted) throw failure
      return again(failure, undefined, wasNeverSent(failure))
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
    // The mailbox's own probe, if this was one, is given back.
    if (closed === 0) mailboxes.report(mailbox, 'neutral')
    const details = { code: 'circuit_open', retryAfterMs: wait }
    throw new CalendarError('unavailable', 'Graph is left alone for a moment', details)
  }

  async #judge(call: GraphCall<unknown>, { status, headers, bytes }: HttpAnswer): Promise<Outcome<unknown>> {
    if (status >= 200 && status < 300) {
      const outcome = call.understand({ status, body: bytes.length === 0 ? undefined : parseJson(bytes) })
      if (outcome.kind === 'again') await this.#hold(call, outcome.retryAfterMs)
      return outcome
    }
    const retryAfterMs = retryAfterOf(headers, this.#parts.clock.now())
    await this.#hold(call, retryAfterMs)
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
    const failure = graphFailure(status, jsonOrNothing(bytes), { ...wait, ...requestIdOf(headers) })
    if (!TRANSIENT_STATUS.has(status)) throw failure
    return again(failure, retryAfterMs, status === 429)
  }

  async #hold({ connection, deadline }: GraphCall<unknown>, milliseconds: number | undefined): Promise<void> {
    if (milliseconds === undefined || milliseconds === 0) return
    const { mailboxes, vault, log } = this.#parts
    const { id, tenantId, accountKey } = connection
    const share = () => vault.hold({ tenantId, connectionId: id }, milliseconds)
    const hold = { breaker: mailboxes, key: accountKey, milliseconds, share, signal: deadline.signal }
    if (!(await holdEverywhere(hold))) log.warn('hold_not_shared', { connection: id })
  }
}

const again = (failure: CalendarError, retryAfterMs: number | undefined, untouched: boolean): Outcome<never> => ({
  kind: 'again',
  failure,
  retryAfterMs,
  untouched,
})

/** Proxies refuse in HTML; the status says enough. */
function jsonOrNothing(bytes: Uint8Array): unknown {
  try {
    return parseJson(bytes)
  } catch {
    return undefined
  }
}
