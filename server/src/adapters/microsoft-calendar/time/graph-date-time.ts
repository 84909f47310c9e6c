import { garbled } from '../transport/graph-errors.ts'
import { asObject } from '../transport/json-object.ts'
import { type Edge, ianaZone, instantOf } from './windows-time-zones.ts'

/** A wall clock time and its zone. */
export interface LocalTime {
  /** Such as `2027-03-28T02:30:00.0000000`. */
  readonly dateTime: string
  /** `UTC`, or an IANA name. */
  readonly zone: string
}

/**
 * Graph writes seven digits of a second's fraction, and no offset (learn.microsoft.com/graph/api/resources/datetimetimezone).
 */
const DATE_TIME = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?$/

/** Graph's `dateTimeTimeZone`. Throws `garbled`. */
export function localOf(value: unknown): LocalTime {
  const { dateTime, timeZone } = asObject(value, 'event_time')
  if (typeof dateTime !== 'string' || !DATE_TIME.test(dateTime)) throw garbled('event_time')
  // Every request asks for UTC. An answer in another zone is understood; one without a zone is not taken for UTC.
  if (typeof timeZone !== 'string') throw garbled('unknown_time_zone')
  return { dateTime, zone: timeZone === 'UTC' ? timeZone : ianaZone(timeZone) }
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** The number that `count` digits of a {@link DATE_TIME} make. */
const digits = (text: string, at: number, count: number): number => {
  let value = 0
  for (let index = at; index < at + count; index++) value = value * 10 + text.charCodeAt(index) - 48
  return value
}

/**
 * A wall clock time of UTC in milliseconds since 1970. Not by `Date.parse`, which accepts 31 February and is slow
 * (docs/benchmarks.md).
 */
export function utcInstant(dateTime: string): number {
  const month = digits(dateTime, 5, 2)
  const day = digits(dateTime, 8, 2)
  const seconds = digits(dateTime, 11, 2) * 3600 + digits(dateTime, 14, 2) * 60 + digits(dateTime, 17, 2)
  const epochMs = Date.UTC(digits(dateTime, 0, 4), month - 1, day) + seconds * 1000
  const leapless = day === 29 && month === 2 && new Date(epochMs).getUTCDate() !== 29
  if (day === 0 || day > (DAYS[month - 1] ?? 0) || leapless) throw garbled('event_time')
  return epochMs + Number(dateTime.slice(20, 23).padEnd(3, '0'))
}

/** The instant of an event's start or end, in milliseconds since 1970. Throws `garbled`. */
export function edgeOf(value: unknown, edge: Edge): number {
  const { dateTime, zone } = localOf(value)
  const instant = utcInstant(dateTime)
  if (zone === 'UTC') return instant
  return instantOf(dateTime, zone, edge)
}
