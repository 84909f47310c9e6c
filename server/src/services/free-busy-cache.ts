import { mergeByKind } from '../domain/busy-time.ts'
import { clip, contains, type Interval, merge } from '../domain/interval.ts'
import type { CalendarBusy, FreeBusyResult } from '../ports/calendar-provider.ts'

/** For the windows of one connection: pages ask for a day, a week or a month. */
const READS_PER_KEY = 8
const MAX_KEYS = 2_000

interface Entry {
  readonly window: Interval
  readonly readAt: Date
  busy: readonly Interval[]
  /** Where it was asked for, which only pages for the therapist do. */
  calendars: readonly CalendarBusy[] | undefined
  readonly expiry: NodeJS.Timeout
}

/**
 * Complete reads of calendars, in memory only. An entry expires by a timer of its own when its read is `maxAgeMs` old, so
 * that nothing of a calendar is kept longer, whether it is asked for again or not.
 */
export class FreeBusyCache {
  /** The key stored least recently comes first. */
  readonly #entries = new Map<string, readonly Entry[]>()
  readonly #maxAgeMs: number

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs
  }

  set(key: string, window: Interval, { busy, readAt, calendars }: FreeBusyResult, now: Date): void {
    const left = readAt.getTime() + this.#maxAgeMs - now.getTime()
    if (left <= 0) return
    for (const entry of this.#entries.get(key) ?? []) {
      if (contains(window, entry.window)) this.#drop(key, entry)
      // A confirmation reads one hour of a day that is cached. What it found busy is added to the day, so that a client who
      // came too late is not offered the same hour again. What became free is known from the next read of the day.
      else {
        entry.busy = merge([...entry.busy, ...clip(busy, entry.window)])
        entry.calendars = undefined
      }
    }
    const entry: Entry = {
      window,
      readAt,
      busy,
      calendars,
      expiry: setTimeout(() => this.#drop(key, entry), left).unref(),
    }
    const entries = [...(this.#entries.get(key) ?? []), entry]
    this.#entries.delete(key)
    this.#entries.set(key, entries)
    this.#makeRoom(key, entries)
  }

  /** The newest complete read that covers `window` and is at most `ageMs` old, clipped to it. */
  hit(key: string, window: Interval, ageMs: number, now: Date): FreeBusyResult | undefined {
    const since = now.getTime() - Math.min(ageMs, this.#maxAgeMs)
    const found = (this.#entries.get(key) ?? [])
      .filter((entry) => contains(entry.window, window) && entry.readAt.getTime() >= since)
      .sort((a, b) => b.readAt.getTime() - a.readAt.getTime())[0]
    if (found === undefined) return undefined
    const { busy, readAt, calendars } = found
    return { busy: clip(busy, window), readAt, ...(calendars && { calendars: clipped(calendars, window) }) }
  }

  /** Reads that are kept. */
  get size(): number {
    return [...this.#entries.values()].reduce((sum, entries) => sum + entries.length, 0)
  }

  #makeRoom(key: string, entries: readonly Entry[]): void {
    for (const entry of entries.slice(0, -READS_PER_KEY)) this.#drop(key, entry)
    const [oldest] = this.#entries
    if (oldest === undefined || this.#entries.size <= MAX_KEYS) return
    for (const entry of oldest[1]) this.#drop(oldest[0], entry)
  }

  #drop(key: string, entry: Entry): void {
    clearTimeout(entry.expiry)
    const kept = (this.#entries.get(key) ?? []).filter((other) => other !== entry)
    if (kept.length === 0) this.#entries.delete(key)
    else this.#entries.set(key, kept)
  }
}

const clipped = (calendars: readonly CalendarBusy[], window: Interval): CalendarBusy[] =>
  calendars.map((calendar) => ({ ...calendar, busy: mergeByKind(calendar.busy, window) }))
