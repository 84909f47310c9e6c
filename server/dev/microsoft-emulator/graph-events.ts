import { readNewEvent } from './event-input.ts'
import { type EventView, eventResource, findById, idOf } from './event-resource.ts'
import type { Occurrence, StoredEvent } from './events.ts'
import { accessDenied, badRequest, changedSince, graphError, notFound, preferencesOf } from './graph-answers.ts'
import type { Call } from './graph-call.ts'
import { viewOf } from './graph-views.ts'
import type { Calendar } from './mailbox.ts'
import { paged } from './paging.ts'
import { type Answer, jsonOf } from './wire.ts'

const MARKER =
  /^singleValueExtendedProperties\/any\(\s*(\w+)\s*:\s*\1\/id\s+eq\s+'((?:[^']|'')*)'\s+and\s+\1\/value\s+eq\s+'((?:[^']|'')*)'\s*\)$/i
const plain = (quoted: string | undefined): string => (quoted ?? '').replaceAll("''", "'")
const entity = (call: Call, resource: Record<string, unknown>): Record<string, unknown> => ({
  '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#users('${call.account.oid}')/events/$entity`,
  ...resource,
})

/**
 * Single events and series masters; by an extended property when `$filter` names one. Without a calendar those of the default
 * calendar: that is what Graph's metadata say of `/me/events`, where its page speaks of the mailbox; who needs all, asks each.
 */
export function listEvents(call: Call, calendar: Calendar | undefined): Answer {
  const view = viewOf(call)
  if ('status' in view) return view
  const filter = call.incoming.query.get('$filter')
  const found = filter === null ? undefined : MARKER.exec(filter.trim())
  if (filter !== null && !found)
    return badRequest('ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.')
  if (found && call.basic) return accessDenied()
  const within = calendar ?? call.account.mailbox.defaultCalendar
  const wanted = (event: StoredEvent): boolean =>
    !event.hidden && (!found || carries(event, plain(found[2]), plain(found[3])))
  const events = within.events().filter(wanted)
  const size = preferencesOf(call.incoming).maxPageSize
  const context = `https://graph.microsoft.com/v1.0/$metadata#users('${call.account.oid}')/events`
  return paged(call.cloud, call.incoming, size, events, (event) => eventResource(event.self, view), context)
}

const carries = (event: StoredEvent, id: string, value: string): boolean =>
  event.draft.extendedProperties?.some((p) => p.id.toLowerCase() === id.toLowerCase() && p.value === value) ?? false

export function getEvent(call: Call, calendar: Calendar | undefined, id: string): Answer {
  const found = findById(calendar, call.account.mailbox, id)
  if (!found) return notFound()
  const view = viewOf(call)
  if ('status' in view) return view
  return { status: 200, body: entity(call, eventResource(found, view)) }
}

/** learn.microsoft.com/graph/api/user-post-events */
export function createEvent(call: Call, calendar: Calendar): Answer {
  const json = jsonOf(call.incoming)
  const type = call.incoming.headers['content-type'] ?? ''
  if (json === undefined || !/^application\/json\b/i.test(type))
    return badRequest('RequestBodyRead', 'A JSON body with Content-Type application/json is required.')
  const input = readNewEvent(json)
  if (!('event' in input)) return badRequest(input.code, input.message)
  if (!calendar.canEdit) return accessDenied()
  // Documented creates echo the zone that was sent when no preference names another.
  const view = viewOf(call, input.event.start.timeZone)
  if ('status' in view) return view
  const provider = onlineProvider(call, input.event)
  if (provider) return provider
  const said = `${calendar.id} ${canonical(json)}`
  const key = input.event.transactionId
  const before = key === undefined ? undefined : calendar.mailbox.transactions.get(key)
  if (before) return before.body === said ? created(call, before.event, view) : duplicate(call, before.event, view)
  const event = calendar.add(input.draft)
  calendar.mailbox.notify(event, 'invitation')
  if (call.cloud.quirks.hideNewEvents) {
    event.hidden = true
    calendar.changed()
  }
  if (key !== undefined) remember(call, key, { event, body: said })
  return created(call, event, view)
}

function remember(call: Call, key: string, made: { event: StoredEvent; body: string }): void {
  const { transactions } = call.account.mailbox
  if (call.cloud.quirks.lateTransactionIds) call.incoming.exchange.onSent.push(() => transactions.set(key, made))
  else transactions.set(key, made)
}

function created(call: Call, event: StoredEvent, view: EventView): Answer {
  const body = entity(call, eventResource(event.self, view))
  const location = `https://graph.microsoft.com/v1.0/users('${call.account.oid}')/events('${encodeURIComponent(event.id)}')`
  return { status: 201, headers: { location, etag: `W/"${event.changeKey}"` }, body }
}

/** Graph names the event in the error itself; seen by public clients, not documented. */
function duplicate({ cloud: { quirks } }: Call, event: StoredEvent, view: EventView): Answer {
  const message = 'The client-supplied transaction ID has already been used to create a different event.'
  const answer = graphError(quirks.duplicateTransactionStatus, 'ErrorDuplicateTransactionId', message)
  const { error } = answer.body as { error: object }
  return { ...answer, body: { error: { ...error, '@event.existingEventId': idOf(event.self, view) } } }
}

function onlineProvider(
  call: Call,
  event: { isOnlineMeeting?: boolean | undefined; onlineMeetingProvider?: string | undefined },
) {
  if (!event.isOnlineMeeting) return undefined
  const allowed = call.account.teams
    ? 'teamsForBusiness'
    : call.account.kind === 'personal'
      ? 'skypeForConsumer'
      : undefined
  if ((event.onlineMeetingProvider ?? allowed) === allowed && allowed !== undefined) return undefined
  return badRequest('ErrorPropertyValidationFailure', 'The online meeting provider is not supported for this calendar.')
}

/** DELETE, or cancel: learn.microsoft.com/graph/api/event-cancel. Both send cancellations when there are attendees. */
export function removeEvent(call: Call, calendar: Calendar | undefined, id: string, how: 'delete' | 'cancel'): Answer {
  const found = findById(calendar, call.account.mailbox, id)
  if (!found) return notFound()
  const { event } = found
  const changed = changedSince(call, event)
  if (changed) return changed
  if (how === 'cancel' && !event.isOrganizer)
    return badRequest(
      'ErrorInvalidRequest',
      "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    )
  if (event.isOrganizer) call.account.mailbox.notify(event, 'cancellation')
  drop(found)
  return { status: how === 'cancel' ? 202 : 204 }
}

function drop({ event, date }: Occurrence): void {
  if (date !== undefined) {
    event.calendar.removeOccurrence(event, date)
    return
  }
  event.calendar.remove(event)
  const { transactions } = event.calendar.mailbox
  for (const [key, made] of transactions) if (made.event === event) transactions.delete(key)
}

/** The same JSON value always as the same text. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`
}
