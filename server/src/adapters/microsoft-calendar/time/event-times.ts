import type { DateTimeTimeZone } from '@microsoft/microsoft-graph-types'
import { Temporal } from 'temporal-polyfill'
import { ianaZone, instantOf, windowsZone } from './windows-time-zones.ts'

export interface EventTimes {
  readonly start: DateTimeTimeZone
  readonly end: DateTimeTimeZone
}

const utc = (instant: Date): DateTimeTimeZone => ({ dateTime: instant.toISOString().slice(0, 23), timeZone: 'UTC' })

/**
 * An event's times as Graph is told them: by the clock of the IANA zone, so that Outlook shows and edits them in it. In UTC
 * where Windows has no such zone, or where the clock shows either of the times twice, because it is set back between them.
 */
export function eventTimes(start: Date, end: Date, zone: string): EventTimes {
  const name = windowsZone(zone)
  if (name === undefined) return { start: utc(start), end: utc(end) }
  const [from, to] = [start, end].map((instant) => local(instant, zone, name))
  return from === undefined || to === undefined ? { start: utc(start), end: utc(end) } : { start: from, end: to }
}

/** Undefined where the clock of the Windows zone would not lead back to the instant. */
function local(instant: Date, zone: string, name: string): DateTimeTimeZone | undefined {
  const epochMs = instant.getTime()
  const wall = Temporal.Instant.fromEpochMilliseconds(epochMs).toZonedDateTimeISO(zone).toPlainDateTime()
  const dateTime = wall.toString({ fractionalSecondDigits: 3 })
  // Windows knows fewer zones than IANA: the one that stands for this one may have other clock changes.
  const known = ianaZone(name)
  const leadsBack = (['start', 'end'] as const).every((edge) => instantOf(dateTime, known, edge) === epochMs)
  return leadsBack ? { dateTime, timeZone: name } : undefined
}
