import { abandonable } from '../concurrency/deadline.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'

/** The call was not made: the provider asked for a pause of this account, which lasts for `retryAfterMs` more. */
export class CallPaused extends CalendarError {
  override readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    super('throttled', message, { code: 'paused', retryAfterMs })
    this.retryAfterMs = retryAfterMs
  }
}

/** The pauses that this process knows of, by key. A pause ends by time alone: no success shortens it (INV-11). */
export class RetryAfterPauses {
  readonly #clock: Clock
  readonly #maxKeys: number
  readonly #until = new Map<string, number>()

  constructor(clock: Clock, maxKeys = 10_000) {
    this.#clock = clock
    this.#maxKeys = maxKeys
  }

  /** Milliseconds until `key` may be called; 0 where no pause lasts. */
  pausedFor(key: string): number {
    const left = (this.#until.get(key) ?? 0) - this.#clock.now().getTime()
    if (left > 0) return left
    this.#until.delete(key)
    return 0
  }

  /** A pause from now; where one lasts already, the later end counts. */
  pause(key: string, milliseconds: number): void {
    if (milliseconds <= this.pausedFor(key)) return
    if (this.#until.size >= this.#maxKeys && !this.#until.has(key)) this.#makeRoom()
    this.#until.set(key, this.#clock.now().getTime() + milliseconds)
  }

  get size(): number {
    return this.#until.size
  }

  /** Drops the pauses that are over; if none is, the oldest. */
  #makeRoom(): void {
    const now = this.#clock.now().getTime()
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key)
    for (const key of this.#until.keys()) {
      if (this.#until.size < this.#maxKeys) return
      this.#until.delete(key)
    }
  }
}

export interface SharedPause {
  readonly pauses: RetryAfterPauses
  readonly key: string
  readonly milliseconds: number
  /** Stores the pause for the other processes. */
  readonly share: () => Promise<void>
  /** Ends the wait for `share`. */
  readonly signal: AbortSignal
}

/**
 * Keeps a pause in memory at once, then shares it with the other processes. It is set in memory once more after that, because
 * storing took time: the shared pause ends later, and this process must not call before it. False when it could not be
 * shared: then it lasts in this process alone (server/docs/decisions/010-shared-retry-after.md).
 */
export async function pauseEverywhere({ pauses, key, milliseconds, share, signal }: SharedPause): Promise<boolean> {
  pauses.pause(key, milliseconds)
  const shared = await abandonable(share(), signal).then(
    () => true,
    () => false,
  )
  pauses.pause(key, milliseconds)
  return shared
}
