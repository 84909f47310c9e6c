import { z } from 'zod'
import type { Interval } from '../../domain/interval.ts'
import { CalendarError, type CalendarEvent, type CreateEventParams } from '../../ports/calendar-provider.ts'
import { garbled } from './transport/google-errors.ts'

/** Marks the events made here; its value is the idempotency key. */
export const MARKER = 'bookingId'
/** Set beside the marker when somebody was invited, who must then hear of a deletion too. */
export const INVITED = 'bookingInvited'

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

// A schema of what is used; everything else an answer carries is dropped here.
export const FreeBusyAnswer = z.object({
  calendars: z.record(
    z.string(),
    z.object({
      busy: z.array(z.object({ start: Instant, end: Instant })).optional(),
      errors: z.array(z.object({ reason: z.string() })).optional(),
    }),
  ),
})

export const CalendarListAnswer = z.object({
  items: z
    .array(
      z.object({
        id: z.string().min(1),
        summary: z.string().optional(),
        summaryOverride: z.string().optional(),
        primary: z.boolean().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().min(1).optional(),
})

export const EventAnswer = z.object({
  id: z.string().min(1),
  status: z.string(),
  start: z.object({ dateTime: Instant.optional() }).optional(),
  end: z.object({ dateTime: Instant.optional() }).optional(),
  htmlLink: z.url().optional(),
  hangoutLink: z.url().optional(),
  extendedProperties: z
    .object({ private: z.object({ [MARKER]: z.string().optional(), [INVITED]: z.string().optional() }).optional() })
    .optional(),
})
export type EventAnswer = z.infer<typeof EventAnswer>

/** What stands under an id now, as far as its removal asks. */
export const StandingEvent = EventAnswer.pick({ status: true, extendedProperties: true }).extend({
  etag: z.string().min(1).optional(),
  /** Whether the event is the master of a series; its rules are dropped here. */
  recurrence: z
    .array(z.unknown())
    .optional()
    .transform((rules) => rules !== undefined && rules.length > 0),
  /** Of an instance of a series, changed or not: the series' id. */
  recurringEventId: z.string().optional(),
})
export type StandingEvent = z.infer<typeof StandingEvent>

// The fields of those schemas, and never a title, a description, a place or a guest.
// developers.google.com/workspace/calendar/api/guides/performance#partial-response
export const FREE_BUSY_FIELDS = 'calendars'
export const CALENDAR_LIST_FIELDS = 'items(id,summary,summaryOverride,primary),nextPageToken'
export const EVENT_FIELDS = `id,status,start/dateTime,end/dateTime,htmlLink,hangoutLink,extendedProperties/private(${MARKER},${INVITED})`

export const STANDING_FIELDS = `etag,status,recurrence,recurringEventId,extendedProperties/private(${MARKER},${INVITED})`

/** `calendars.(key).errors[].reason`: developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
function calendarFailure(reason: string): CalendarError {
  const code = /^[A-Za-z]{1,64}$/.test(reason) ? reason : 'unknown'
  if (reason === 'notFound') return new CalendarError('not_found', 'A calendar is not there', { code })
  if (reason === 'tooManyCalendarsRequested' || reason === 'groupTooBig')
    return new CalendarError('misconfigured', 'Too many calendars were asked for at once', { code })
  return new CalendarError('unavailable', 'A calendar could not be read', { code })
}

/** The busy spans of every calendar asked for. One that failed, or is missing, is unknown, and unknown is not free. */
export function busySpans(answer: z.infer<typeof FreeBusyAnswer>, calendarIds: readonly string[]): Interval[] {
  return calendarIds.flatMap((id) => {
    const calendar = answer.calendars[id]
    const error = calendar?.errors?.[0]
    if (error !== undefined) throw calendarFailure(error.reason)
    if (calendar?.busy === undefined) throw garbled('a calendar is missing')
    if (calendar.busy.some(({ start, end }) => start > end)) throw garbled('a busy time ends before it starts')
    return calendar.busy
  })
}

/**
 * Event ids may be chosen: 5 to 1024 of `a` to `v` and digits, which the digits of a UUID are.
 * developers.google.com/workspace/calendar/api/v3/reference/events/insert
 */
export function eventIdOf(idempotencyKey: string): string {
  const id = idempotencyKey.replaceAll('-', '').toLowerCase()
  if (/^[0-9a-f]{32}$/.test(id)) return id
  throw new CalendarError('misconfigured', 'The idempotency key is not a UUID')
}

// Google shows a description as HTML as soon as it holds a tag.
const plainText = (text: string): string =>
  text.includes('<') ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : text

export function eventOf(params: CreateEventParams, withMeeting: boolean) {
  const { idempotencyKey, start, end, timeZone, title, description, attendee } = params
  if (!(start < end)) throw new CalendarError('misconfigured', 'The event would have no length')
  const id = eventIdOf(idempotencyKey)
  const meeting = { createRequest: { requestId: id, conferenceSolutionKey: { type: 'hangoutsMeet' } } }
  return {
    id,
    summary: title,
    ...(description === undefined ? {} : { description: plainText(description) }),
    // The instant is exact; the zone says how the therapist thinks of it.
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

export const markerOf = (event: Pick<EventAnswer, 'extendedProperties'>): string | undefined =>
  event.extendedProperties?.private?.[MARKER]

const secure = (link: string | undefined): string | undefined => (link?.startsWith('https://') ? link : undefined)

export function calendarEvent(event: EventAnswer): CalendarEvent {
  const [start, end] = [event.start?.dateTime, event.end?.dateTime]
  if (start === undefined || end === undefined) throw garbled('an event has no time')
  const [webLink, joinUrl] = [secure(event.htmlLink), secure(event.hangoutLink)]
  return {
    id: event.id,
    start,
    end,
    ...(webLink === undefined ? {} : { webLink }),
    ...(joinUrl === undefined ? {} : { joinUrl }),
  }
}
