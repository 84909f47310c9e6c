/** Pages and calendars ask for the same few days of the same few zones again and again; strangers may ask for any. */
export const CACHED_ANSWERS = 5_000

/** The function with a cache: what a zone answers never changes, and asking takes tens of microseconds (docs/benchmarks.md). */
export function cachedByZone<At extends string | number, Answer>(
  ask: (at: At, timeZone: string) => Answer,
): (at: At, timeZone: string) => Answer {
  const zones = new Map<string, Map<At, Answer>>()
  let count = 0
  return (at, timeZone) => {
    const known = zones.get(timeZone)?.get(at)
    if (known !== undefined) return known
    const answer = ask(at, timeZone)
    if (count >= CACHED_ANSWERS) {
      zones.clear()
      count = 0
    }
    count += 1
    const answers = zones.get(timeZone) ?? new Map<At, Answer>()
    zones.set(timeZone, answers.set(at, answer))
    return answer
  }
}
