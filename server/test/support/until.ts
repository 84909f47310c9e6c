import { setTimeout } from 'node:timers/promises'

/** How long a test waits for what must come about, before it fails: far above what a busy machine takes. */
export const PATIENCE_MS = 60_000

const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 60

/**
 * Asks again until the answer is neither false nor undefined; rejects after PATIENCE_MS. Ever less often, for an answer may cost a
 * page, and what is waited for needs the processor.
 */
export async function until<T>(ask: () => T | Promise<T>): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + PATIENCE_MS
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.4, LONGEST_PAUSE_MS)) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>
    if (performance.now() > end) throw new Error('it did not come about')
    await setTimeout(pause)
  }
}
