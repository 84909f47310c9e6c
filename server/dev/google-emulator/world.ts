import { Temporal } from 'temporal-polyfill'

export interface When {
  readonly date?: string
  readonly dateTime?: string
  readonly timeZone?: string
}

export interface EventContent {
  readonly start: When
  readonly end: When
  readonly summary?: string
  readonly description?: string
  readonly transparency?: 'opaque' | 'transparent'
  readonly visibility?: string
  readonly attendees?: readonly { readonly email: string; readonly self?: boolean; readonly responseStatus?: string }[]
  /** Not all attendees are in the answer. */
  readonly attendeesOmitted?: boolean
  readonly eventType?: string
  readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> }
  readonly conferenceData?: unknown
  readonly htmlLink?: string
  readonly hangoutLink?: string
  /** Of the master of a series: `RRULE:FREQ=WEEKLY;COUNT=4`. */
  readonly recurrence?: readonly string[]
  /** Of an instance: the id of its series. */
  readonly recurringEventId?: string
  readonly originalStartTime?: When
}

export interface EmulatedEvent extends EventContent {
  readonly id: string
  readonly status: 'confirmed' | 'tentative' | 'cancelled'
}

/** From least to most: developers.google.com/workspace/calendar/api/v3/reference/calendarList, accessRole */
export const ACCESS_ROLES: readonly string[] = ['freeBusyReader', 'reader', 'writer', 'owner']

export interface EmulatedCalendar {
  readonly id: string
  readonly summary: string
  readonly primary: boolean
  /** What its owner lets this account do; `owner` where that is not said. */
  readonly accessRole?: string
  /** Of a secondary calendar: the address of its owner, where that is somebody else. */
  readonly dataOwner?: string
  /** Not shown in the account's own list. */
  readonly hidden?: boolean
  /** IANA: all-day events block its days. */
  readonly timeZone: string
  readonly events: Map<string, EmulatedEvent>
}

/** A mail to a guest. */
export interface SentMail {
  readonly what: 'invitation' | 'cancellation'
  readonly to: string
}

export interface EmulatedAccount {
  readonly sub: string
  readonly email: string
  /** The domain of the organisation whose account it is; a personal account has none. */
  hd: string | undefined
  readonly calendars: Map<string, EmulatedCalendar>
  /** Whether conferences can be made in its calendars. */
  meet: boolean
  /** In so many answers to come a conference that was asked for is still `pending`. */
  answersWithPendingMeet: number
  /** Conferences are asked for and never come: their status is `failure`. */
  meetFails: boolean
  /** Names of zones that Google does not know yet, though we do. */
  readonly unknownZones: Set<string>
  /** Calendars that free/busy cannot read for now. */
  readonly unreadable: Set<string>
  /** Calendars that free/busy does not give, and the reason that it names. */
  readonly freeBusyErrors: Map<string, string>
  /** What Google mailed to guests. */
  readonly sent: SentMail[]
}

export interface Ask {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly authorization: string | undefined
  readonly ifMatch?: string | undefined
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as HTML. */
  readonly body?: object | string
}

/** An error as the APIs of Google write it. developers.google.com/workspace/calendar/api/guides/errors */
export function refuse(status: number, reason: string, message: string, domain = 'global'): Answer {
  return { status, body: { error: { code: status, message, errors: [{ domain, reason, message }] } } }
}

const WRITERS: readonly string[] = ['writer', 'owner']

/** developers.google.com/workspace/calendar/api/guides/errors, requiredAccessLevel */
export const refusesWriting = ({ accessRole = 'owner' }: EmulatedCalendar): Answer | undefined =>
  WRITERS.includes(accessRole)
    ? undefined
    : refuse(403, 'requiredAccessLevel', 'You need to have writer access to this calendar.', 'calendar')

/** `calendar.events.owned` reaches her own calendars alone; with which reason Google refuses others is not documented. */
export const isOwned = ({ accessRole = 'owner' }: EmulatedCalendar): boolean => accessRole === 'owner'

export const newCalendar = (id: string, timeZone: string, summary = id, primary = false): EmulatedCalendar => ({
  ...{ id, summary, primary, timeZone },
  events: new Map(),
})

export function newAccount(sub: string, email: string, timeZone: string): EmulatedAccount {
  const main = newCalendar(email, timeZone, email, true)
  const second = newCalendar(`${sub}-private@group.calendar.example`, timeZone, 'Private')
  const calendars = new Map([main, second].map((calendar) => [calendar.id, calendar]))
  return {
    sub,
    email,
    hd: email.endsWith('@gmail.com') ? undefined : email.split('@')[1],
    meet: true,
    answersWithPendingMeet: 0,
    meetFails: false,
    unknownZones: new Set(),
    unreadable: new Set(),
    freeBusyErrors: new Map(),
    sent: [],
    calendars,
  }
}

export const calendarOf = (account: EmulatedAccount, id: string): EmulatedCalendar | undefined =>
  id === 'primary' ? [...account.calendars.values()].find(({ primary }) => primary) : account.calendars.get(id)

const WITH_OFFSET = /(Z|[+-]\d\d:?\d\d)$/i

/** Milliseconds since 1970; undefined where `when` names no instant. */
export function instantOf(when: When | undefined, calendarZone: string): number | undefined {
  try {
    if (when?.date !== undefined)
      return Temporal.PlainDate.from(when.date).toZonedDateTime(calendarZone).epochMilliseconds
    if (when?.dateTime === undefined) return undefined
    if (WITH_OFFSET.test(when.dateTime)) return Temporal.Instant.from(when.dateTime).epochMilliseconds
    if (when.timeZone === undefined) return undefined
    return Temporal.PlainDateTime.from(when.dateTime).toZonedDateTime(when.timeZone).epochMilliseconds
  } catch {
    return undefined
  }
}

export function isZone(name: string): boolean {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId !== ''
  } catch {
    return false
  }
}

export interface Span {
  readonly start: number
  readonly end: number
}

export function spanOf(event: Pick<EmulatedEvent, 'start' | 'end'>, { timeZone }: EmulatedCalendar): Span | undefined {
  const [start, end] = [instantOf(event.start, timeZone), instantOf(event.end, timeZone)]
  return start === undefined || end === undefined ? undefined : { start, end }
}

/** What free/busy shows: not what is cancelled, marked as free, or declined by the calendar's owner. */
export const blocks = (event: EmulatedEvent): boolean =>
  event.status !== 'cancelled' &&
  event.transparency !== 'transparent' &&
  !event.attendees?.some(({ self, responseStatus }) => self && responseStatus === 'declined')
