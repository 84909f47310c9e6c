import { HOUR_MS } from '../domain/durations.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

/** From here on somebody has to act: a provider's id token that seems to come from the future by half a minute is refused. */
const TOLERATED_SECONDS = 10

export interface WatchedClock {
  /**
   * By how much this process's clock is ahead of the database's, negative where it is behind; only what the wait for the answer
   * does not explain. Undefined: the database could not tell.
   */
  skewSeconds(): number | undefined
  end(): void
}

/**
 * Compares this process's clock with the database's, by which all processes lease, pause and queue: at once and every hour. Warns
 * each time where they differ too much. Never rejects.
 */
export async function watchClock(parts: {
  readonly readDatabaseClock: () => Promise<Date>
  readonly clock: Clock
  readonly log: Log
}): Promise<WatchedClock> {
  const { clock, log } = parts
  let skew: number | undefined
  const compare = async (): Promise<void> => {
    const before = clock.now().getTime()
    const there = await parts.readDatabaseClock().then(
      (now) => now.getTime(),
      () => undefined,
    )
    const after = clock.now().getTime()
    skew = there === undefined ? undefined : (Math.max(0, before - there) - Math.max(0, there - after)) / 1000
    if (skew !== undefined && Math.abs(skew) > TOLERATED_SECONDS)
      log.warn('clock_skewed', { seconds: Math.round(skew) })
  }
  await compare()
  const timer = setInterval(() => void compare(), HOUR_MS)
  timer.unref()
  return { skewSeconds: () => skew, end: () => clearInterval(timer) }
}
