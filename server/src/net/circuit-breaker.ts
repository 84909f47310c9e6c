import type { Clock } from '../ports/clock.ts'

export interface CircuitBreakerOptions {
  readonly clock: Clock
  /** Consecutive failures until it opens. */
  readonly threshold: number
  /** How long it stays open before one call may probe. */
  readonly openMs: number
  /**
   * How many different parties (accounts) must be among those failures; 1 when absent. The breaker of a whole provider needs
   * several, so that one account's trouble does not stop the calls of all. 16 at most: no more are remembered.
   */
  readonly parties?: number
  /** At most so many keys are kept. */
  readonly maxKeys?: number
}

/** How a call ended: `neutral` when it says nothing about the provider (it was cancelled, or there was no access token). */
export type Verdict = 'ok' | 'failed' | 'neutral'

interface State {
  failures: number
  readonly failing: Set<string>
  openUntil: number
  /** Until then no call passes beside a probe; afterwards a probe that never reported is forgotten. */
  probingUntil: number
}

const PARTIES_REMEMBERED = 16

/** One circuit breaker for each key. A provider's Retry-After does not open it: see RetryAfterPauses. */
export class CircuitBreaker {
  readonly #options: Required<CircuitBreakerOptions>
  readonly #states = new Map<string, State>()

  constructor(options: CircuitBreakerOptions) {
    this.#options = { parties: 1, maxKeys: 10_000, ...options }
  }

  /** 0 lets this call pass, and `report` must follow; otherwise milliseconds until one may. */
  admit(key: string): number {
    const state = this.#states.get(key)
    if (state === undefined) return 0
    const now = this.#options.clock.now().getTime()
    const blocked = Math.max(state.openUntil, state.probingUntil) - now
    if (blocked > 0) return blocked
    if (state.openUntil > 0) state.probingUntil = now + this.#options.openMs
    return 0
  }

  report(key: string, verdict: Verdict, party = key): void {
    const state = verdict === 'failed' ? this.#state(key) : this.#states.get(key)
    if (state === undefined) return
    state.probingUntil = 0
    if (verdict === 'failed') this.#fail(state, party)
    if (verdict === 'ok') this.#states.delete(key)
  }

  get size(): number {
    return this.#states.size
  }

  #fail(state: State, party: string): void {
    state.failures += 1
    if (state.failing.size < PARTIES_REMEMBERED) state.failing.add(party)
    const { threshold, parties, openMs, clock } = this.#options
    if (state.failures >= threshold && state.failing.size >= parties) state.openUntil = clock.now().getTime() + openMs
  }

  #state(key: string): State {
    const known = this.#states.get(key)
    if (known !== undefined) return known
    if (this.#states.size >= this.#options.maxKeys) this.#makeRoom()
    const state = { failures: 0, failing: new Set<string>(), openUntil: 0, probingUntil: 0 }
    this.#states.set(key, state)
    return state
  }

  /** Drops the keys that stop no call; if that is none of them, the oldest. */
  #makeRoom(): void {
    const now = this.#options.clock.now().getTime()
    for (const [key, { openUntil }] of this.#states) if (openUntil <= now) this.#states.delete(key)
    for (const key of this.#states.keys()) {
      if (this.#states.size < this.#options.maxKeys) return
      this.#states.delete(key)
    }
  }
}
