import { createHash, randomBytes } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import { masked } from './fields.ts'
import { instanceOf, spansOf } from './series.ts'
import {
  ACCESS_ROLES,
  type Answer,
  type Ask,
  blocks,
  calendarOf,
  type EmulatedAccount,
  type EmulatedCalendar,
  type EmulatedEvent,
  instantOf,
  isZone,
  refuse,
  refusesWriting,
  type SentMail,
  spanOf,
} from './world.ts'

const MAX_CALENDARS = 50
const MAX_RANGE_MS = 90 * 86_400_000
const EVENT_ID = /^[a-v0-9]{5,1024}$/

export interface CalendarOptions {
  readonly account: EmulatedAccount
  /** At most so many items a page, whatever is asked for. */
  readonly pageSize: number
}

export const json = (ask: Ask): Record<string, unknown> | undefined => {
  try {
    return JSON.parse(ask.body)
  } catch {
    return undefined
  }
}

export const found = (ask: Ask, body: object): Answer => ({ status: 200, body: masked(body, ask.query.get('fields')) })

export function paged(ask: Ask, items: readonly object[], pageSize: number): Answer {
  const from = Number(ask.query.get('pageToken') ?? 0)
  const to = from + Math.min(pageSize, Number(ask.query.get('maxResults') ?? 250))
  const next = to < items.length ? { nextPageToken: String(to) } : {}
  return found(ask, { items: items.slice(from, to), ...next })
}

/** As the answer has it: "Time zone used in the response", in which all-day events are not read anew. */
const textOf = (instant: number, timeZone: string): string =>
  timeZone === 'UTC'
    ? new Date(instant).toISOString()
    : Temporal.Instant.fromEpochMilliseconds(instant).toString({ timeZone })

/** developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
export function freeBusy(ask: Ask, { account }: CalendarOptions): Answer {
  const body = json(ask)
  const timeMin = instantOf({ dateTime: String(body?.timeMin) }, 'UTC')
  const timeMax = instantOf({ dateTime: String(body?.timeMax) }, 'UTC')
  if (!body || timeMin === undefined || timeMax === undefined)
    return refuse(400, 'required', 'Missing timeMin parameter.')
  const timeZone = String(body.timeZone ?? 'UTC')
  if (account.unknownZones.has(timeZone) || !isZone(timeZone)) return refuse(400, 'invalid', 'Invalid time zone.')
  if (timeMax <= timeMin) return refuse(400, 'timeRangeEmpty', 'The specified time range is empty.', 'calendar')
  // Ninety days at most: github.com/calcom/cal.com/pull/11962
  if (timeMax - timeMin > MAX_RANGE_MS)
    return refuse(400, 'timeRangeTooLong', 'The requested time range is too long.', 'calendar')
  const items = Array.isArray(body.items) ? body.items.map((item) => String(item.id)) : []
  const allowed = Math.min(MAX_CALENDARS, Number(body.calendarExpansionMax ?? MAX_CALENDARS))
  const answers = items.map((id): [string, object] => {
    const failed = (domain: string, reason: string): [string, object] => [
      id,
      { errors: [{ domain, reason }], busy: [] },
    ]
    const calendar = calendarOf(account, id)
    if (items.length > allowed) return failed('calendar', 'tooManyCalendarsRequested')
    if (!calendar) return failed('global', 'notFound')
    const reason = account.freeBusyErrors.get(id) ?? (account.unreadable.has(id) ? 'internalError' : undefined)
    if (reason !== undefined) return failed('global', reason)
    const spans = [...calendar.events.values()].filter(blocks).flatMap((event) => spansOf(event, calendar, timeMax))
    const busy = spans
      .filter(({ start, end }) => start < timeMax && end > timeMin)
      .sort((a, b) => a.start - b.start)
      .map(({ start, end }) => ({ start: textOf(start, timeZone), end: textOf(end, timeZone) }))
    return [id, { busy }]
  })
  return found(ask, {
    kind: 'calendar#freeBusy',
    timeMin: body.timeMin,
    timeMax: body.timeMax,
    calendars: Object.fromEntries(answers),
  })
}

/** developers.google.com/workspace/calendar/api/v3/reference/calendarList/list */
export function listCalendars(ask: Ask, { account, pageSize }: CalendarOptions): Answer {
  const least = ACCESS_ROLES.indexOf(ask.query.get('minAccessRole') ?? '')
  const listed = [...account.calendars.values()].filter(
    ({ accessRole = 'owner', hidden }) =>
      ACCESS_ROLES.indexOf(accessRole) >= least && (!hidden || ask.query.get('showHidden') === 'true'),
  )
  const items = listed.map(({ id, summary, primary, timeZone, accessRole = 'owner', dataOwner, hidden }) => ({
    kind: 'calendar#calendarListEntry',
    ...{ id, summary, timeZone, accessRole, selected: !hidden },
    ...(primary ? { primary } : {}),
    ...(id.includes('@group.') ? { dataOwner: dataOwner ?? account.email } : {}),
    ...(hidden ? { hidden } : {}),
  }))
  return paged(ask, items, pageSize)
}

/** developers.google.com/workspace/calendar/api/v3/reference/events/insert */
export function insertEvent(ask: Ask, calendar: EmulatedCalendar, { account }: CalendarOptions): Answer {
  const refused = refusesWriting(calendar)
  if (refused) return refused
  const draft = json(ask) as (Partial<EmulatedEvent> & { conferenceData?: Conference }) | undefined
  const id = draft?.id ?? randomBytes(13).toString('hex')
  if (!EVENT_ID.test(id)) return refuse(400, 'invalid', 'Invalid resource id value.')
  if (!draft?.start || !draft.end) return refuse(400, 'required', 'Missing end time.')
  // Seen for Europe/Kyiv in 2022: github.com/phw198/OutlookGoogleCalendarSync/issues/1525
  for (const [edge, { timeZone }] of Object.entries({ start: draft.start, end: draft.end }))
    if (timeZone !== undefined && (account.unknownZones.has(timeZone) || !isZone(timeZone)))
      return refuse(400, 'invalid', `Invalid time zone definition for ${edge} time.`)
  const span = spanOf({ start: draft.start, end: draft.end }, calendar)
  if (!span || span.end <= span.start)
    return refuse(400, 'timeRangeEmpty', 'The specified time range is empty.', 'calendar')
  if (calendar.events.has(id)) return refuse(409, 'duplicate', 'The requested identifier already exists.')
  const { conferenceData: wished, ...rest } = draft
  const wantsConference = wished !== undefined && ask.query.get('conferenceDataVersion') === '1'
  if (wantsConference && (!account.meet || wished.createRequest?.conferenceSolutionKey?.type !== 'hangoutsMeet'))
    return refuse(400, 'invalid', 'Invalid conference type value.')
  const event: EmulatedEvent = {
    ...rest,
    ...{ id, status: 'confirmed', start: draft.start, end: draft.end },
    ...(rest.extendedProperties && { extendedProperties: { private: kept(rest.extendedProperties.private ?? {}) } }),
    htmlLink: `https://www.google.example/calendar/event?eid=${id}`,
    ...(wantsConference ? conference(id, wished) : {}),
  }
  calendar.events.set(id, event)
  notify(ask, account, event, 'invitation')
  return found(ask, answered(event, account))
}

/** Guests are mailed where `sendUpdates` says so; without it, nobody is. */
export function notify(ask: Ask, { email, sent }: EmulatedAccount, event: EmulatedEvent, what: SentMail['what']): void {
  if (ask.query.get('sendUpdates') !== 'all') return
  for (const guest of event.attendees ?? []) if (guest.email !== email) sent.push({ what, to: guest.email })
}

/** Longer names are dropped and longer values cut: developers.google.com/workspace/calendar/api/guides/extended-properties#limits */
const kept = (properties: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.length <= 44)
      .map(([name, value]) => [name, value.slice(0, 1024)]),
  )

interface Conference {
  readonly createRequest?: { readonly requestId?: string; readonly conferenceSolutionKey?: { readonly type?: string } }
}

function conference(id: string, { createRequest }: Conference): object {
  const uri = `https://meet.google.example/${id.slice(0, 10)}`
  const done = { ...createRequest, status: { statusCode: 'success' } }
  return { hangoutLink: uri, conferenceData: { createRequest: done, entryPoints: [{ entryPointType: 'video', uri }] } }
}

/**
 * The event as it is at first: its conference is made after it, or not at all.
 * developers.google.com/workspace/calendar/api/v3/reference/events, conferenceData.createRequest.status
 */
export function answered(event: EmulatedEvent, account: EmulatedAccount): object {
  const { hangoutLink, conferenceData, ...rest } = resource(event)
  const { createRequest } = (conferenceData ?? {}) as Conference
  if (createRequest === undefined) return resource(event)
  const pending = !account.meetFails && account.answersWithPendingMeet > 0
  if (pending) account.answersWithPendingMeet -= 1
  else if (!account.meetFails) return resource(event)
  const status = { statusCode: pending ? 'pending' : 'failure' }
  return { ...rest, conferenceData: { createRequest: { ...createRequest, status } } }
}

/** An event as it is answered: its ETag is another one after every change. */
export const resource = (event: EmulatedEvent) => ({ kind: 'calendar#event', etag: etagOf(event), ...event })
export const etagOf = (event: EmulatedEvent): string =>
  `"${createHash('sha1').update(JSON.stringify(event)).digest('hex').slice(0, 16)}"`

export function getEvent(ask: Ask, calendar: EmulatedCalendar, id: string, { account }: CalendarOptions): Answer {
  const event = calendar.events.get(id) ?? instanceOf(calendar, id)
  // A deleted event is still answered by its id, as cancelled.
  return event ? found(ask, answered(event, account)) : refuse(404, 'notFound', 'Not Found')
}
