import { setTimeout } from 'node:timers/promises'

/** How long a test waits for what must come about, before it fails: far above what a busy machine takes. */
export const PATIENCE_MS = 60_000

/** Asks again until the answer is neither false nor undefined; rejects after PATIENCE_MS. */
export async function until<T>(ask: () => T | Promise<T>): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>
    if (performance.now() > end) throw new Error('it did not come about')
    await setTimeout(15)
  }
}
