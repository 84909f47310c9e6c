import { z } from 'zod'
import type { EventDraft } from './events.ts'
import { isExpandable } from './recurrence.ts'
import { graphZone, instantOf } from './zones.ts'

/** Graph takes enum values in any case and answers in lower camel case. */
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.preprocess(
    (input) =>
      typeof input === 'string' ? (values.find((v) => v.toLowerCase() === input.toLowerCase()) ?? input) : input,
    z.enum(values),
  )

export const DateTimeTimeZone = z.strictObject({
  // {date}T{time} without an offset: learn.microsoft.com/graph/api/resources/datetimetimezone
  dateTime: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?$/),
  timeZone: z.string(),
})
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const
const EmailAddress = z.strictObject({ address: z.string().optional(), name: z.string().optional() })
const PROPERTY_ID = /^(String|Integer|Boolean|SystemTime|Binary|Double) \{[0-9a-f-]{36}\} (Name .+|Id 0x[0-9a-f]+)$/i

export const Recurrence = z.strictObject({
  pattern: z.looseObject({
    type: oneOf(['daily', 'weekly']),
    interval: z.int().optional(),
    daysOfWeek: z.array(oneOf(DAYS)).optional(),
  }),
  range: z.looseObject({ type: oneOf(['endDate', 'noEnd', 'numbered']), startDate: z.string() }),
})

/** What a client may write; every other property of an event is read-only or unknown and refused. */
const NewEvent = z.strictObject({
  subject: z.string().max(255).nullish(),
  body: z.strictObject({ contentType: oneOf(['text', 'html']), content: z.string() }).optional(),
  start: DateTimeTimeZone,
  end: DateTimeTimeZone,
  isAllDay: z.boolean().optional(),
  showAs: oneOf(['free', 'tentative', 'busy', 'oof', 'workingElsewhere', 'unknown']).optional(),
  sensitivity: oneOf(['normal', 'personal', 'private', 'confidential']).optional(),
  importance: oneOf(['low', 'normal', 'high']).optional(),
  categories: z.array(z.string()).optional(),
  location: z.looseObject({ displayName: z.string().optional() }).optional(),
  locations: z.array(z.looseObject({})).optional(),
  attendees: z
    .array(z.strictObject({ emailAddress: EmailAddress, type: oneOf(['required', 'optional', 'resource']).optional() }))
    .max(500)
    .optional(),
  isOnlineMeeting: z.boolean().optional(),
  onlineMeetingProvider: oneOf(['unknown', 'skypeForBusiness', 'skypeForConsumer', 'teamsForBusiness']).optional(),
  isReminderOn: z.boolean().optional(),
  reminderMinutesBeforeStart: z.int().optional(),
  allowNewTimeProposals: z.boolean().optional(),
  responseRequested: z.boolean().optional(),
  hideAttendees: z.boolean().optional(),
  transactionId: z.string().optional(),
  recurrence: Recurrence.optional(),
  singleValueExtendedProperties: z
    .array(z.strictObject({ id: z.string().regex(PROPERTY_ID), value: z.string() }))
    .optional(),
})
export type NewEvent = z.output<typeof NewEvent>

export type EventInput =
  | { readonly event: NewEvent; readonly draft: EventDraft }
  | { readonly code: string; readonly message: string }

const refuse = (code: string, message: string): EventInput => ({ code, message })
export const isMidnight = (dateTime: string): boolean => /T00:00(:00(\.0+)?)?$/.test(dateTime)
const seconds = (dateTime: string): string => (dateTime.length === 16 ? `${dateTime}:00` : dateTime.slice(0, 19))

/** Reads the body of a create; what Graph would answer with 400 comes back as its code and message. */
export function readNewEvent(json: unknown): EventInput {
  const parsed = NewEvent.safeParse(json)
  if (!parsed.success) return describe(parsed.error)
  const event = parsed.data
  const startZone = graphZone(event.start.timeZone)
  const endZone = graphZone(event.end.timeZone)
  if (!startZone || !endZone) {
    const name = startZone ? event.end.timeZone : event.start.timeZone
    return refuse(
      'TimeZoneNotSupportedException',
      `A valid TimeZone value must be specified. The following TimeZone value is not supported: '${name}'.`,
    )
  }
  const start = instantOf(seconds(event.start.dateTime), startZone)
  const end = instantOf(seconds(event.end.dateTime), endZone)
  if (end < start) return refuse('ErrorCalendarEndDateIsEarlierThanStartDate', 'The end is earlier than the start.')
  if (event.isAllDay) {
    const midnights = isMidnight(event.start.dateTime) && isMidnight(event.end.dateTime)
    if (!midnights || event.start.timeZone !== event.end.timeZone || end - start < 23 * 36e5)
      return refuse(
        'ErrorPropertyValidationFailure',
        'The Event.Start and Event.End of an all-day event must be set to midnight.',
      )
  }
  const recurrence = event.recurrence as EventDraft['recurrence']
  if (recurrence && !isExpandable(recurrence))
    return refuse('ErrorPropertyValidationFailure', 'The recurrence is not valid.')
  return { event, draft: draftOf(event, new Date(start), new Date(end), recurrence) }
}

function draftOf(event: NewEvent, start: Date, end: Date, recurrence: EventDraft['recurrence']): EventDraft {
  return {
    start,
    end,
    timeZone: event.start.timeZone,
    subject: event.subject ?? '',
    body: event.body ?? { contentType: 'text', content: '' },
    location: event.location?.displayName ?? '',
    attendees: (event.attendees ?? []) as NonNullable<EventDraft['attendees']>,
    ...(event.isAllDay !== undefined && { isAllDay: event.isAllDay }),
    ...(event.showAs !== undefined && { showAs: event.showAs }),
    ...(event.sensitivity !== undefined && { sensitivity: event.sensitivity }),
    ...(event.isOnlineMeeting !== undefined && { isOnlineMeeting: event.isOnlineMeeting }),
    ...(event.transactionId !== undefined && { transactionId: event.transactionId }),
    ...(event.singleValueExtendedProperties && { extendedProperties: event.singleValueExtendedProperties }),
    ...(recurrence && { recurrence }),
  }
}

function describe(error: z.ZodError): EventInput {
  const issue = error.issues[0]
  if (issue?.code === 'unrecognized_keys' && issue.path.length === 0)
    return refuse('RequestBodyRead', `The property '${issue.keys[0]}' cannot be set on type 'microsoft.graph.event'.`)
  return refuse(
    'ErrorPropertyValidationFailure',
    `At least one property failed validation: ${issue?.path.join('/') || 'body'}.`,
  )
}
