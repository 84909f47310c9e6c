import { Temporal } from 'temporal-polyfill'
import { findIana } from 'windows-iana'
import { garbled } from '../transport/graph-errors.ts'

/** Zones without a rule that a name could give: an error, never UTC (learn.microsoft.com/graph/api/resources/event). */
const UTC_NAMES = new Set(['UTC', 'Etc/UTC', 'Etc/GMT', 'tzone://Microsoft/Utc'])

/** CLDR's zone for the whole world stands for a Windows name without a country; what Node knows itself is IANA. */
export function ianaZone(name: string): string {
  if (UTC_NAMES.has(name)) return 'UTC'
  const [mapped] = findIana(name, '001')
  if (mapped !== undefined) return mapped
  // An offset ("+02:00") is no zone: it knows nothing of clock changes.
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

export type Edge = 'start' | 'end'

/**
 * The instant of a wall clock time. In the hour that a clock change skips or repeats, a start is read as early and an
 * end as late as it can be: in doubt the time is busy.
 */
export function instantOf(local: string, zone: string, edge: Edge): number {
  const wall = Temporal.PlainDateTime.from(local)
  const disambiguation = edge === 'start' ? 'earlier' : 'later'
  return wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds
}

const ANSWERS_REMEMBERED = 5_000

/**
 * A question about a zone, answered once. Each costs tens of microseconds, and diaries ask about the same dates in the
 * same few zones over and over (see docs/benchmarks.md).
 */
function remembered<At extends string | number, Answer>(
  ask: (at: At, zone: string) => Answer,
): (at: At, zone: string) => Answer {
  const zones = new Map<string, Map<At, Answer>>()
  let count = 0
  return (at, zone) => {
    const known = zones.get(zone)?.get(at)
    if (known !== undefined) return known
    const answer = ask(at, zone)
    if (count >= ANSWERS_REMEMBERED) {
      zones.clear()
      count = 0
    }
    const answers = zones.get(zone) ?? new Map<At, Answer>()
    zones.set(zone, answers.set(at, answer))
    count += 1
    return answer
  }
}

/** The first instant of a date in a zone; midnight where midnight exists. */
export const dayStart = remembered(
  (date: string, zone): number => Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds,
)

export const dateAfter = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString()

/** The zone's date at an instant, and whether the date has just begun. */
export const dateAt = remembered((epochMs: number, zone): { readonly date: string; readonly begins: boolean } => {
  const date = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDate().toString()
  return { date, begins: dayStart(date, zone) === epochMs }
})

/** Minutes east of Greenwich. */
export const offsetMinutes = remembered(
  (epochMs: number, zone): number =>
    Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).offsetNanoseconds / 60_000_000_000,
)
