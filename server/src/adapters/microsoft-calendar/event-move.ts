import { isAtItsTime } from '../../domain/changed-event.ts'
import { ifUnchanged } from '../../net/if-unchanged.ts'
import { CalendarError, EventChanged } from '../../ports/calendar-failure.ts'
import type { EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import { changeKeyOf, moveQuery } from './event-body.ts'
import { look, pathOf, type RemovalParts, ROUTE } from './event-removal.ts'
import { eventTimes } from './time/event-times.ts'
import { done } from './transport/graph-call.ts'
import { asObject } from './transport/json-object.ts'

interface MoveParts extends RemovalParts {
  /** IANA: what all-day events are read in. */
  readonly timeZone: string
}

/** The promises of EventMove.moveEvent. */
export async function moveEvent(parts: MoveParts, eventId: string, move: EventTimesChange): Promise<MovedEvent> {
  let changeKey: string | undefined
  await ifUnchanged(
    async () => {
      const event = await look(parts, eventId, moveQuery(parts.marker))
      if (event === undefined) throw new CalendarError('not_found', 'the event is gone', { code: 'event_gone' })
      if (event.key === undefined)
        throw new CalendarError('forbidden', 'this event was not made here', { code: 'not_ours' })
      if (!event.single) throw new EventChanged('series')
      changeKey = event.version().changeKey
      const now = event.span(parts.timeZone)
      if (isAtItsTime(move.to, now)) return undefined
      if (!isAtItsTime(move.from, now)) throw new EventChanged('moved')
      return event
    },
    async ({ etag }) => {
      changeKey = await change(parts, eventId, etag, move)
    },
  )
  return { changeKey }
}

/**
 * Graph answers with our own event, whole, for its description knows no `$select` here; the change key alone is read. In UTC where
 * Graph does not know the name of the zone.
 */
async function change(
  { send }: RemovalParts,
  eventId: string,
  etag: string | undefined,
  { to, timeZone }: EventTimesChange,
): Promise<string | undefined> {
  const inZone = (zone: string) =>
    send({
      method: 'PATCH',
      route: ROUTE,
      path: pathOf(eventId),
      ifMatch: etag,
      body: () => ({ ...eventTimes(to.start, to.end, zone), isAllDay: false }),
      understand: ({ body }) => done(changeKeyOf(asObject(body, 'event'))),
    })
  try {
    return await inZone(timeZone)
  } catch (error) {
    if (error instanceof CalendarError && error.code === UNKNOWN_ZONE && timeZone !== 'UTC') return inZone('UTC')
    throw error
  }
}

/** Graph's code for a time zone that it does not know: its list may be older than ours. */
export const UNKNOWN_ZONE = 'TimeZoneNotSupportedException'
