import { abandonable } from '../concurrency/deadline.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import type { Clock } from '../ports/clock.ts'

/** The call was not made, because its mailbox is to be left alone for `retryAfterMs` more. */
export class CallPaused extends CalendarError {
  override readonly retryAfterMs: number

  constructor(message: string, retryAfterMs: number) {
    super('throttled', message, { code: 'held', retryAfterMs })
    this.retryAfterMs = retryAfterMs
  }
}

/** Until when a Retry-After asks for silence, by key. A pause ends by time alone: no success shortens it (INV-11). */
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
    const until = this.#until.get(key)
    if (until === undefined) return 0
    const left = until - this.#clock.now().getTime()
    if (left > 0) return left
    this.#until.delete(key)
    return 0
  }

  /** From now; a longer pause that lasts already stays. */
  pause(key: string, milliseconds: number): void {
    if (milliseconds <= this.pausedFor(key)) return
    if (this.#until.size >= this.#maxKeys && !this.#until.has(key)) this.#makeRoom()
    this.#until.set(key, this.#clock.now().getTime() + milliseconds)
  }

  get size(): number {
    return this.#until.size
  }

  /** Forgets what is over; if nothing is, the oldest. */
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
  /** Tells the other processes. */
  readonly share: () => Promise<void>
  /** How long there is time to tell them. */
  readonly signal: AbortSignal
}

/**
 * Keeps a Retry-After: here at once, then in every process; and here once more, so that this process does not come back
 * before the others may. False when they could not be told: then it still holds here.
 */
export async function pauseEverywhere({ pauses, key, milliseconds, share, signal }: SharedPause): Promise<boolean> {
  pauses.pause(key, milliseconds)
  const told = await abandonable(share(), signal).then(
    () => true,
    () => false,
  )
  pauses.pause(key, milliseconds)
  return told
}
