import type { Interval } from '../domain/interval.ts'
import { clip, contains, merge } from '../domain/interval.ts'
import type { FreeBusyResult } from '../ports/calendar-provider.ts'

/** Complete reads of one connection are few: pages ask for a day, a week or a month. */
const READS_KEPT = 8
const CONNECTIONS_KEPT = 2_000

interface Read extends FreeBusyResult {
  readonly window: Interval
}

/** Complete reads, in memory only and never older than `maxAgeMs`: nothing of a calendar outlives that. */
export class RememberedReads {
  readonly #reads = new Map<string, Read[]>()
  readonly #maxAgeMs: number

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs
  }

  remember(key: string, window: Interval, result: FreeBusyResult, now: Date): void {
    this.forgetOld(now)
    if (this.#maxAgeMs === 0) return
    // A confirmation reads an hour of a day that was read before: what it saw is busy there too, so that a client who came
    // too late is not shown the same hour once more. What became free is learnt from the next read of the day.
    const others = (this.#reads.get(key) ?? [])
      .filter((read) => !contains(window, read.window))
      .map((read) => ({ ...read, busy: merge([...read.busy, ...clip(result.busy, read.window)]) }))
    this.#reads.delete(key)
    this.#reads.set(key, [...others, { window, ...result }].slice(-READS_KEPT))
    const oldest = this.#reads.size > CONNECTIONS_KEPT ? this.#reads.keys().next() : undefined
    if (oldest?.value !== undefined) this.#reads.delete(oldest.value)
  }

  /** The newest complete read that covers `window` and is at most `ageMs` old, clipped to it. */
  find(key: string, window: Interval, ageMs: number, now: Date): FreeBusyResult | undefined {
    const since = now.getTime() - Math.min(ageMs, this.#maxAgeMs)
    const found = (this.#reads.get(key) ?? [])
      .filter((read) => contains(read.window, window) && read.readAt.getTime() >= since)
      .sort((a, b) => b.readAt.getTime() - a.readAt.getTime())[0]
    return found && { busy: clip(found.busy, window), readAt: found.readAt }
  }

  forgetOld(now: Date): void {
    for (const [key, reads] of this.#reads) {
      const kept = reads.filter(({ readAt }) => now.getTime() - readAt.getTime() <= this.#maxAgeMs)
      if (kept.length === 0) this.#reads.delete(key)
      else if (kept.length < reads.length) this.#reads.set(key, kept)
    }
  }
}
