import { answered, type CalendarOptions, etagOf, found, json, notify } from './calendar.ts'
import { instanceOf } from './series.ts'
import {
  type Answer,
  type Ask,
  type EmulatedCalendar,
  type EmulatedEvent,
  isZone,
  refuse,
  refusesWriting,
  spanOf,
} from './world.ts'

/** A client's own request: as {@link deleteEvent}, where the account may write, and guests are told. */
export function deleteAsked(ask: Ask, calendar: EmulatedCalendar, id: string, { account }: CalendarOptions): Answer {
  const refused = refusesWriting(calendar)
  if (refused) return refused
  const event = calendar.events.get(id)
  const answer = deleteEvent(calendar, id, ask.ifMatch)
  if (answer.status === 204 && event !== undefined) notify(ask, account, event, 'cancellation')
  return answer
}

/**
 * Of a series' master: all of it. Of an instance: that one alone, which is kept as a cancelled exception.
 * developers.google.com/workspace/calendar/api/guides/recurringevents and, for If-Match, .../guides/version-resources
 */
export function deleteEvent(calendar: EmulatedCalendar, id: string, ifMatch?: string): Answer {
  const event = calendar.events.get(id) ?? instanceOf(calendar, id)
  if (!event) return refuse(404, 'notFound', 'Not Found')
  if (event.status === 'cancelled') return refuse(410, 'deleted', 'Resource has been deleted')
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== etagOf(event))
    return refuse(412, 'conditionNotMet', 'Precondition Failed')
  calendar.events.set(id, { ...event, status: 'cancelled' })
  for (const own of calendar.events.values())
    if (own.recurringEventId === id) calendar.events.set(own.id, { ...own, status: 'cancelled' })
  return { status: 204 }
}

/**
 * What is not named stays, and null takes a member away: developers.google.com/workspace/calendar/api/v3/reference/events/patch
 * and, for If-Match, .../guides/version-resources. Of an event the emulator patches the times alone.
 */
export function patchEvent(ask: Ask, calendar: EmulatedCalendar, id: string, { account }: CalendarOptions): Answer {
  const refused = refusesWriting(calendar)
  if (refused) return refused
  const event = calendar.events.get(id) ?? instanceOf(calendar, id)
  if (!event) return refuse(404, 'notFound', 'Not Found')
  if (ask.ifMatch !== undefined && ask.ifMatch !== '*' && ask.ifMatch !== etagOf(event))
    return refuse(412, 'conditionNotMet', 'Precondition Failed')
  const changes = json(ask) as Record<string, Record<string, string | null>> | undefined
  const names = Object.keys(changes ?? {})
  if (changes === undefined || names.some((name) => name !== 'start' && name !== 'end'))
    return refuse(400, 'badRequest', 'Bad Request')
  const merged = (edge: 'start' | 'end') =>
    Object.fromEntries(
      Object.entries({ ...event[edge], ...changes[edge] }).filter(([, value]) => value !== null),
    ) as EmulatedEvent['start']
  const [start, end] = [merged('start'), merged('end')]
  for (const [edge, { timeZone }] of Object.entries({ start, end }))
    if (timeZone !== undefined && (account.unknownZones.has(timeZone) || !isZone(timeZone)))
      return refuse(400, 'invalid', `Invalid time zone definition for ${edge} time.`)
  // An edge is a date or a time, and both edges are the same.
  const kinds = [start, end].map(({ date, dateTime }) => [date !== undefined, dateTime !== undefined].join())
  if (kinds[0] !== kinds[1] || kinds[0] === 'true,true') return refuse(400, 'invalid', 'Invalid start time.')
  const span = spanOf({ start, end }, calendar)
  if (!span || span.end <= span.start)
    return refuse(400, 'timeRangeEmpty', 'The specified time range is empty.', 'calendar')
  const patched = { ...event, start, end }
  calendar.events.set(id, patched)
  return found(ask, answered(patched, account))
}

/**
 * A person's own hand: the event keeps its id, and leaves a cancelled one behind of which the id alone is guaranteed.
 * developers.google.com/workspace/calendar/api/v3/reference/events/move. Whether private properties go along is not documented.
 */
export function moveEvent(from: EmulatedCalendar, to: EmulatedCalendar, id: string): boolean {
  const event = from.events.get(id)
  if (event === undefined || event.status === 'cancelled') return false
  to.events.set(id, event)
  from.events.set(id, { id, status: 'cancelled' } as EmulatedEvent)
  return true
}

/** A person's own hand; an instance gets an entry of its own. */
export function editEvent(calendar: EmulatedCalendar, id: string, change: Partial<EmulatedEvent>): boolean {
  const event = calendar.events.get(id) ?? instanceOf(calendar, id)
  if (event === undefined || event.status === 'cancelled') return false
  calendar.events.set(id, { ...event, ...change })
  return true
}
