import type { Clock } from '../ports/clock.ts'

export interface BreakerOptions {
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
  /** Told to stay away (Retry-After). */
  heldUntil: number
}

const PARTIES_REMEMBERED = 16

/** Circuit breakers by key. Holds count for their own key only; a hold ends by time alone, no success shortens it. */
export class Breaker {
  readonly #options: Required<BreakerOptions>
  readonly #states = new Map<string, State>()

  constructor(options: BreakerOptions) {
    this.#options = { parties: 1, maxKeys: 10_000, ...options }
  }

  /** Milliseconds until `key` may be called; 0 lets this call go. Every 0 must be answered with `report`. */
  admit(key: string): number {
    const state = this.#states.get(key)
    if (state === undefined) return 0
    const now = this.#options.clock.now().getTime()
    const blocked = Math.max(state.heldUntil, state.openUntil, state.probingUntil) - now
    if (blocked > 0) return blocked
    if (state.openUntil > 0) state.probingUntil = now + this.#options.coolMs
    return 0
  }

  /** Milliseconds that `key` was told to stay away; an open breaker is not among them. */
  heldFor(key: string): number {
    const state = this.#states.get(key)
    return state === undefined ? 0 : Math.max(0, state.heldUntil - this.#options.clock.now().getTime())
  }

  report(key: string, verdict: Verdict, party = key): void {
    const state = verdict === 'failed' ? this.#state(key) : this.#states.get(key)
    if (state === undefined) return
    state.probingUntil = 0
    if (verdict === 'failed') this.#fail(state, party)
    if (verdict === 'ok') this.#close(key, state)
  }

  /** The other side said how long to leave it alone. */
  hold(key: string, milliseconds: number): void {
    if (milliseconds <= 0) return
    const state = this.#state(key)
    state.heldUntil = Math.max(state.heldUntil, this.#options.clock.now().getTime() + milliseconds)
  }

  get size(): number {
    return this.#states.size
  }

  #close(key: string, state: State): void {
    if (state.heldUntil <= this.#options.clock.now().getTime()) {
      this.#states.delete(key)
      return
    }
    state.failures = 0
    state.openUntil = 0
    state.failing.clear()
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
    const state = { failures: 0, failing: new Set<string>(), openUntil: 0, probingUntil: 0, heldUntil: 0 }
    this.#states.set(key, state)
    return state
  }

  /** Forgets what no longer blocks; if everything does, whoever was met first. */
  #makeRoom(): void {
    const now = this.#options.clock.now().getTime()
    for (const [key, state] of this.#states)
      if (Math.max(state.heldUntil, state.openUntil) <= now) this.#states.delete(key)
    for (const key of this.#states.keys()) {
      if (this.#states.size < this.#options.maxKeys) return
      this.#states.delete(key)
    }
  }
}
