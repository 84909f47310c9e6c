import type { Deadline, Sleep } from '../concurrency/deadline.ts'

/** What one attempt came to. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'again'
      /** Thrown when there is no further attempt. */
      readonly failure: Error
      /** The other side's own wish. */
      readonly retryAfterMs?: number | undefined
      /** Certainly not carried out (a 429, a refused connection): may be repeated whatever it was. */
      readonly untouched?: boolean
    }

export interface RetryOptions {
  readonly deadline: Deadline
  /** Whether saying it twice does no harm. Never true for a bare POST. */
  readonly repeatable: boolean
  readonly attempts: number
  readonly baseMs: number
  readonly capMs: number
  /** In [0, 1). */
  readonly random: () => number
  readonly sleep: Sleep
}

export const RETRY_DEFAULTS = { attempts: 3, baseMs: 200, capMs: 2000 } as const

/**
 * The one retry loop of the program. Waits with full jitter, never less than `retryAfterMs`, and gives up at once
 * when the wait would outlast the deadline: a caller with two seconds is not made to wait for thirty.
 * Exceptions of `attempt` are not repeated.
 */
export async function retry<T>(
  attempt: (number: number) => Promise<Outcome<T>>,
  { deadline, repeatable, attempts, baseMs, capMs, random, sleep }: RetryOptions,
): Promise<T> {
  for (let number = 1; ; number++) {
    const outcome = await attempt(number)
    if (outcome.kind === 'done') return outcome.value
    const jitter = random() * Math.min(capMs, baseMs * 2 ** (number - 1))
    const wait = Math.max(outcome.retryAfterMs ?? 0, jitter)
    const allowed = repeatable || outcome.untouched === true
    if (!allowed || number >= attempts || wait >= deadline.left()) throw outcome.failure
    await sleep(wait, deadline.signal)
  }
}
