import { z } from 'zod'
import { DateTimeTimeZone, isMidnight, Recurrence } from './event-input.ts'
import { eventResource, findById } from './event-resource.ts'
import type { EventDraft } from './events.ts'
import { accessDenied, badRequest, changedSince, notFound } from './graph-answers.ts'
import type { Call } from './graph-call.ts'
import { instantIn, viewOf } from './graph-views.ts'
import type { Calendar } from './mailbox.ts'
import { paged } from './paging.ts'
import { isExpandable } from './recurrence.ts'
import { type Answer, jsonOf } from './wire.ts'
import { graphZone, instantOf } from './zones.ts'

/** Of what may be updated: a subject, times, and a recurrence, which makes a series of an event. */
const Update = z.union([
  z.strictObject({ recurrence: Recurrence }),
  z.strictObject({ subject: z.string().max(255) }),
  z.strictObject({ start: DateTimeTimeZone, end: DateTimeTimeZone, isAllDay: z.boolean().optional() }),
])

/** learn.microsoft.com/graph/api/event-update */
export function updateEvent(call: Call, calendar: Calendar | undefined, id: string): Answer {
  const found = findById(calendar, call.account.mailbox, id)
  if (!found) return notFound()
  if (!found.event.calendar.canEdit) return accessDenied()
  const view = viewOf(call)
  if ('status' in view) return view
  const { data } = Update.safeParse(jsonOf(call.incoming))
  const { event, date } = found
  const changed = changedSince(call, event)
  if (changed) return changed
  if (data !== undefined && 'recurrence' in data && date === undefined) {
    const recurrence = data.recurrence as NonNullable<EventDraft['recurrence']>
    if (!isExpandable(recurrence)) return badRequest('ErrorPropertyValidationFailure', 'The recurrence is not valid.')
    event.calendar.makeSeries(event, recurrence)
    return { status: 200, body: eventResource(event.self, view) }
  }
  if (data !== undefined && 'subject' in data && date === undefined) {
    event.calendar.edit(event, data)
    return { status: 200, body: eventResource(event.self, view) }
  }
  if (data !== undefined && 'start' in data) {
    const at = ({ dateTime, timeZone }: z.output<typeof DateTimeTimeZone>) => {
      const zone = graphZone(timeZone)
      return zone === undefined ? undefined : new Date(instantOf(dateTime.slice(0, 19), zone))
    }
    const [start, end] = [at(data.start), at(data.end)]
    if (start === undefined || end === undefined)
      return badRequest('TimeZoneNotSupportedException', 'A valid TimeZone value must be specified.')
    if (end < start)
      return badRequest('ErrorCalendarEndDateIsEarlierThanStartDate', 'The end is earlier than the start.')
    const isAllDay = data.isAllDay ?? event.draft.isAllDay ?? false
    if (isAllDay && ![data.start, data.end].every(({ dateTime }) => isMidnight(dateTime)))
      return badRequest(
        'ErrorPropertyValidationFailure',
        'The Event.Start and Event.End of an all-day event must be set to midnight.',
      )
    if (date === undefined) event.calendar.edit(event, { start, end, isAllDay })
    else event.calendar.moveOccurrence(event, date, { start, end })
    return { status: 200, body: eventResource(date === undefined ? event.self : event.occurrence(date), view) }
  }
  return badRequest('ErrorInvalidRequest', 'The emulator does not know this update.')
}

/** learn.microsoft.com/graph/api/event-list-instances */
export function listInstances(call: Call, calendar: Calendar | undefined, id: string): Answer {
  const found = findById(calendar, call.account.mailbox, id)
  if (!found) return notFound()
  const view = viewOf(call)
  if ('status' in view) return view
  const { query } = call.incoming
  const [from, to] = [instantIn(query.get('startDateTime')), instantIn(query.get('endDateTime'))]
  if (from === undefined || to === undefined || from >= to)
    return badRequest('ErrorInvalidParameter', 'This request requires a time window.')
  const spans = found.event.calendar.between(from, to).filter(({ event, date }) => event === found.event && date)
  return paged(call.cloud, call.incoming, undefined, spans, (span) => eventResource(span, view))
}
