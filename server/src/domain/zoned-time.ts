import { Temporal } from 'temporal-polyfill'
import { DAY_MS, MINUTE_MS } from './durations.ts'
import type { Interval } from './interval.ts'

/** The one file that knows time zones and clock changes. Days are `YYYY-MM-DD`, zones IANA names, minutes count from midnight. */

/** Temporal also takes an offset, and a whole timestamp for the zone that stands in it: neither is a name. */
export const isTimeZone = (name: string): boolean => {
  try {
    const { timeZoneId } = Temporal.PlainDate.from('2026-01-01').toZonedDateTime(name)
    return timeZoneId.toLowerCase() === name.toLowerCase() && !/^[+-]/.test(name)
  } catch {
    return false
  }
}

// Days alone are counted as those of UTC, which all have 24 hours: Temporal takes thirty times as long. ECMAScript writes and reads
// years beyond 9999 as Temporal does (Expanded Years).

const dayOfUtc = (epochMs: number): string => {
  const [day = ''] = new Date(epochMs).toISOString().split('T')
  return day
}

/** A day of the years 2000 to 2199: beyond 9999 a year has more digits, and Date ends at 275760. */
export const isDay = (text: string): boolean => {
  if (!/^2[01]\d{2}-\d{2}-\d{2}$/.test(text)) return false
  const epochMs = Date.parse(text)
  return !Number.isNaN(epochMs) && dayOfUtc(epochMs) === text
}

export function dayOf(instant: Date, timeZone: string): string {
  const epochMs = instant.getTime()
  const utc = dayOfUtc(epochMs)
  for (const day of [utc, addDays(utc, 1), addDays(utc, -1)]) {
    const interval = dayInterval(day, timeZone)
    // On any other day the clock may be set back to the day before.
    if (interval.start.getTime() <= epochMs && epochMs < interval.end.getTime() && isOrdinary(interval)) return day
  }
  return Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** Whether an instant lies in the years whose days `isDay` knows. */
export const isWithinYears = (instant: Date): boolean =>
  instant.getUTCFullYear() >= 2000 && instant.getUTCFullYear() < 2200

/** Not compared as text: +010000-01-01 would come before 2000-01-01. */
export const isBefore = (day: string, other: string): boolean => Date.parse(day) < Date.parse(other)

export const earlierOf = (day: string, other: string): string => (isBefore(other, day) ? other : day)
export const laterOf = (day: string, other: string): string => (isBefore(day, other) ? other : day)

export const addDays = (day: string, days: number): string => dayOfUtc(Date.parse(day) + days * DAY_MS)

/** How many days lie from `first` to `last`, both counted. */
export const countDays = (first: string, last: string): number => (Date.parse(last) - Date.parse(first)) / DAY_MS + 1

/** The days from `first` to `last`, both included; none where `last` comes first. */
export const eachDay = (first: string, last: string): string[] =>
  Array.from({ length: Math.max(0, countDays(first, last)) }, (_, index) => addDays(first, index))

/** Monday is 1, Sunday 7. */
export const weekdayOf = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7

/** First instants of days, by zone and day: every page asks for the same few. */
const firstInstants = new Map<string, number>()
const MAX_FIRST_INSTANTS = 5_000

function firstInstant(day: string, timeZone: string): Date {
  const key = `${timeZone} ${day}`
  let epochMs = firstInstants.get(key)
  if (epochMs === undefined) {
    epochMs = Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds
    if (firstInstants.size >= MAX_FIRST_INSTANTS) firstInstants.clear()
    firstInstants.set(key, epochMs)
  }
  return new Date(epochMs)
}

/** From a day's first instant to the next day's: 23, 24 or 25 hours, or whatever the zone did; empty when it skipped the day. */
export const dayInterval = (day: string, timeZone: string): Interval => ({
  start: firstInstant(day, timeZone),
  end: firstInstant(addDays(day, 1), timeZone),
})

const isOrdinary = ({ start, end }: Interval): boolean => end.getTime() - start.getTime() === DAY_MS

/**
 * The instants whose wall clock shows `[startMinute, endMinute)` on that day, for any number of such ranges. A boundary
 * inside a skipped hour is the moment of the change; of a repeated one the range takes the first start and the last end.
 */
export function wallClock(day: string, timeZone: string): (startMinute: number, endMinute: number) => Interval {
  const { start, end } = dayInterval(day, timeZone)
  // The clock does not change on a day of 24 hours: minutes simply count. Asking Temporal for each boundary is slow.
  if (isOrdinary({ start, end })) {
    const at = (minute: number): Date => new Date(start.getTime() + minute * MINUTE_MS)
    return (startMinute, endMinute) => ({ start: at(startMinute), end: at(endMinute) })
  }
  return (startMinute, endMinute) => ({
    start: boundary(day, startMinute, timeZone, 'earlier'),
    end: boundary(day, endMinute, timeZone, 'later'),
  })
}

export const wallClockInterval = (day: string, startMinute: number, endMinute: number, timeZone: string): Interval =>
  wallClock(day, timeZone)(startMinute, endMinute)

function boundary(day: string, minute: number, timeZone: string, choice: 'earlier' | 'later'): Date {
  const date = Temporal.PlainDate.from(day)
  if (minute === 1440) return dayInterval(day, timeZone).end
  const wallClock = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 })
  const instant = wallClock.toZonedDateTime(timeZone, { disambiguation: choice })
  if (instant.toPlainDateTime().equals(wallClock)) return new Date(instant.epochMilliseconds)
  const before = wallClock.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const change = before.getTimeZoneTransition('next')
  return new Date((change ?? before).epochMilliseconds)
}

export interface WallClock {
  readonly day: string
  readonly hour: number
  readonly minute: number
  /** East of Greenwich. */
  readonly offsetMinutes: number
  /** The wall clock shows this time twice that day, because it is set back. */
  readonly repeated: boolean
}

export function wallClockOf(instant: Date, timeZone: string): WallClock {
  const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone)
  const shown = zoned.toPlainDateTime()
  const first = shown.toZonedDateTime(timeZone)
  const last = shown.toZonedDateTime(timeZone, { disambiguation: 'later' })
  return {
    day: shown.toPlainDate().toString(),
    hour: shown.hour,
    minute: shown.minute,
    offsetMinutes: zoned.offsetNanoseconds / 60_000_000_000,
    repeated: first.epochMilliseconds !== last.epochMilliseconds,
  }
}

/**
 * `wallClockOf` for many instants: those on an ordinary day, of 24 hours, are counted from its midnight, so that instants in
 * order need one look-up for each day. Asking Temporal for each of them is slow.
 */
export function wallClocks(timeZone: string, lookUp = wallClockOf): (instant: Date) => WallClock {
  let known: { readonly start: number; readonly clock: WallClock } | undefined
  return (instant) => {
    if (known !== undefined) {
      const sinceMidnight = instant.getTime() - known.start
      if (sinceMidnight >= 0 && sinceMidnight < DAY_MS) {
        const minutes = Math.floor(sinceMidnight / MINUTE_MS)
        return { ...known.clock, hour: Math.floor(minutes / 60), minute: minutes % 60 }
      }
    }
    const clock = lookUp(instant, timeZone)
    const day = dayInterval(clock.day, timeZone)
    known = isOrdinary(day) ? { start: day.start.getTime(), clock } : undefined
    return clock
  }
}
