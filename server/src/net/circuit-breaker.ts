import type { Clock } from '../ports/clock.ts'

export interface CircuitBreakerOptions {
  readonly clock: Clock
  /** Consecutive failures until it opens. */
  readonly threshold: number
  /** How long it stays open before one call may probe. */
  readonly coolMs: number
  /**
   * How many different parties must be among those failures. A key shared by many (a service) needs several, so that
   * one party's trouble is not everybody's.
   */
  readonly parties?: number
  /** Keys remembered at most. */
  readonly maxKeys?: number
}

/** How a call ended: `neutral` when it says nothing about the other side (the caller left, no token was to be had). */
export type Verdict = 'ok' | 'failed' | 'neutral'

interface State {
  failures: number
  readonly failing: Set<string>
  openUntil: number
  /** While a probe is out, nobody else goes; a probe that never reports is forgotten then. */
  probingUntil: number
}

const PARTIES_REMEMBERED = 16

/** Circuit breakers by key. How long a provider asks to be left alone is not theirs: see RetryAfterPauses. */
export class CircuitBreaker {
  readonly #options: Required<CircuitBreakerOptions>
  readonly #states = new Map<string, State>()

  constructor(options: CircuitBreakerOptions) {
    this.#options = { parties: 1, maxKeys: 10_000, ...options }
  }

  /** Milliseconds until `key` may be called; 0 lets this call go. Every 0 must be answered with `report`. */
  admit(key: string): number {
    const state = this.#states.get(key)
    if (state === undefined) return 0
    const now = this.#options.clock.now().getTime()
    const blocked = Math.max(state.openUntil, state.probingUntil) - now
    if (blocked > 0) return blocked
    if (state.openUntil > 0) state.probingUntil = now + this.#options.coolMs
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
    const { threshold, parties, coolMs, clock } = this.#options
    if (state.failures >= threshold && state.failing.size >= parties) state.openUntil = clock.now().getTime() + coolMs
  }

  #state(key: string): State {
    const known = this.#states.get(key)
    if (known !== undefined) return known
    if (this.#states.size >= this.#options.maxKeys) this.#makeRoom()
    const state = { failures: 0, failing: new Set<string>(), openUntil: 0, probingUntil: 0 }
    this.#states.set(key, state)
    return state
  }

  /** Forgets what no longer blocks; if everything does, the oldest. */
  #makeRoom(): void {
    const now = this.#options.clock.now().getTime()
    for (const [key, { openUntil }] of this.#states) if (openUntil <= now) this.#states.delete(key)
    for (const key of this.#states.keys()) {
      if (this.#states.size < this.#options.maxKeys) return
      this.#states.delete(key)
    }
  }
}
