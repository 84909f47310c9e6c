import type { BusyKind, BusySpan } from '../../domain/busy-time.ts'
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
/** What an event is marked as; `off` where it was cancelled or declined. */
export type Mark = ShowAs | 'off'

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

const KINDS: Readonly<Partial<Record<ShowAs, BusyKind>>> = {
  workingelsewhere: 'elsewhere',
  tentative: 'tentative',
  oof: 'away',
}

const isShowAs = (value: string): value is ShowAs => Object.hasOwn(BLOCKS, value)

/** `sensitivity` is not asked for: a private event is busy like any other. Throws `garbled`. */
export function markOf(value: unknown): Mark {
  const event = asObject(value, 'event')
  if (asFlag(event.isCancelled)) return 'off'
  const { responseStatus } = event
  if (responseStatus !== undefined && responseStatus !== null)
    if (asName(asObject(responseStatus, 'event_response').response) === 'declined') return 'off'
  const showAs = asName(event.showAs)
  return showAs !== undefined && isShowAs(showAs) ? showAs : 'unknown'
}

/** The busy time of one event of a calendarView; undefined where the event is not busy. Throws `garbled`. */
export function busyOf(value: unknown, policy: BusyPolicy, tenantZone: string): BusySpan | undefined {
  const event = asObject(value, 'event')
  const mark = markOf(event)
  if (mark === 'off' || !BLOCKS[mark](policy)) return undefined
  return { kind: KINDS[mark] ?? 'busy', ...spanOf(event, tenantZone) }
}

/** When an event is, whose `start`, `end` and `isAllDay` were asked for. Throws `garbled`. */
export function spanOf(event: Json, tenantZone: string): Interval {
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
