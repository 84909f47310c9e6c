import { z } from 'zod'
import { CalendarError, type CalendarEvent, type CreateEventParams } from '../../ports/calendar-provider.ts'
import { garbled } from './transport/google-errors.ts'

/** The event marker's property; its value is the idempotency key. Changing the name would disown every event written before. */
const MARKER = 'bookingId'
/** Set beside the marker where somebody was invited, who is then told of the removal, too. */
export const INVITED = 'bookingInvited'

/** A time with its offset from UTC. */
export const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** What is used of an event that we made. */
export const EventAnswer = z.object({
  id: z.string().min(1),
  status: z.string(),
  start: z.object({ dateTime: Instant.optional() }).optional(),
  end: z.object({ dateTime: Instant.optional() }).optional(),
  htmlLink: z.url().optional(),
  hangoutLink: z.url().optional(),
  conferenceData: z
    .object({
      createRequest: z.object({ status: z.object({ statusCode: z.string() }) }).optional(),
      entryPoints: z.array(z.object({ entryPointType: z.string(), uri: z.string() })).optional(),
    })
    .optional()
    .catch(undefined),
  extendedProperties: z
    .object({ private: z.object({ [MARKER]: z.string().optional(), [INVITED]: z.string().optional() }).optional() })
    .optional(),
})
export type EventAnswer = z.infer<typeof EventAnswer>

/** What decides whether an event may be removed. */
export const EventToRemove = EventAnswer.pick({ status: true, extendedProperties: true }).extend({
  etag: z.string().min(1).optional(),
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
export const EVENT_FIELDS = `id,status,start/dateTime,end/dateTime,htmlLink,hangoutLink,${CONFERENCE},extendedProperties/private(${MARKER},${INVITED})`

/** The fields of {@link EventToRemove}. */
export const REMOVAL_FIELDS = `etag,status,recurrence,recurringEventId,extendedProperties/private(${MARKER},${INVITED})`

/**
 * The event's id: the digits of the idempotency key, a UUID. Google lets a client choose an id of 5 to 1024 characters, `a` to
 * `v` and digits.
 * developers.google.com/workspace/calendar/api/v3/reference/events/insert
 */
export function eventIdOf(idempotencyKey: string): string {
  const id = idempotencyKey.replaceAll('-', '').toLowerCase()
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw new CalendarError('misconfigured', 'The idempotency key is not a UUID')
}

/** Google shows a description as HTML where it holds a tag: without `<` it holds none. */
const plainText = (text: string): string =>
  text.includes('<') ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : text

/** The event of a booking, as Google creates it: private, and without guests unless `attendee` is given. */
export function eventToCreate(params: CreateEventParams, withMeeting: boolean) {
  const { idempotencyKey, start, end, timeZone, title, description, attendee } = params
  if (!(start < end)) throw new CalendarError('misconfigured', 'The event would have no length')
  const id = eventIdOf(idempotencyKey)
  const meeting = { createRequest: { requestId: id, conferenceSolutionKey: { type: 'hangoutsMeet' } } }
  return {
    id,
    summary: title,
    ...(description === undefined ? {} : { description: plainText(description) }),
    // The instant is exact. The zone is the one that Google shows it in.
    start: { dateTime: start.toISOString(), timeZone },
    end: { dateTime: end.toISOString(), timeZone },
    visibility: 'private',
    transparency: 'opaque',
    ...(attendee === undefined ? {} : { attendees: [{ email: attendee.email, displayName: attendee.name }] }),
    ...(withMeeting ? { conferenceData: meeting } : {}),
    extendedProperties: {
      private: { [MARKER]: idempotencyKey, ...(attendee === undefined ? {} : { [INVITED]: '1' }) },
    },
  }
}

/** The idempotency key that an event was created under; undefined where we did not make it. */
export const markerOf = (event: Pick<EventAnswer, 'extendedProperties'>): string | undefined =>
  event.extendedProperties?.private?.[MARKER]

/** Whether Google is still making the event's meeting: the link comes later, or not at all. */
export const isMeetingPending = (event: EventAnswer): boolean =>
  event.conferenceData?.createRequest?.status.statusCode === 'pending'

const videoOf = ({ hangoutLink, conferenceData }: EventAnswer): string | undefined =>
  hangoutLink ?? conferenceData?.entryPoints?.find(({ entryPointType }) => entryPointType === 'video')?.uri

const secure = (link: string | undefined): string | undefined => (link?.startsWith('https://') ? link : undefined)

export function createdEvent(event: EventAnswer): CalendarEvent {
  const [start, end] = [event.start?.dateTime, event.end?.dateTime]
  if (start === undefined || end === undefined) throw garbled('an event has no time')
  const [webLink, joinUrl] = [secure(event.htmlLink), secure(videoOf(event))]
  return {
    id: event.id,
    start,
    end,
    ...(webLink === undefined ? {} : { webLink }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
  }
}
