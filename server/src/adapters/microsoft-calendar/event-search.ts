import type { CalendarListing } from '../../ports/calendar-connector.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import { createdEvent, lookupQuery } from './event-body.ts'
import { eventsOf, type RemovalParts } from './event-removal.ts'
import { BATCH_SIZE, GetBatch } from './transport/graph-batch.ts'
import { done } from './transport/graph-call.ts'
import { GraphError, garbled } from './transport/graph-errors.ts'
import { asObject } from './transport/json-object.ts'

/** The events under the key in this calendar; without an id, those that Graph lists for the mailbox. */
export function eventsUnder(
  { send, marker }: RemovalParts,
  calendarId: string | undefined,
  key: string,
): Promise<readonly CalendarEvent[]> {
  const { route, path } = eventsOf(calendarId)
  return send<readonly CalendarEvent[]>({
    method: 'GET',
    route,
    path: `${path}?${lookupQuery(marker, key)}`,
    understand: ({ body }) => done(eventsIn(body)),
  })
}

/**
 * The id of the event under the key in any calendar that is hers. `/me/events` need not tell: what it lists are the events of the
 * mailbox by its page (learn.microsoft.com/graph/api/user-list-events), those "under the Default Calendar" by Graph's metadata.
 */
export async function searchCalendars(
  { send, marker, clock }: RemovalParts & { readonly clock: Clock },
  key: string,
  calendars: readonly CalendarListing[],
): Promise<string | undefined> {
  const hers = calendars.filter(({ kind, isDefault }) => kind === undefined && !isDefault)
  for (let from = 0; from < hers.length; from += BATCH_SIZE) {
    const paths = hers
      .slice(from, from + BATCH_SIZE)
      .map(({ id }) => `${eventsOf(id).path}?${lookupQuery(marker, key)}`)
    const batch = new GetBatch<readonly CalendarEvent[]>(paths, {
      read: eventsIn,
      failure: (failures) => [...failures.values()][0] ?? garbled('batch'),
      answerFor: (failure) => (failure instanceof GraphError && failure.itemGone ? [] : undefined),
    })
    const found = await send(batch.call(clock))
    const [event] = found.flat()
    if (event !== undefined) return event.id
  }
  return undefined
}

function eventsIn(body: unknown): readonly CalendarEvent[] {
  const { value } = asObject(body, 'events')
  if (!Array.isArray(value)) throw garbled('page_value')
  return value.map(createdEvent)
}
