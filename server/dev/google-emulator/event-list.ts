import { type CalendarOptions, paged, resource } from './calendar.ts'
import { instanceOf, instancesOf, spansOf } from './series.ts'
import { type Answer, type Ask, type EmulatedCalendar, type EmulatedEvent, refuse } from './world.ts'

/** A bound in RFC 3339 with its offset; `null` where it is anything else. */
const boundOf = (text: string | null): number | undefined | null => {
  if (text === null) return undefined
  return /T.+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : null
}

/**
 * In a window where one is given: single events and masters of series, with `singleEvents` the instances of a series in the place
 * of its master. developers.google.com/workspace/calendar/api/v3/reference/events/list. A property is found by its name and value
 * together.
 */
export function listEvents(ask: Ask, calendar: EmulatedCalendar, { pageSize }: CalendarOptions): Answer {
  const { query } = ask
  const marks = query.getAll('privateExtendedProperty').map((mark) => mark.split('='))
  if (marks.some((parts) => parts.length !== 2))
    return refuse(400, 'invalid', 'Invalid value for privateExtendedProperty.')
  const maxResults = Number(query.get('maxResults') ?? 250)
  if (!(maxResults >= 1 && maxResults <= 2500)) return refuse(400, 'invalidParameter', 'Invalid value for maxResults.')
  const maxAttendees = Number(query.get('maxAttendees') ?? Number.MAX_SAFE_INTEGER)
  if (!(maxAttendees >= 1)) return refuse(400, 'invalidParameter', 'Invalid value for maxAttendees.')
  const [from, to] = [boundOf(query.get('timeMin')), boundOf(query.get('timeMax'))]
  if (from === null || to === null) return refuse(400, 'badRequest', 'Bad Request')
  if (from !== undefined && to !== undefined && from >= to)
    return refuse(400, 'timeRangeEmpty', 'The specified time range is empty.', 'calendar')
  const before = to ?? Number.MAX_SAFE_INTEGER
  const isIn = (event: EmulatedEvent): boolean =>
    (from === undefined && to === undefined) ||
    spansOf(event, calendar, before).some(
      ({ start, end }) => start < before && end > (from ?? Number.NEGATIVE_INFINITY),
    )
  const expanded = (event: EmulatedEvent): readonly EmulatedEvent[] => {
    if (event.recurrence === undefined || query.get('singleEvents') !== 'true') return [event]
    return [...instancesOf(event, calendar, before)].flatMap(({ id }) => instanceOf(calendar, id) ?? [])
  }
  const events = [...calendar.events.values()]
    .filter(
      (event) =>
        event.status !== 'cancelled' &&
        marks.every(([name = '', value]) => event.extendedProperties?.private?.[name] === value),
    )
    .flatMap(expanded)
    .filter(isIn)
  return paged(
    ask,
    events.map((event) => resource(withAttendees(event, maxAttendees))),
    pageSize,
  )
}

/** "If there are more than the specified number of attendees, only the participant is returned." */
const withAttendees = (event: EmulatedEvent, most: number): EmulatedEvent =>
  (event.attendees?.length ?? 0) <= most
    ? event
    : { ...event, attendees: event.attendees?.filter(({ self }) => self) ?? [], attendeesOmitted: true }
