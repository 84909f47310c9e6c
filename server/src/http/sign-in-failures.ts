import { MINUTE_MS } from '../domain/durations.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

const WINDOW_MS = 10 * MINUTE_MS
const MANY_FAILURES = 50

/** Counts sign-ins that failed in this process; warns once in ten minutes when they are many, whoever they are aimed at. */
export function createFailureCounter({ clock, log }: { readonly clock: Clock; readonly log: Log }): () => void {
  let since = Number.NEGATIVE_INFINITY
  let count = 0
  return () => {
    const now = clock.now().getTime()
    if (now - since >= WINDOW_MS) {
      since = now
      count = 0
    }
    count += 1
    if (count === MANY_FAILURES) log.warn('sign_in_failures', { count, minutes: WINDOW_MS / MINUTE_MS })
  }
}
