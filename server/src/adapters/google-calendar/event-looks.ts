import { z } from 'zod'
import type { Interval } from '../../domain/interval.ts'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { EventLook, EventToLookUp } from '../../ports/event-lookup.ts'
import { EventToRemove, markOf, timesOf } from './event-body.ts'
import { isOfSeries, PRIMARY, type RemovalParts, standingEvent, unlessGone } from './event-removal.ts'
import { listEvents } from './list-events.ts'
import { garbled } from './transport/google-errors.ts'

/** Asked for by their ids at one time. */
const TOGETHER = 4

/** Never a title, a description, a place or a guest. */
const FIELDS = 'items(id,status,start(dateTime,date),end(dateTime,date),recurrence,recurringEventId),nextPageToken'

const ListedEvent = EventToRemove.pick({
  status: true,
  start: true,
  end: true,
  recurrence: true,
  recurringEventId: true,
})
type ListedEvent = z.infer<typeof ListedEvent>

/** One item is read by itself, so that it alone is unknown where it is not as documented. */
const Item = z.looseObject({ id: z.string() })

/**
 * The promises of EventLookup.lookUpEvents. One list of the events of a calendar that carry our mark, around the times at which
 * they are expected, answers for those that stand there; each other one is asked for by its id.
 */
export async function lookUpEvents(
  parts: RemovalParts,
  events: readonly EventToLookUp[],
): Promise<readonly EventLook[]> {
  if (events.length === 0) return []
  const looks = new Map<string, EventLook>()
  for (const calendarId of new Set(events.map(calendarOf))) {
    const asked = events.filter((event) => calendarOf(event) === calendarId)
    // A calendar that is gone has no list; what stood in it is looked for like what is not in a list.
    const listed = await listOurs(parts, calendarId, windowOf(asked)).catch(unlessGone)
    for (const { id } of asked) {
      const item = listed?.get(id)
      if (item !== undefined) looks.set(id, known(item, parts.timeZone))
    }
  }
  let failure: CalendarError | undefined
  const missing = events.filter(({ id }) => !looks.has(id))
  for (let from = 0; from < missing.length && failure === undefined; from += TOGETHER) {
    const one = async ({ id, calendarId }: EventToLookUp): Promise<void> => {
      try {
        const event = await standingEvent(parts, id, calendarId)
        looks.set(id, event === undefined ? { state: 'gone' } : known(() => event, parts.timeZone))
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error
        // Google is not asked for more by one whom it has just told off.
        failure = error
      }
    }
    await Promise.all(missing.slice(from, from + TOGETHER).map(one))
  }
  const because = failure?.reason ?? 'unavailable'
  return events.map(({ id }): EventLook => looks.get(id) ?? { state: 'unknown', because })
}

const calendarOf = ({ calendarId = PRIMARY }: EventToLookUp): string => calendarId

const windowOf = (events: readonly EventToLookUp[]): Interval => ({
  start: new Date(Math.min(...events.map(({ start }) => start.getTime()))),
  end: new Date(Math.max(...events.map(({ end }) => end.getTime()))),
})

/** By id; each is read when it is called, and may throw `garbled`. Series as their masters (`singleEvents` is left out). */
async function listOurs(
  parts: RemovalParts,
  calendarId: string,
  window: Interval,
): Promise<ReadonlyMap<string, () => ListedEvent>> {
  const asked = { calendarId, privateExtendedProperty: [`${markOf(parts.marker)}=1`], fields: FIELDS, item: Item }
  const found = new Map<string, () => ListedEvent>()
  for await (const item of listEvents(parts, window, asked)) found.set(item.id, () => readItem(item))
  return found
}

function readItem(item: unknown): ListedEvent {
  const parsed = ListedEvent.safeParse(item)
  if (!parsed.success) throw garbled('an item of events.list')
  return parsed.data
}

/** What cannot be read of one event is unknown of that one. */
function known(read: () => ListedEvent, timeZone: string): EventLook {
  try {
    const event = read()
    return { state: 'there', single: !isOfSeries(event), ...timesOf(event, timeZone) }
  } catch (error) {
    if (error instanceof CalendarError) return { state: 'unknown', because: error.reason }
    throw error
  }
}
