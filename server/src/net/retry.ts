import type { Deadline, Sleep } from '../concurrency/deadline.ts'

/** How one attempt ended: `again` where another one may do better. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'again'
      /** Thrown when there is no further attempt. */
      readonly failure: Error
      /** From the provider's Retry-After. */
      readonly retryAfterMs?: number | undefined
      /** Certainly not carried out (a 429, a refused connection): repeated although the call is not repeatable. */
      readonly notCarriedOut?: boolean
    }

export interface RetryOptions {
  readonly deadline: Deadline
  /** Whether the call may be carried out twice without harm. Never true for a bare POST. */
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
 * The one loop that repeats calls to a provider. It waits with full jitter, never less than `retryAfterMs`, and gives up at
 * once when the wait would outlast the deadline: a caller with two seconds is not made to wait for thirty. What `attempt`
 * throws is not repeated.
 *
 * Which layer repeats what, from the socket outwards. An inner layer never outlasts the deadline of the one around it:
 * - one call (graph-transport.ts, google-client.ts): at most three attempts of what is repeatable, or certainly not carried out;
 * - one write at Microsoft (events.ts): at most three attempts, each of which looks for the event before it posts, within 25 s.
 *   The transport never repeats a POST that may have been carried out; only this layer can, because it looks first. Google
 *   needs no such loop: the event's id is ours, and one look after the POST tells what came of it;
 * - one removal (if-unchanged.ts): at most three looks, because the event changed between look and removal;
 * - one outbox job (outbox-jobs.ts): 25 attempts over days. Throttled ones do not count, and begin after the provider's pause.
 *
 * These repeat too, and call no provider twice by it: `withRetries` (postgres/database-errors.ts) runs a transaction again
 * that was rolled back by a conflict, or whose COMMIT was lost; the token source looks again for tokens while another process
 * has the lease; the worker launches its runner again each second while the database is away.
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
    const allowed = repeatable || outcome.notCarriedOut === true
    if (!allowed || number >= attempts || wait >= deadline.left()) throw outcome.failure
    await sleep(wait, deadline.signal)
  }
}
