import type { Event as GraphEvent, SingleValueLegacyExtendedProperty } from '@microsoft/microsoft-graph-types'
import type { Interval } from '../../domain/interval.ts'
import type { BusyPolicy } from '../../ports/calendar-connector.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import { allDayDates } from './time/all-day-events.ts'
import { edgeOf, localOf } from './time/graph-date-time.ts'
import { dayStart } from './time/windows-time-zones.ts'
import { garbled } from './transport/graph-errors.ts'
import { asObject, type Json } from './transport/json-object.ts'

/** What a free/busy read asks of an event: never a subject, a body, a place or a person. */
export const BUSY_FIELDS = 'start,end,showAs,isAllDay,isCancelled,responseStatus'

/** What is asked of an event of our own. */
export const EVENT_FIELDS = 'id,start,end,webLink,onlineMeeting'

type ShowAs = 'free' | 'tentative' | 'busy' | 'oof' | 'workingelsewhere' | 'unknown'

/**
 * Whether a value of `showAs` blocks. Not in the table, and so blocking: absent values, and those to come
 * (learn.microsoft.com/graph/api/resources/event, freeBusyStatus).
 */
const BLOCKS: Readonly<Record<ShowAs, (policy: BusyPolicy) => boolean>> = {
  free: () => false,
  workingelsewhere: ({ workingElsewhereBlocks }) => workingElsewhereBlocks,
  tentative: ({ tentativeBlocks }) => tentativeBlocks,
  busy: () => true,
  oof: () => true,
  unknown: () => true,
}

const isShowAs = (value: string): value is ShowAs => Object.hasOwn(BLOCKS, value)

/** Absent and null are one to Graph. */
function flag(value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (typeof value !== 'boolean') throw garbled('event_flag')
  return value
}

function word(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw garbled('event_word')
  return value.toLowerCase()
}

/** Private and confidential events block like any other: sensitivity is not even asked for. */
function blocks(event: Json, policy: BusyPolicy): boolean {
  if (flag(event.isCancelled)) return false
  const { responseStatus } = event
  if (responseStatus !== undefined && responseStatus !== null)
    if (word(asObject(responseStatus, 'event_response').response) === 'declined') return false
  const showAs = word(event.showAs)
  return showAs === undefined || !isShowAs(showAs) || BLOCKS[showAs](policy)
}

/** When this event of a calendarView blocks time; undefined when it does not. */
export function busyOf(value: unknown, policy: BusyPolicy, tenantZone: string): Interval | undefined {
  const event = asObject(value, 'event')
  if (!blocks(event, policy)) return undefined
  if (flag(event.isAllDay)) return allDay(event, tenantZone)
  const start = edgeOf(event.start, 'start')
  const end = edgeOf(event.end, 'end')
  if (start > end) throw garbled('event_reversed')
  return { start: new Date(start), end: new Date(end) }
}

function allDay(event: Json, tenantZone: string): Interval {
  const { first, after } = allDayDates(localOf(event.start), localOf(event.end), tenantZone)
  return { start: new Date(dayStart(first, tenantZone)), end: new Date(dayStart(after, tenantZone)) }
}

/** Ours alone: marks the events that we made. Never change it, or events written before are no longer recognised. */
const MARKER_ID = 'String {6f6f4d3e-2c1a-4f5b-9d57-3a8c41e0b7d2} Name BookingId'

/** OData text: a quote is doubled. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const markerFilter = (key: string): string =>
  `singleValueExtendedProperties/Any(ep: ep/id eq ${quoted(MARKER_ID)} and ep/value eq ${quoted(key)})`

export const MARKER_EXPANSION = `singleValueExtendedProperties($filter=id eq ${quoted(MARKER_ID)})`

function isOurs({ singleValueExtendedProperties: properties }: Json): boolean {
  if (!Array.isArray(properties)) return false
  return properties.some((property) => {
    const { id, value: key } = asObject(property, 'event_marker')
    // GUIDs come back in either case.
    return (
      typeof id === 'string' && id.toLowerCase() === MARKER_ID.toLowerCase() && typeof key === 'string' && key !== ''
    )
  })
}

/** What stands under an id now, as far as its removal asks; read with {@link MARKER_EXPANSION}. */
export interface StandingEvent {
  readonly ours: boolean
  /** No series, and no part of one. */
  readonly single: boolean
  readonly etag: string | undefined
}

export const STANDING_FIELDS = 'id,type'

export function standingEvent(value: unknown): StandingEvent {
  const event = asObject(value, 'event')
  const type = word(event.type)
  if (type === undefined) throw garbled('event_type')
  const etag = event['@odata.etag']
  return {
    ours: isOurs(event),
    // The others: occurrence, exception, seriesMaster (learn.microsoft.com/graph/api/resources/event).
    single: type === 'singleinstance',
    etag: typeof etag === 'string' ? etag : undefined,
  }
}

const utc = (instant: Date) => ({ dateTime: instant.toISOString().slice(0, 23), timeZone: 'UTC' })

/** A new event: text and not markup (T-10), private, nobody invited unless asked for. */
export function eventToCreate(params: CreateEventParams, onlineMeetingProvider: string | undefined): GraphEvent {
  const { idempotencyKey, start, end, title, description, attendee } = params
  const marker: SingleValueLegacyExtendedProperty = { id: MARKER_ID, value: idempotencyKey }
  return {
    transactionId: idempotencyKey,
    subject: title,
    ...(description === undefined ? {} : { body: { contentType: 'text', content: description } }),
    start: utc(start),
    end: utc(end),
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

/** An event as Graph holds it. Its times are instants: Graph may word them differently from what was sent (F-21). */
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

/**
 * Which video service a new event may name, of those the mailbox allows; its own default first. Undefined where it
 * has none (learn.microsoft.com/graph/outlook-calendar-online-meetings).
 */
export function onlineMeetingProvider(calendar: unknown): string | undefined {
  const { allowedOnlineMeetingProviders: allowed, defaultOnlineMeetingProvider } = asObject(calendar, 'calendar')
  if (!Array.isArray(allowed)) return undefined
  const known = ['teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer'].filter((name) => allowed.includes(name))
  return known.find((name) => name === defaultOnlineMeetingProvider) ?? known[0]
}
