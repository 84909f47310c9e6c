import fc from 'fast-check'
import { randomWeek } from '../support/random-weeks.ts'
import { compareViews } from '../support/same-views.ts'

/**
 * `npx tsx server/test/long/why-view.ts [weeks] [seed]`: random weeks of practices, two thousand if not said otherwise, each
 * explained to the therapist and offered to clients. Prints how often each reason was given, and fails at the first week in
 * which the two differ, or a reason is not true.
 */
const [weeks = '2000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)

const counts = new Map<string, number>()
let slots = 0
const property = fc.asyncProperty(randomWeek, async (week) => {
  const compared = await compareViews(week)
  slots += compared.slots
  for (const { is } of compared.stretches) counts.set(is, (counts.get(is) ?? 0) + 1)
})
await fc.assert(property, { numRuns: Number(weeks), seed: Number(seed) })
console.log(`${weeks} weeks (seed ${seed}): ${slots} free times, the same for both; stretches by reason:`)
for (const [reason, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`  ${reason}: ${count}`)
