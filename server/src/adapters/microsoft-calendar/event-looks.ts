import { CalendarError } from '../../ports/calendar-failure.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLook, EventToLookUp } from '../../ports/event-lookup.ts'
import type { RemovalParts } from './event-removal.ts'
import { spanOf } from './free-busy-status.ts'
import { BATCH_SIZE, GetBatch } from './transport/graph-batch.ts'
import { GraphError, garbled } from './transport/graph-errors.ts'
import { asName, asObject } from './transport/json-object.ts'

/** The fields that are read of an event that is looked up: never a title, a body, a place or a guest. */
const FIELDS = 'id,type,isAllDay,start,end'

interface LookParts extends Pick<RemovalParts, 'send'> {
  readonly clock: Clock
  /** IANA: what all-day events are read in. */
  readonly timeZone: string
}

/** The promises of EventLookup.lookUpEvents: an immutable id leads to the event in whichever calendar it lies. */
export async function lookUpEvents(parts: LookParts, events: readonly EventToLookUp[]): Promise<readonly EventLook[]> {
  const looks: EventLook[] = []
  for (let from = 0; from < events.length; from += BATCH_SIZE) {
    const { answered, failure } = await lookUp(parts, events.slice(from, from + BATCH_SIZE))
    if (failure !== undefined && looks.length === 0 && answered.every((look) => look === undefined)) throw failure
    const because = failure?.reason ?? 'garbled'
    looks.push(...answered.map((look): EventLook => look ?? { state: 'unknown', because }))
    if (failure === undefined) continue
    // Graph is not asked for more by one whom it has just told off.
    looks.push(...events.slice(looks.length).map((): EventLook => ({ state: 'unknown', because })))
    break
  }
  return looks
}

/** What was seen of at most {@link BATCH_SIZE} events, and why of some nothing was. */
async function lookUp(
  { send, clock, timeZone }: LookParts,
  events: readonly EventToLookUp[],
): Promise<{ readonly answered: readonly (EventLook | undefined)[]; readonly failure: CalendarError | undefined }> {
  const paths = events.map(({ id }) => `/me/events/${encodeURIComponent(id)}?$select=${FIELDS}`)
  const batch = new GetBatch<EventLook>(paths, {
    read: (body) => lookOf(body, timeZone),
    failure: (failures) => [...failures.values()][0] ?? garbled('batch'),
    answerFor: (failure) =>
      failure instanceof GraphError && failure.itemGone
        ? { state: 'gone' }
        : { state: 'unknown', because: failure.reason },
  })
  const failure = await send(batch.call(clock)).then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof CalendarError) return error
      throw error
    },
  )
  return { answered: events.map((_, index) => batch.answered.get(index)), failure }
}

function lookOf(body: unknown, timeZone: string): EventLook {
  const event = asObject(body, 'event')
  const type = asName(event.type)
  if (type === undefined) throw garbled('event_type')
  return { state: 'there', single: type === 'singleinstance', ...spanOf(event, timeZone) }
}
