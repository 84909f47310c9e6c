import { z } from 'zod'
import { isAtItsTime } from '../../domain/changed-event.ts'
import { ifUnchanged } from '../../net/if-unchanged.ts'
import { CalendarError, EventChanged } from '../../ports/calendar-failure.ts'
import type { EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import { INVITED, markerOf, timesOf } from './event-body.ts'
import { type Found, isOfSeries, type RemovalParts, standingEvent } from './event-removal.ts'
import { garbled } from './transport/google-errors.ts'

/** The promises of EventMove.moveEvent. */
export async function moveEvent(parts: RemovalParts, eventId: string, move: EventTimesChange): Promise<MovedEvent> {
  let changeKey: string | undefined
  await ifUnchanged(
    async () => {
      const event = await standingEvent(parts, eventId, move.calendarId)
      if (event === undefined) throw new CalendarError('not_found', 'The event is gone', { code: 'event_gone' })
      if (markerOf(event, parts.marker) === undefined)
        throw new CalendarError('forbidden', 'The event was not made here', { code: 'not_ours' })
      if (isOfSeries(event)) throw new EventChanged('series')
      changeKey = event.etag
      const now = timesOf(event, parts.timeZone)
      if (isAtItsTime(move.to, now)) return undefined
      if (!isAtItsTime(move.from, now)) throw new EventChanged('moved')
      return event
    },
    async (event) => {
      changeKey = await change(parts, eventId, event, move)
    },
  )
  return { changeKey }
}

const Changed = z.object({ etag: z.string().min(1).optional() })

/** Without the name of the zone where Google does not know it, which it answers with 400 and no reason of its own. */
async function change(
  parts: RemovalParts,
  eventId: string,
  event: Found,
  { to, timeZone }: EventTimesChange,
): Promise<string | undefined> {
  const inZone = (zone: object) => patch(parts, eventId, event, { ...to, zone })
  try {
    return await inZone({ timeZone })
  } catch (error) {
    if (error instanceof CalendarError && error.status === 400) return inZone({})
    throw error
  }
}

/** With If-Match: developers.google.com/workspace/calendar/api/guides/version-resources */
async function patch(
  { send }: RemovalParts,
  eventId: string,
  { calendarId, etag, extendedProperties }: Found,
  { start, end, zone }: { readonly start: Date; readonly end: Date; readonly zone: object },
): Promise<string | undefined> {
  if (etag === undefined) throw garbled('an event has no etag')
  // A patch leaves what it does not name: an all-day event would keep its date.
  const at = (instant: Date) => ({ dateTime: instant.toISOString(), date: null, ...zone })
  const sendUpdates = extendedProperties?.private?.[INVITED] === '1' ? 'all' : 'none'
  const changed = await send({
    name: 'events.patch',
    repeatable: true,
    schema: Changed,
    request: (api, options) =>
      api.events.patch(
        { calendarId, eventId, sendUpdates, fields: 'etag', requestBody: { start: at(start), end: at(end) } },
        { ...options, headers: { ...options.headers, 'if-match': etag } },
      ),
  })
  return changed.etag
}
