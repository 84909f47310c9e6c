import { z } from 'zod'
import { contains, type Interval, merge } from '../../domain/interval.ts'
import type { EventToLookUp } from '../../ports/event-lookup.ts'
import { EventToRemove, timesOf } from './event-body.ts'
import { ownCalendars, type RemovalParts } from './event-removal.ts'
import type { CalendarSpans } from './free-busy-answer.ts'
import { listEvents } from './list-events.ts'
import { garbled } from './transport/google-errors.ts'

/**
 * What free/busy goes by, never a title, a description, a place or a guest: of the attendees her own answer, because `maxAttendees`
 * leaves out the others where there are several. Working locations are always transparent, focus time and absences opaque
 * (developers.google.com/workspace/calendar/api/guides/calendar-status).
 */
const FIELDS =
  'items(id,status,transparency,start(dateTime,date),end(dateTime,date),attendees(self,responseStatus)),nextPageToken'

const Item = EventToRemove.pick({ status: true, start: true, end: true }).extend({
  id: z.string(),
  transparency: z.string().optional(),
  attendees: z.array(z.object({ self: z.boolean().optional(), responseStatus: z.string().optional() })).optional(),
})
type Item = z.infer<typeof Item>

/** A read of calendars from which events of ours are left out. */
export interface BesidesRead {
  readonly parts: Omit<RemovalParts, 'marker'>
  readonly window: Interval
  /** Free/busy of these calendars, in the window. */
  readonly query: (calendarIds: readonly string[]) => Promise<readonly CalendarSpans[]>
}

/**
 * The calendars that the events were written to are listed, without them. Of the others free/busy tells enough, unless one is busy
 * for the whole of an event: it may lie there by now. Such a calendar is listed as well if it is hers; in others nothing of
 * ours can lie.
 */
export async function busyBesides(
  { query, ...read }: BesidesRead,
  calendarIds: readonly string[],
  besides: readonly EventToLookUp[],
): Promise<readonly CalendarSpans[]> {
  const written = new Set(besides.map(({ calendarId }) => calendarId))
  const ours = new Set(besides.map(({ id }) => id))
  const others = calendarIds.filter((id) => !written.has(id))
  const list = async (calendarId: string): Promise<CalendarSpans> => ({
    calendarId,
    busy: await busyIn(read, calendarId, ours),
  })
  const [listed, asked] = await Promise.all([
    Promise.all(calendarIds.filter((id) => written.has(id)).map(list)),
    others.length === 0 ? [] : query(others),
  ])
  const mayHold = ({ busy }: CalendarSpans): boolean =>
    besides.some((event) => merge(busy).some((span) => contains(span, event)))
  if (!asked.some(mayHold)) return [...listed, ...asked]
  const hers = new Set((await ownCalendars(read.parts)).map(({ id }) => id))
  const seen = asked.map((one) => (mayHold(one) && hers.has(one.calendarId) ? list(one.calendarId) : one))
  return [...listed, ...(await Promise.all(seen))]
}

/** When something blocks in the calendar, as free/busy has it, but for these events. */
async function busyIn(
  { parts, window }: Omit<BesidesRead, 'query'>,
  calendarId: string,
  ours: ReadonlySet<string>,
): Promise<Interval[]> {
  const asked = { calendarId, singleEvents: true, maxAttendees: 1, fields: FIELDS, item: Item }
  const busy: Interval[] = []
  for await (const item of listEvents(parts, window, asked))
    if (!ours.has(item.id) && blocks(item)) busy.push(spanOf(item, parts.timeZone))
  return busy
}

const blocks = ({ status, transparency, attendees = [] }: Item): boolean =>
  status !== 'cancelled' &&
  transparency !== 'transparent' &&
  !attendees.some(({ self, responseStatus }) => self === true && responseStatus === 'declined')

function spanOf(item: Item, timeZone: string): Interval {
  const span = timesOf(item, timeZone)
  if (span.start > span.end) throw garbled('a busy time ends before it starts')
  return span
}
