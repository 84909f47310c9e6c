import { Temporal } from 'temporal-polyfill'
import { DAY_MS, MINUTE_MS } from './durations.ts'
import type { Interval } from './interval.ts'
import { cachedByZone } from './zone-cache.ts'

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

/** The day of UTC that is so many days after 1 January 1970. */
const dayAfter1970 = cachedByZone((days: number) => {
  const text = new Date(days * DAY_MS).toISOString()
  return text.slice(0, text.indexOf('T'))
})

const dayOfUtc = (epochMs: number): string => dayAfter1970(Math.floor(epochMs / DAY_MS), 'UTC')

/** A day of the years 2000 to 2199: beyond 9999 a year has more digits, and Date ends at 275760. */
export const isDay = (text: string): boolean => {
  if (!/^2[01]\d{2}-\d{2}-\d{2}$/.test(text)) return false
  const epochMs = Date.parse(text)
  return !Number.isNaN(epochMs) && dayOfUtc(epochMs) === text
}

/** A day whose wall clock counts from midnight: of 24 hours, and none of its times is shown again on the day after. */
interface OrdinaryDay {
  readonly day: string
  readonly startMs: number
}

/** By days of UTC since 1970: the ordinary days of a zone that have instants in common with that day of UTC. */
const ordinaryDaysAround = cachedByZone((utcDay: number, timeZone): readonly OrdinaryDay[] => {
  const day = dayOfUtc(utcDay * DAY_MS)
  return [day, addDays(day, 1), addDays(day, -1)].flatMap((day) => {
    const { startMs, isOrdinary } = boundsOf(day, timeZone)
    return isOrdinary ? [{ day, startMs }] : []
  })
})

/** Undefined on any other day: Temporal, which takes ten times as long, knows of it. */
const ordinaryDayOf = (epochMs: number, timeZone: string): OrdinaryDay | undefined =>
  ordinaryDaysAround(Math.floor(epochMs / DAY_MS), timeZone).find(
    ({ startMs }) => startMs <= epochMs && epochMs < startMs + DAY_MS,
  )

export function dayOf(instant: Date, timeZone: string): string {
  const epochMs = instant.getTime()
  const ordinary = ordinaryDayOf(epochMs, timeZone)
  if (ordinary !== undefined) return ordinary.day
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

/** From a day's first instant to the next day's, in milliseconds. */
interface Bounds {
  readonly startMs: number
  readonly endMs: number
  /** As OrdinaryDay. */
  readonly isOrdinary: boolean
}

const firstInstantMs = (day: string, timeZone: string): number =>
  Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds

const boundsOf = cachedByZone((day: string, timeZone): Bounds => {
  const [startMs = 0, endMs = 0, nextEndMs = 0] = [0, 1, 2].map((after) =>
    firstInstantMs(addDays(day, after), timeZone),
  )
  return { startMs, endMs, isOrdinary: endMs - startMs === DAY_MS && nextEndMs - endMs <= DAY_MS }
})

/** From a day's first instant to the next day's: 23, 24 or 25 hours, or whatever the zone did; empty when it skipped the day. */
export function dayInterval(day: string, timeZone: string): Interval {
  const { startMs, endMs } = boundsOf(day, timeZone)
  return { start: new Date(startMs), end: new Date(endMs) }
}

const has24Hours = ({ start, end }: Interval): boolean => end.getTime() - start.getTime() === DAY_MS

/**
 * The instants whose wall clock shows `[startMinute, endMinute)` on that day, for any number of such ranges. A boundary
 * inside a skipped hour is the moment of the change; of a repeated one the range takes the first start and the last end.
 */
export function wallClock(day: string, timeZone: string): (startMinute: number, endMinute: number) => Interval {
  const { start, end } = dayInterval(day, timeZone)
  // The clock does not change on a day of 24 hours: minutes simply count. Asking Temporal for each boundary is slow.
  if (has24Hours({ start, end })) {
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

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value))

/** As `Date.toISOString`, which takes four times as long, of many instants in order: each day is written once. */
export function isoTexts(): (instant: Date) => string {
  let startMs = Number.NaN
  let day = ''
  return (instant) => {
    const epochMs = instant.getTime()
    if (!(startMs <= epochMs && epochMs < startMs + DAY_MS)) {
      startMs = Math.floor(epochMs / DAY_MS) * DAY_MS
      day = dayOfUtc(startMs)
    }
    const minutes = (epochMs - startMs) / MINUTE_MS
    if (!Number.isInteger(minutes)) return instant.toISOString()
    return `${day}T${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}:00.000Z`
  }
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

/** Of an instant on that day. Its wall clock counts from midnight, at the offset of midnight. */
function clockOn({ day, startMs }: OrdinaryDay, epochMs: number): WallClock {
  const minutes = Math.floor((epochMs - startMs) / MINUTE_MS)
  return {
    day,
    hour: Math.floor(minutes / 60),
    minute: minutes % 60,
    offsetMinutes: (Date.parse(day) - startMs) / MINUTE_MS,
    repeated: false,
  }
}

export function wallClockOf(instant: Date, timeZone: string): WallClock {
  const epochMs = instant.getTime()
  const day = ordinaryDayOf(epochMs, timeZone)
  if (day !== undefined) return clockOn(day, epochMs)
  const zoned = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(timeZone)
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
