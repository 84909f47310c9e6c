import type { Event as GraphEvent, SingleValueLegacyExtendedProperty } from '@microsoft/microsoft-graph-types'
import type { Json } from '../../net/untrusted-json.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import { eventTimes } from './time/event-times.ts'
import { edgeOf } from './time/graph-date-time.ts'
import { garbled } from './transport/graph-errors.ts'
import { asName, asObject } from './transport/json-object.ts'

/** The fields that are read of an event that we made. */
export const EVENT_FIELDS = 'id,start,end,webLink,onlineMeeting'

/** The event marker's property; its value is the idempotency key. Changing the id would disown every event written before. */
const MARKER_ID = 'String {6f6f4d3e-2c1a-4f5b-9d57-3a8c41e0b7d2} Name BookingId'

/** A string in OData, where a quote inside is doubled. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The `$filter` that finds the event made under an idempotency key. */
export const markerFilter = (key: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq ${quoted(MARKER_ID)} and ep/value eq ${quoted(key)})`

/** The `$expand` without which Graph leaves the event marker out. */
export const MARKER_EXPANSION = `singleValueExtendedProperties($filter=id eq ${quoted(MARKER_ID)})`

/** The idempotency key that an event was created under; undefined where we did not make it. */
function markerOf({ singleValueExtendedProperties: properties }: Json): string | undefined {
  if (!Array.isArray(properties)) return undefined
  for (const property of properties) {
    const { id, value: key } = asObject(property, 'event_marker')
    // Graph returns the GUID in either case.
    const named = typeof id === 'string' && id.toLowerCase() === MARKER_ID.toLowerCase()
    if (named && typeof key === 'string' && key !== '') return key
  }
  return undefined
}

/** What decides whether an event may be removed. */
export interface EventToRemove {
  /** Whether it carries our event marker. */
  readonly ours: boolean
  /** Whether it is neither a series nor part of one. */
  readonly single: boolean
  readonly etag: string | undefined
}

/** The fields of an {@link EventToRemove}, to be read together with {@link MARKER_EXPANSION}. */
export const REMOVAL_FIELDS = 'id,type'

export function eventToRemove(value: unknown): EventToRemove {
  const event = asObject(value, 'event')
  const type = asName(event.type)
  if (type === undefined) throw garbled('event_type')
  const etag = event['@odata.etag']
  return {
    ours: markerOf(event) !== undefined,
    // The other types are occurrence, exception and seriesMaster (learn.microsoft.com/graph/api/resources/event).
    single: type === 'singleinstance',
    etag: typeof etag === 'string' ? etag : undefined,
  }
}

/**
 * The event of a booking, as Graph creates it: its description plain text (T-10), private, and without guests unless
 * `attendee` is given.
 */
export function eventToCreate(params: CreateEventParams, onlineMeetingProvider: string | undefined): GraphEvent {
  const { idempotencyKey, start, end, timeZone, title, description, attendee } = params
  const marker: SingleValueLegacyExtendedProperty = { id: MARKER_ID, value: idempotencyKey }
  return {
    transactionId: idempotencyKey,
    subject: title,
    ...(description === undefined ? {} : { body: { contentType: 'text', content: description } }),
    ...eventTimes(start, end, timeZone),
    showAs: 'busy',
    sensitivity: 'private',
    ...(attendee === undefined
      ? {}
      : { attendees: [{ type: 'required', emailAddress: { name: attendee.name, address: attendee.email } }] }),
    ...(onlineMeetingProvider === undefined
      ? {}
      : {
          isOnlineMeeting: true,
          onlineMeetingProvider: onlineMeetingProvider as NonNullable<GraphEvent['onlineMeetingProvider']>,
        }),
    singleValueExtendedProperties: [marker],
  }
}

const httpsUrl = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).protocol === 'https:' ? value : undefined

/**
 * An event out of Graph's answer. Its times are compared as instants, because Graph may write them differently from what was
 * sent (F-21). Throws `garbled`.
 */
export function createdEvent(value: unknown): CalendarEvent {
  const event = asObject(value, 'event')
  if (typeof event.id !== 'string' || event.id === '') throw garbled('event_id')
  const { onlineMeeting } = event
  const meeting = onlineMeeting === undefined || onlineMeeting === null ? {} : asObject(onlineMeeting, 'online_meeting')
  const webLink = httpsUrl(event.webLink)
  const joinUrl = httpsUrl(meeting.joinUrl)
  return {
    id: event.id,
    start: new Date(edgeOf(event.start, 'start')),
    end: new Date(edgeOf(event.end, 'end')),
    ...(webLink === undefined ? {} : { webLink }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
  }
}

/** The event, to be read together with {@link MARKER_EXPANSION}, if it was created under the idempotency key. */
export const eventMadeUnder = (key: string, value: unknown): CalendarEvent | undefined =>
  markerOf(asObject(value, 'event')) === key ? createdEvent(value) : undefined

/**
 * The `onlineMeetingProvider` for new events of a calendar: its default if that is allowed, else the first that is allowed.
 * Undefined where none is (learn.microsoft.com/graph/outlook-calendar-online-meetings). Personal accounts allow
 * `skypeForConsumer` alone, which is seen to give no link.
 */
export function onlineMeetingProvider(calendar: unknown): string | undefined {
  const { allowedOnlineMeetingProviders: allowed, defaultOnlineMeetingProvider } = asObject(calendar, 'calendar')
  if (!Array.isArray(allowed)) return undefined
  const known = ['teamsForBusiness', 'skypeForBusiness'].filter((name) => allowed.includes(name))
  return known.find((name) => name === defaultOnlineMeetingProvider) ?? known[0]
}
