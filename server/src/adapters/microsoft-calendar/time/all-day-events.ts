import { MINUTE_MS } from '../../../domain/durations.ts'
import { isBefore } from '../../../domain/zoned-time.ts'
import { garbled } from '../transport/graph-errors.ts'
import { type LocalTime, utcInstant } from './graph-date-time.ts'
import { dateAfter, dateAt, instantOf, offsetMinutes } from './windows-time-zones.ts'

/** All time zones lie between UTC-12 and UTC+14. */
const WESTERNMOST_MINUTES = -12 * 60
const EASTERNMOST_MINUTES = 14 * 60
const DAY_MINUTES = 24 * 60

/** The dates of an all-day event, as YYYY-MM-DD; `after` is the first that no longer belongs to it. */
interface AllDayDates {
  readonly first: string
  readonly after: string
}

/** The dates that one edge may mean; two where the answer does not tell which. */
interface Candidates {
  readonly earliest: string
  readonly latest: string
}

const one = (date: string): Candidates => ({ earliest: date, latest: date })

/**
 * The dates that an all-day event means. Its edges are midnights of the zone it was made in
 * (learn.microsoft.com/graph/api/resources/event, isAllDay). Whether `Prefer: outlook.timezone` translates them is not
 * documented, so both are understood:
 * - An edge at midnight means the date that is written there.
 * - An edge at another hour was translated, and the hour tells the zone and so the date: the tenant's own zone if it is
 *   midnight there. Else it may be midnight in the west or in the east; where both are possible, both dates are meant.
 */
export function allDayDates(start: LocalTime, end: LocalTime, tenantZone: string): AllDayDates {
  const first = datesOf(start, tenantZone).earliest
  const after = datesOf(end, tenantZone).latest
  if (isBefore(after, first)) throw garbled('event_reversed')
  // An event whose edges are one date lasts that day.
  return { first, after: first === after ? dateAfter(first, 1) : after }
}

function datesOf({ dateTime, zone }: LocalTime, tenantZone: string): Candidates {
  const date = dateTime.slice(0, 10)
  const epochMs = utcInstant(dateTime)
  if (epochMs % (DAY_MINUTES * MINUTE_MS) === 0) return one(date)
  const instant = zone === 'UTC' ? epochMs : instantOf(dateTime, zone, 'start')
  const own = dateAt(instant, tenantZone)
  if (own.begins) return one(own.date)
  return farAway(instant)
}

/** For a zone other than the tenant's, which only the hour tells. */
function farAway(epochMs: number): Candidates {
  const utcDate = new Date(epochMs).toISOString().slice(0, 10)
  const minutes = (epochMs / MINUTE_MS) % DAY_MINUTES
  const west = -minutes >= WESTERNMOST_MINUTES
  const east = DAY_MINUTES - minutes <= EASTERNMOST_MINUTES
  return { earliest: west ? utcDate : dateAfter(utcDate, 1), latest: east ? dateAfter(utcDate, 1) : utcDate }
}

/**
 * The window to ask Graph for. Graph compares it with the midnights of the zone an all-day event was made in, and these lie up
 * to 26 hours from the tenant's: the window is so much wider that no all-day event is missed.
 */
export function reachOf(start: Date, end: Date, tenantZone: string): { readonly start: Date; readonly end: Date } {
  const before = EASTERNMOST_MINUTES - offsetMinutes(start.getTime(), tenantZone)
  const after = offsetMinutes(end.getTime(), tenantZone) - WESTERNMOST_MINUTES
  return {
    start: new Date(start.getTime() - before * MINUTE_MS),
    end: new Date(end.getTime() + after * MINUTE_MS),
  }
}
