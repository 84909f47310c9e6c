import { createHash } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import { garbled } from './transport/google-errors.ts'

/** The event marker's property; its value is the stored key. Changing the name would disown every event written before. */
export const MARKER = 'bookingId'
/**
 * The property that all events with this marker have, so that they can be listed without any other: Google finds a property by its
 * value alone. Events written by earlier releases have none.
 */
export const markOf = (marker: string): string => `${marker}Ours`
/** Set beside the marker where somebody was invited, who is then told of the removal, too. */
export const INVITED = 'bookingInvited'

/** A time with its offset from UTC. */
export const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** An instant, or the date of an all-day event. */
const When = z.object({ dateTime: Instant.optional(), date: z.iso.date().optional() })

/**
 * What is used of an event that we made. What only decorates it is dropped where it is not as documented. Of a cancelled event
 * Google guarantees the id alone.
 */
export const EventAnswer = z.object({
  id: z.string().min(1),
  etag: z.string().min(1).optional().catch(undefined),
  status: z.string().optional(),
  start: When.optional(),
  end: When.optional(),
  htmlLink: z.string().optional().catch(undefined),
  hangoutLink: z.string().optional().catch(undefined),
  conferenceData: z
    .object({
      createRequest: z.object({ status: z.object({ statusCode: z.string() }) }).optional(),
      entryPoints: z.array(z.object({ entryPointType: z.string(), uri: z.string() })).optional(),
    })
    .optional()
    .catch(undefined),
  extendedProperties: z.object({ private: z.record(z.string(), z.string()).nullish() }).nullish(),
})
export type EventAnswer = z.infer<typeof EventAnswer>

/** What decides whether an event may be removed. */
export const EventToRemove = EventAnswer.pick({ status: true, extendedProperties: true }).extend({
  etag: z.string().min(1).optional(),
  start: When.optional().catch(undefined),
  end: When.optional().catch(undefined),
  /** Whether the event is a series. */
  recurrence: z
    .array(z.unknown())
    .optional()
    .transform((rules) => rules !== undefined && rules.length > 0),
  /** The id of the series that the event is an instance of, changed or not. */
  recurringEventId: z.string().optional(),
})
export type EventToRemove = z.infer<typeof EventToRemove>

const CONFERENCE = 'conferenceData(createRequest/status/statusCode,entryPoints(entryPointType,uri))'

/**
 * The fields of {@link EventAnswer}: never a title, a description, a place or a guest
 * (developers.google.com/workspace/calendar/api/guides/performance#partial-response).
 */
export const eventFields = (marker: string): string =>
  `id,etag,status,start(dateTime,date),end(dateTime,date),htmlLink,hangoutLink,${CONFERENCE},extendedProperties/private(${marker},${INVITED})`

/** The fields of {@link EventToRemove}, with the same left out. */
export const removalFields = (marker: string): string =>
  `etag,status,start(dateTime,date),end(dateTime,date),recurrence,recurringEventId,extendedProperties/private(${marker},${INVITED})`

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The event's id: the digits of a key that is a UUID, else the key's SHA-256 in hex. Google lets a client choose an id of 5 to
 * 1024 characters, `a` to `v` and digits.
 * developers.google.com/workspace/calendar/api/v3/reference/events/insert
 */
export const eventIdOf = (key: string): string =>
  UUID.test(key) ? key.replaceAll('-', '') : createHash('sha256').update(key).digest('hex')

/** Google shows a description as HTML where it holds a tag: without `<` it holds none. */
const plainText = (text: string): string =>
  text.includes('<') ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : text

/** What an event is asked for with, and can do without. */
export interface Decoration {
  readonly withMeeting: boolean
  /** Whether the zone that Google shows the event in is named. */
  readonly withZone: boolean
}

/** The event of a booking, as Google creates it: private, and without guests unless `attendee` is given. */
export function eventToCreate(params: CreateEventParams, { withMeeting, withZone }: Decoration, marker: string) {
  const { idempotencyKey, start, end, timeZone, title, description, attendee } = params
  if (!(start < end)) throw new CalendarError('misconfigured', 'The event would have no length')
  const id = eventIdOf(idempotencyKey)
  const zone = withZone ? { timeZone } : {}
  const meeting = { createRequest: { requestId: id, conferenceSolutionKey: { type: 'hangoutsMeet' } } }
  return {
    id,
    summary: title,
    ...(description === undefined ? {} : { description: plainText(description) }),
    // The instant is exact. The zone is the one that Google shows it in.
    start: { dateTime: start.toISOString(), ...zone },
    end: { dateTime: end.toISOString(), ...zone },
    visibility: 'private',
    transparency: 'opaque',
    ...(attendee === undefined ? {} : { attendees: [{ email: attendee.email, displayName: attendee.name }] }),
    ...(withMeeting ? { conferenceData: meeting } : {}),
    extendedProperties: {
      private: {
        [marker]: idempotencyKey,
        [markOf(marker)]: '1',
        ...(attendee === undefined ? {} : { [INVITED]: '1' }),
      },
    },
  }
}

/** The key that an event was created under; undefined where we did not make it. */
export const markerOf = (event: Pick<EventAnswer, 'extendedProperties'>, marker: string): string | undefined =>
  event.extendedProperties?.private?.[marker]

/** Whether Google is still making the event's meeting: the link comes later, or not at all. */
export const isMeetingPending = (event: EventAnswer): boolean =>
  event.conferenceData?.createRequest?.status.statusCode === 'pending'

const videoOf = ({ hangoutLink, conferenceData }: EventAnswer): string | undefined =>
  hangoutLink ?? conferenceData?.entryPoints?.find(({ entryPointType }) => entryPointType === 'video')?.uri

const secure = (link: string | undefined): string | undefined =>
  link?.startsWith('https://') && URL.canParse(link) ? link : undefined

/** An event that she made all-day lasts from midnight to midnight in the zone. */
const instantOf = (when: z.infer<typeof When> | undefined, timeZone: string): Date | undefined => {
  if (when?.date === undefined) return when?.dateTime
  return new Date(Temporal.PlainDate.from(when.date).toZonedDateTime(timeZone).epochMilliseconds)
}

/** Throws `garbled`. */
export function timesOf(event: Pick<EventAnswer, 'start' | 'end'>, timeZone: string): { start: Date; end: Date } {
  const [start, end] = [instantOf(event.start, timeZone), instantOf(event.end, timeZone)]
  if (start === undefined || end === undefined) throw garbled('an event has no time')
  return { start, end }
}

export function createdEvent(event: EventAnswer, timeZone: string): CalendarEvent {
  const [webLink, joinUrl] = [secure(event.htmlLink), secure(videoOf(event))]
  return {
    id: event.id,
    ...timesOf(event, timeZone),
    ...(event.etag === undefined ? {} : { changeKey: event.etag }),
    ...(webLink === undefined ? {} : { webLink }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
  }
}
