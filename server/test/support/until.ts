import { setTimeout } from 'node:timers/promises'

/** Asks again until the answer is neither false nor undefined; rejects after ten seconds. */
export async function until<T>(ask: () => T | Promise<T>, patienceMs = 10_000): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>
    if (performance.now() > end) throw new Error('it did not come about')
    await setTimeout(15)
  }
}
