import type { Event as GraphEvent, SingleValueLegacyExtendedProperty } from '@microsoft/microsoft-graph-types'
import type { SeenEvent } from '../../domain/changed-event.ts'
import type { Interval } from '../../domain/interval.ts'
import type { Json } from '../../net/untrusted-json.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import { spanOf } from './free-busy-status.ts'
import { eventTimes } from './time/event-times.ts'
import { edgeOf } from './time/graph-date-time.ts'
import { garbled } from './transport/graph-errors.ts'
import { asName, asObject } from './transport/json-object.ts'

/** The fields that are read of an event that we made. */
export const EVENT_FIELDS = 'id,changeKey,start,end,webLink,onlineMeeting'

/**
 * The id of the event marker's property; its value is the stored key. Changing the id would disown every event written before.
 */
export const markerId = (name = 'BookingId'): string => `String {6f6f4d3e-2c1a-4f5b-9d57-3a8c41e0b7d2} Name ${name}`

/** A string in OData, where a quote inside is doubled. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** Finds the events made under a key; two are one too many. */
export function lookupQuery(marker: string, key: string, fields = EVENT_FIELDS): string {
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq ${quoted(marker)} and ep/value eq ${quoted(key)})`
  return `$filter=${encodeURIComponent(filter)}&$select=${fields}&$top=2`
}

/** Without `$expand`, Graph leaves the event marker out. */
const withMarker = (fields: string, marker: string): string =>
  `$select=${fields}&$expand=${encodeURIComponent(`singleValueExtendedProperties($filter=id eq ${quoted(marker)})`)}`

/** Of one event: the fields of a {@link CalendarEvent}, with the marker. */
export const heldQuery = (marker: string): string => withMarker(EVENT_FIELDS, marker)

/** Of one event: the fields of an {@link EventToRemove}, never a title, a body or a guest. */
export const removalQuery = (marker: string): string => withMarker('id,type,changeKey,start,end', marker)

/** The same of an event that is to be given other times: whether it is all-day tells what its times mean. */
export const moveQuery = (marker: string): string => withMarker('id,type,changeKey,isAllDay,start,end', marker)

/** The key that an event was created under; undefined where we did not make it. */
function markerOf({ singleValueExtendedProperties: properties }: Json, marker: string): string | undefined {
  if (!Array.isArray(properties)) return undefined
  for (const property of properties) {
    const { id, value: key } = asObject(property, 'event_marker')
    // Graph returns the GUID in either case.
    const named = typeof id === 'string' && id.toLowerCase() === marker.toLowerCase()
    if (named && typeof key === 'string' && key !== '') return key
  }
  return undefined
}

/** What decides whether an event may be removed. */
export interface EventToRemove {
  /** The key that it was created under; undefined where we did not make it. */
  readonly key: string | undefined
  /** Whether it is neither a series nor part of one. */
  readonly single: boolean
  readonly etag: string | undefined
  /** Throws `garbled`. */
  readonly version: () => Omit<SeenEvent, 'isElsewhere'>
  /** Of what was read with {@link moveQuery}. Throws `garbled`. */
  readonly span: (timeZone: string) => Interval
}

export function eventToRemove(value: unknown, marker: string): EventToRemove {
  const event = asObject(value, 'event')
  const type = asName(event.type)
  if (type === undefined) throw garbled('event_type')
  const etag = event['@odata.etag']
  return {
    key: markerOf(event, marker),
    // The other types are occurrence, exception and seriesMaster (learn.microsoft.com/graph/api/resources/event).
    single: type === 'singleinstance',
    etag: typeof etag === 'string' ? etag : undefined,
    version() {
      const changeKey = changeKeyOf(event)
      if (changeKey === undefined) throw garbled('event_change_key')
      return { changeKey, ...timesOf(event) }
    },
    span: (timeZone) => spanOf(event, timeZone),
  }
}

export const changeKeyOf = ({ changeKey }: Json): string | undefined =>
  typeof changeKey === 'string' && changeKey !== '' ? changeKey : undefined

/** As instants, because Graph may write times differently from what was sent (F-21). */
const timesOf = ({ start, end }: Json) => ({
  start: new Date(edgeOf(start, 'start')),
  end: new Date(edgeOf(end, 'end')),
})

/**
 * The event of a booking, as Graph creates it: its description plain text (T-10), private, and without guests unless
 * `attendee` is given.
 */
export function eventToCreate(
  params: CreateEventParams,
  onlineMeetingProvider: string | undefined,
  markerId: string,
): GraphEvent {
  const { idempotencyKey, start, end, timeZone, title, description, attendee } = params
  const marker: SingleValueLegacyExtendedProperty = { id: markerId, value: idempotencyKey }
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

/** An event out of Graph's answer. Throws `garbled`. */
export function createdEvent(value: unknown): CalendarEvent {
  const event = asObject(value, 'event')
  if (typeof event.id !== 'string' || event.id === '') throw garbled('event_id')
  const { onlineMeeting } = event
  const meeting = onlineMeeting === undefined || onlineMeeting === null ? {} : asObject(onlineMeeting, 'online_meeting')
  const webLink = httpsUrl(event.webLink)
  const changeKey = changeKeyOf(event)
  const joinUrl = httpsUrl(meeting.joinUrl)
  return {
    id: event.id,
    ...timesOf(event),
    ...(changeKey === undefined ? {} : { changeKey }),
    ...(webLink === undefined ? {} : { webLink }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
  }
}

/** The event, read with {@link heldQuery}, if it was created under the key. */
export const eventMadeUnder = (key: string, value: unknown, marker: string): CalendarEvent | undefined =>
  markerOf(asObject(value, 'event'), marker) === key ? createdEvent(value) : undefined

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
