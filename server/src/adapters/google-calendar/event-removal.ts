import { z } from 'zod'
import { changeSince, isAtItsTime, type WrittenEvent } from '../../domain/changed-event.ts'
import { ifUnchanged } from '../../net/if-unchanged.ts'
import { pagesFrom } from '../../net/pages.ts'
import { CalendarError, EventChanged } from '../../ports/calendar-failure.ts'
import type { Placed } from '../../ports/event-lookup.ts'
import { EventToRemove, INVITED, markerOf, removalFields, timesOf } from './event-body.ts'
import type { GoogleCall } from './transport/google-call.ts'
import { garbled } from './transport/google-errors.ts'

export type WriteRequest<Schema extends z.ZodType> = Pick<
  GoogleCall<Schema>,
  'name' | 'repeatable' | 'schema' | 'request'
>

export interface RemovalParts {
  /** Sends a request within the deadline of the work that it is part of. */
  readonly send: <Schema extends z.ZodType>(request: WriteRequest<Schema>) => Promise<z.infer<Schema>>
  readonly marker: string
  /** IANA: what all-day events are read in. */
  readonly timeZone: string
  /** How many pages of calendars are read at most. */
  readonly maxPages: number
}

/** Google's name for the id of an account's default calendar. */
export const PRIMARY = 'primary'

export type Found = EventToRemove & { readonly calendarId: string }

/** The promises of ICalendarProvider.deleteEvent. */
export const removeEvent = (parts: RemovalParts, eventId: string, asWritten: WrittenEvent | undefined): Promise<void> =>
  ifUnchanged(
    () => removable(parts, eventId, asWritten),
    (event) => remove(parts, eventId, event),
  )

/** The promises of EventLookup.changeKeyOf. */
export async function changeKeyOf(parts: RemovalParts, eventId: string, written: Placed): Promise<string | undefined> {
  const event = await eventIn(parts, written.calendarId ?? PRIMARY, eventId)
  if (event === undefined || markerOf(event, parts.marker) === undefined || isOfSeries(event)) return undefined
  return isAtItsTime(written, timesOf(event, parts.timeZone)) ? event.etag : undefined
}

/** The event to be removed; undefined where it is gone. Throws where it is to be left alone. */
async function removable(
  parts: RemovalParts,
  eventId: string,
  asWritten: WrittenEvent | undefined,
): Promise<Found | undefined> {
  const event = await standingEvent(parts, eventId, asWritten?.calendarId)
  if (event === undefined) return undefined
  const isElsewhere = event.calendarId !== (asWritten?.calendarId ?? PRIMARY)
  if (isElsewhere && asWritten !== undefined) throw new EventChanged(isOfSeries(event) ? 'series' : 'moved')
  if (markerOf(event, parts.marker) === undefined)
    throw new CalendarError('forbidden', 'The event was not made here', { code: 'not_ours' })
  if (isOfSeries(event)) throw new EventChanged('series')
  if (asWritten === undefined) return event
  const { etag: changeKey } = event
  if (changeKey === asWritten.changeKey) return event
  const change = changeSince(asWritten, { ...timesOf(event, parts.timeZone), changeKey, isElsewhere })
  if (change !== undefined) throw new EventChanged(change)
  return event
}

/** The event, in whichever of her own calendars it stands; the one it was written to is looked at first. */
export async function standingEvent(
  parts: RemovalParts,
  eventId: string,
  calendarId = PRIMARY,
): Promise<Found | undefined> {
  const written = await eventIn(parts, calendarId, eventId)
  if (written !== undefined) return written
  const primary = calendarId === PRIMARY ? undefined : await eventIn(parts, PRIMARY, eventId)
  return primary ?? movedEvent(parts, eventId, calendarId)
}

/**
 * The event in another calendar that she owns. A move keeps the id and leaves a cancelled event behind, of which only the id
 * is guaranteed (developers.google.com/workspace/calendar/api/v3/reference/events/move and .../events#status).
 */
async function movedEvent(parts: RemovalParts, eventId: string, from: string): Promise<Found | undefined> {
  for (const { id: calendarId, primary } of await ownCalendars(parts)) {
    if (primary === true || calendarId === from) continue
    const event = await eventIn(parts, calendarId, eventId)
    if (event !== undefined) return event
  }
  return undefined
}

const OwnCalendar = z.object({ id: z.string().min(1), primary: z.boolean().optional() })
type OwnCalendar = z.infer<typeof OwnCalendar>
const OwnCalendars = z.object({
  items: z.array(OwnCalendar).default([]),
  nextPageToken: z.string().min(1).optional(),
})

/** The calendars that she owns, hidden ones too. */
export async function ownCalendars({
  send,
  maxPages,
}: Pick<RemovalParts, 'send' | 'maxPages'>): Promise<readonly OwnCalendar[]> {
  const query = {
    fields: 'items(id,primary),nextPageToken',
    maxResults: 250,
    minAccessRole: 'owner',
    showHidden: true,
  }
  const read = async (pageToken?: string) => {
    const { items, nextPageToken: next } = await send({
      name: 'calendarList.list',
      repeatable: true,
      schema: OwnCalendars,
      request: (api, options) =>
        api.calendarList.list({ ...query, ...(pageToken === undefined ? {} : { pageToken }) }, options),
    })
    return { items, next }
  }
  const endless = () => garbled('the list of calendars has no end')
  const calendars = new Map<string, OwnCalendar>()
  for await (const page of pagesFrom(await read(), { read, limit: maxPages, endless }))
    for (const calendar of page.items) calendars.set(calendar.id, calendar)
  return [...calendars.values()]
}

/** The event, where it stands in this calendar. */
async function eventIn(
  { send, marker }: RemovalParts,
  calendarId: string,
  eventId: string,
): Promise<Found | undefined> {
  const event = await send({
    name: 'events.get',
    repeatable: true,
    schema: EventToRemove,
    request: (api, options) => api.events.get({ calendarId, eventId, fields: removalFields(marker) }, options),
  }).catch(unlessGone)
  return event === undefined || isGone(event) ? undefined : { ...event, calendarId }
}

/** With If-Match: developers.google.com/workspace/calendar/api/guides/version-resources */
function remove({ send }: RemovalParts, eventId: string, event: Found): Promise<unknown> {
  const { calendarId, etag, extendedProperties } = event
  if (etag === undefined) throw garbled('an event has no etag')
  const sendUpdates = extendedProperties?.private?.[INVITED] === '1' ? 'all' : 'none'
  return send({
    name: 'events.delete',
    repeatable: true,
    schema: z.unknown(),
    request: (api, options) =>
      api.events.delete(
        { calendarId, eventId, sendUpdates },
        { ...options, headers: { ...options.headers, 'if-match': etag } },
      ),
  }).catch(unlessGone)
}

export const isOfSeries = ({
  recurrence,
  recurringEventId,
}: Pick<EventToRemove, 'recurrence' | 'recurringEventId'>): boolean => recurrence || recurringEventId !== undefined

/** Whether the event was deleted, or moved away: of such an event Google guarantees the id alone. */
const isGone = ({ status, etag }: EventToRemove): boolean =>
  status === 'cancelled' || (status === undefined && etag === undefined)

// developers.google.com/workspace/calendar/api/guides/errors
const GONE: ReadonlySet<string> = new Set(['404 notFound', '410 deleted'])

/** Undefined for the failure that says that the event does not exist; any other is thrown, a 404 without that reason too. */
export function unlessGone(error: unknown): undefined {
  if (error instanceof CalendarError && GONE.has(`${error.status} ${error.code}`)) return undefined
  throw error
}
