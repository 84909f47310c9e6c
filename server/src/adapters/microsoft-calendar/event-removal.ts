import { changeSince, isAtItsTime, type WrittenEvent } from '../../domain/changed-event.ts'
import { ifUnchanged } from '../../net/if-unchanged.ts'
import { CalendarError, EventChanged } from '../../ports/calendar-failure.ts'
import type { Placed } from '../../ports/event-lookup.ts'
import { type EventToRemove, eventToRemove, lookupQuery, removalQuery } from './event-body.ts'
import { done, type GraphCall } from './transport/graph-call.ts'
import { GraphError } from './transport/graph-errors.ts'
import { asObject } from './transport/json-object.ts'

export type WriteRequest<T> = Pick<GraphCall<T>, 'method' | 'route' | 'path' | 'ifMatch' | 'weight' | 'understand'> & {
  readonly body?: () => unknown
  readonly repeatable?: boolean
}

export interface RemovalParts {
  /** Sends a request within the deadline of the work that it is part of. */
  readonly send: <T>(request: WriteRequest<T>) => Promise<T>
  readonly marker: string
}

/** Where a calendar of the account is; without an id, its default calendar. */
export const calendarOf = (calendarId: string | undefined) =>
  calendarId === undefined
    ? { route: '/me/calendar', path: '/me/calendar' }
    : { route: '/me/calendars/{id}', path: `/me/calendars/${encodeURIComponent(calendarId)}` }

/**
 * Where the events of a calendar are listed and created; without an id, of the mailbox, which creates them in its default
 * calendar (learn.microsoft.com/graph/api/user-post-events).
 */
export function eventsOf(calendarId: string | undefined) {
  if (calendarId === undefined) return { route: '/me/events', path: '/me/events' }
  const { route, path } = calendarOf(calendarId)
  return { route: `${route}/events`, path: `${path}/events` }
}

export const ROUTE = '/me/events/{id}'
export const pathOf = (eventId: string): string => `/me/events/${encodeURIComponent(eventId)}`

/** The promises of ICalendarProvider.deleteEvent. */
export function removeEvent(parts: RemovalParts, eventId: string, asWritten: WrittenEvent | undefined): Promise<void> {
  // Graph's OpenAPI description gives DELETE an If-Match. Whether Outlook heeds it is not documented: if it does not, an event
  // that becomes a series between the two requests is removed.
  const remove = ({ etag: ifMatch }: EventToRemove) =>
    parts.send<void>({
      method: 'DELETE',
      route: ROUTE,
      path: pathOf(eventId),
      ifMatch,
      understand: () => done(undefined),
    })
  return ifUnchanged(
    () => removable(parts, eventId, asWritten),
    (event) => unlessGone(() => remove(event)),
  )
}

/** The promises of EventLookup.changeKeyOf. */
export async function changeKeyOf(parts: RemovalParts, eventId: string, written: Placed): Promise<string | undefined> {
  const event = await look(parts, eventId)
  if (event?.key === undefined || !event.single) return undefined
  const { changeKey, ...now } = event.version()
  return isAtItsTime(written, now) ? changeKey : undefined
}

export const look = (
  { send, marker }: RemovalParts,
  eventId: string,
  query = removalQuery(marker),
): Promise<EventToRemove | undefined> =>
  unlessGone(() =>
    send({
      method: 'GET',
      route: ROUTE,
      path: `${pathOf(eventId)}?${query}`,
      understand: ({ body }) => done(eventToRemove(body, marker)),
    }),
  )

/** The event to be removed; undefined where it is gone. Throws where it is to be left alone. */
async function removable(
  parts: RemovalParts,
  eventId: string,
  asWritten: WrittenEvent | undefined,
): Promise<EventToRemove | undefined> {
  const event = await look(parts, eventId)
  if (event === undefined) return undefined
  if (event.key === undefined)
    throw new CalendarError('forbidden', 'this event was not made here', { code: 'not_ours' })
  if (!event.single) throw new EventChanged('series')
  if (asWritten === undefined) return event
  const version = event.version()
  // Whatever changes an event changes its change key, a move to another calendar too.
  if (version.changeKey === asWritten.changeKey) return event
  const change = changeSince(asWritten, {
    ...version,
    isElsewhere: !(await isIn(parts, asWritten.calendarId, eventId, event.key)),
  })
  if (change !== undefined) throw new EventChanged(change)
  return event
}

/**
 * Whether the event lies in this calendar, the default one without an id. Asked of the calendar's list, because the event's own
 * `calendar` is seen to be wrong when one event is read (microsoft-graph-docs #6699). In a calendar that is gone lies nothing.
 */
async function isIn(
  { send, marker }: RemovalParts,
  calendarId: string | undefined,
  eventId: string,
  key: string,
): Promise<boolean> {
  const { route, path } = calendarOf(calendarId)
  const list = () =>
    send({
      method: 'GET',
      route: `${route}/events`,
      path: `${path}/events?${lookupQuery(marker, key, 'id')}`,
      understand: ({ body }) => {
        const { value } = asObject(body, 'events')
        if (!Array.isArray(value)) throw new CalendarError('garbled', 'no list of events', { code: 'page_value' })
        return done(value.some((event) => asObject(event, 'event').id === eventId))
      },
    })
  return (await unlessGone(list)) ?? false
}

/** Undefined where Graph answers that the event does not exist. */
export async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof GraphError && error.itemGone) return undefined
    throw error
  }
}
