import { z } from 'zod'
import { ifUnchanged } from '../../net/if-unchanged.ts'
import { CalendarError } from '../../ports/calendar-provider.ts'
import { findEvent, unlessGone } from './find-event.ts'
import { INVITED, markerOf, STANDING_FIELDS, StandingEvent } from './translate.ts'
import type { GoogleCalls } from './transport/google-client.ts'
import { garbled } from './transport/google-errors.ts'

/** The promises of ICalendarProvider.deleteEvent. */
export const removeEvent = (calls: GoogleCalls, eventId: string): Promise<void> =>
  ifUnchanged(
    () => removable(calls, eventId),
    (event) => remove(calls, eventId, event),
  )

/** The event under this id, if it stands and may be removed. */
async function removable(calls: GoogleCalls, eventId: string): Promise<StandingEvent | undefined> {
  const event = await findEvent(calls, eventId, StandingEvent, STANDING_FIELDS)
  if (event === undefined || event.status === 'cancelled') return undefined
  if (markerOf(event) === undefined)
    throw new CalendarError('forbidden', 'The event was not made here', { code: 'not_ours' })
  if (event.recurrence || event.recurringEventId !== undefined)
    throw new CalendarError('conflict', 'The event has become part of a series', { code: 'series' })
  return event
}

// If-Match: developers.google.com/workspace/calendar/api/guides/version-resources
function remove(calls: GoogleCalls, eventId: string, { etag, extendedProperties }: StandingEvent): Promise<unknown> {
  if (etag === undefined) throw garbled('an event has no etag')
  const sendUpdates = extendedProperties?.private?.[INVITED] === '1' ? 'all' : 'none'
  return calls
    .call({
      name: 'events.delete',
      repeatable: true,
      schema: z.unknown(),
      send: (api, options) =>
        api.events.delete(
          { calendarId: 'primary', eventId, sendUpdates },
          { ...options, headers: { ...options.headers, 'if-match': etag } },
        ),
    })
    .catch(unlessGone)
}
