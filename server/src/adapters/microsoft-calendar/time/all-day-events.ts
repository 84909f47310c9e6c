import { MINUTE_MS } from '../../../domain/durations.ts'
import { isBefore } from '../../../domain/zoned-time.ts'
import { garbled } from '../transport/graph-errors.ts'
import { type LocalTime, utcInstant } from './graph-date-time.ts'
import { dateAfter, dateAt, instantOf, offsetMinutes } from './windows-time-zones.ts'

/** The zones on earth lie between UTC-12 and UTC+14. */
const WESTERNMOST_MINUTES = -12 * 60
const EASTERNMOST_MINUTES = 14 * 60
const DAY_MINUTES = 24 * 60

/** The dates of an all-day event, `after` exclusive. */
export interface AllDayDates {
  readonly first: string
  readonly after: string
}

/** The dates that one edge may stand for: usually one, two where the answer leaves it open. */
interface Candidates {
  readonly earliest: string
  readonly latest: string
}

const one = (date: string): Candidates => ({ earliest: date, latest: date })

/**
 * Which dates an all-day event means. Its edges are midnights in the zone it was made in
 * (learn.microsoft.com/graph/api/resources/event, isAllDay), and the documentation does not say whether
 * `Prefer: outlook.timezone` moves them. So both readings are understood:
 * - still midnight: the date stands there;
 * - moved to another hour: the offset of the zone it was made in follows from the hour, and with it the date. Hours
 *   that a zone in the far west and one in the far east share mean both dates, unless they are the tenant's own midnight.
 */
export function allDayDates(start: LocalTime, end: LocalTime, tenantZone: string): AllDayDates {
  const first = datesOf(start, tenantZone).earliest
  const after = datesOf(end, tenantZone).latest
  if (isBefore(after, first)) throw garbled('event_reversed')
  // A day of no length is still a day.
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

function farAway(epochMs: number): Candidates {
  const utcDate = new Date(epochMs).toISOString().slice(0, 10)
  const minutes = (epochMs / MINUTE_MS) % DAY_MINUTES
  const west = -minutes >= WESTERNMOST_MINUTES
  const east = DAY_MINUTES - minutes <= EASTERNMOST_MINUTES
  return { earliest: west ? utcDate : dateAfter(utcDate, 1), latest: east ? dateAfter(utcDate, 1) : utcDate }
}

/**
 * The window to ask for, so that no all-day event is missed whose date in the tenant's zone touches it: Graph looks
 * for the event's own midnights, which lie up to a day away.
 */
export function reachOf(start: Date, end: Date, tenantZone: string): { readonly start: Date; readonly end: Date } {
  const before = EASTERNMOST_MINUTES - offsetMinutes(start.getTime(), tenantZone)
  const after = offsetMinutes(end.getTime(), tenantZone) - WESTERNMOST_MINUTES
  return {
    start: new Date(start.getTime() - before * MINUTE_MS),
    end: new Date(end.getTime() + after * MINUTE_MS),
  }
}
