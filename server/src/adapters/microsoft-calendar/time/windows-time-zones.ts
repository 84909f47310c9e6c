import { Temporal } from 'temporal-polyfill'
import { findIana, findWindows } from 'windows-iana'
import { cachedByZone } from '../../../domain/zone-cache.ts'
import { garbled } from '../transport/graph-errors.ts'

/** Names of UTC; the last is Outlook's own. */
const UTC_NAMES = new Set(['UTC', 'Etc/UTC', 'Etc/GMT', 'tzone://Microsoft/Utc'])

/**
 * The IANA zone of a Windows name, by CLDR's mapping for the whole world (territory 001), or of a name that is IANA's already.
 * Throws `garbled` for any other: an unknown zone is not taken for UTC.
 */
export function ianaZone(name: string): string {
  if (UTC_NAMES.has(name)) return 'UTC'
  const [mapped] = findIana(name, '001')
  if (mapped !== undefined) return mapped
  // The form excludes offsets such as "+02:00", which Node would accept: an offset knows no clock changes.
  if (/^[A-Za-z]+\/[A-Za-z0-9_+/-]+$/.test(name) && isKnown(name)) return name
  throw garbled('unknown_time_zone')
}

function isKnown(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

/** The Windows name of an IANA zone, if there is one. The mapping knows some by their older names alone, as Node does: Europe/Kiev. */
export function windowsZone(zone: string): string | undefined {
  if (!isKnown(zone)) return undefined
  const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions()
  const [name] = [...findWindows(zone), ...findWindows(timeZone)]
  return name
}

export type Edge = 'start' | 'end'

/**
 * The instant of a wall clock time, in milliseconds since 1970. In an hour that a clock change skips or repeats, a start is
 * read as early and an end as late as possible, so that no busy time is missed.
 */
export function instantOf(local: string, zone: string, edge: Edge): number {
  const wall = Temporal.PlainDateTime.from(local)
  const disambiguation = edge === 'start' ? 'earlier' : 'later'
  return wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds
}

/** The first instant of a date in a zone, in milliseconds since 1970: midnight, where clocks do not skip it. */
export const dayStart = cachedByZone(
  (date: string, zone): number => Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds,
)

export const dateAfter = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** The zone's date at an instant, and whether the instant is the date's first. */
export const dateAt = cachedByZone((epochMs: number, zone): { readonly date: string; readonly begins: boolean } => {
  const date = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDate().toString()
  return { date, begins: dayStart(date, zone) === epochMs }
})

/** The zone's offset from UTC at an instant, in minutes; positive in the east. */
export const offsetMinutes = cachedByZone(
  (epochMs: number, zone): number =>
    Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).offsetNanoseconds / 60_000_000_000,
)
