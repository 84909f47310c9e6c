import type { Interval } from '../../domain/interval.ts'
import type { Json } from '../../net/untrusted-json.ts'
import type { BusyPolicy } from '../../ports/calendar-connector.ts'
import { allDayDates } from './time/all-day-events.ts'
import { edgeOf, localOf } from './time/graph-date-time.ts'
import { dayStart } from './time/windows-time-zones.ts'
import { garbled } from './transport/graph-errors.ts'
import { asFlag, asName, asObject } from './transport/json-object.ts'

/** The fields that a free/busy read asks of each event: never a subject, a body, a place or a person. */
export const BUSY_FIELDS = 'start,end,showAs,isAllDay,isCancelled,responseStatus'

type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingelsewhere' | 'unknown'

/**
 * Whether an event with this `showAs` is busy (learn.microsoft.com/graph/api/resources/event, freeBusyStatus). An absent
 * value, and one that Graph adds later, is busy: unknown is not free.
 */
const BLOCKS: Readonly<Record<ShowAs, (policy: BusyPolicy) => boolean>> = {
  free: () => false,
  workingelsewhere: ({ workingElsewhereBlocks }) => workingElsewhereBlocks,
  tentative: ({ tentativeBlocks }) => tentativeBlocks,
  busy: () => true,
  oof: () => true,
  unknown: () => true,
}

const isShowAs = (value: string): value is ShowAs => Object.hasOwn(BLOCKS, value)

/** `sensitivity` is not asked for: a private event is busy like any other. */
function blocks(event: Json, policy: BusyPolicy): boolean {
  if (asFlag(event.isCancelled)) return false
  const { responseStatus } = event
  if (responseStatus !== undefined && responseStatus !== null)
    if (asName(asObject(responseStatus, 'event_response').response) === 'declined') return false
  const showAs = asName(event.showAs)
  return showAs === undefined || !isShowAs(showAs) || BLOCKS[showAs](policy)
}

/** The busy interval of one event of a calendarView; undefined where the event is not busy. Throws `garbled`. */
export function busyOf(value: unknown, policy: BusyPolicy, tenantZone: string): Interval | undefined {
  const event = asObject(value, 'event')
  if (!blocks(event, policy)) return undefined
  if (asFlag(event.isAllDay)) return allDay(event, tenantZone)
  const start = edgeOf(event.start, 'start')
  const end = edgeOf(event.end, 'end')
  if (start > end) throw garbled('event_reversed')
  return { start: new Date(start), end: new Date(end) }
}

function allDay(event: Json, tenantZone: string): Interval {
  const { first, after } = allDayDates(localOf(event.start), localOf(event.end), tenantZone)
  return { start: new Date(dayStart(first, tenantZone)), end: new Date(dayStart(after, tenantZone)) }
}
