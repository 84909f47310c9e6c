import type { Cloud } from './cloud.ts'
import type { Occurrence, StoredEvent } from './events.ts'
import type { Calendar } from './mailbox.ts'
import { graphDateTime } from './zones.ts'

/** How one request wants its events written. */
export interface EventView {
  readonly cloud: Cloud
  /** The zone name as the request gave it, and the IANA zone behind it. */
  readonly timeZone: string
  readonly iana: string
  readonly immutableIds: boolean
  readonly textBody: boolean
  /** Calendars.ReadBasic: no body, attachments or extensions. */
  readonly basic: boolean
  readonly select: readonly string[] | undefined
  /** An extended property to include, by its id. */
  readonly expand: string | undefined
}

const NEVER = '0001-01-01T00:00:00Z' // documented for "not answered"
const address = (name: string, mail: string) => ({ emailAddress: { name, address: mail } })

function dateTime(o: Occurrence, instant: number, view: EventView) {
  const floats = o.event.draft.isAllDay && view.cloud.quirks.allDay === 'midnight'
  return { dateTime: graphDateTime(instant, floats ? o.event.iana : view.iana), timeZone: view.timeZone }
}

function location(o: Occurrence) {
  const displayName = o.event.draft.location ?? 'Consulting room 2'
  return { displayName, locationType: 'default', uniqueId: displayName, uniqueIdType: 'private' }
}

function body(o: Occurrence, view: EventView) {
  const content = o.event.draft.body?.content ?? 'Notes that nobody but the owner should read.'
  return view.textBody
    ? { contentType: 'text', content }
    : { contentType: 'html', content: `<html><body>${content}</body></html>` }
}

function eventType(o: Occurrence): string {
  if (o.date) return o.moved ? 'exception' : 'occurrence'
  return o.event.draft.recurrence ? 'seriesMaster' : 'singleInstance'
}

/** Null for personal accounts, whatever was asked for: seen at outlook.com, not documented. */
function onlineMeeting({ event: { joinUrl } }: Occurrence, { cloud: { quirks } }: EventView) {
  if (!joinUrl) return null
  if (quirks.answersWithoutJoinUrl === 0) return { joinUrl, conferenceId: '291633251', tollNumber: '+1 323-555-0166' }
  quirks.answersWithoutJoinUrl -= 1
  return null
}

const owner = (o: Occurrence) => o.event.calendar.mailbox

const PROPERTIES: Record<string, (o: Occurrence, view: EventView) => unknown> = {
  createdDateTime: (o) => o.event.createdAt.toISOString(),
  lastModifiedDateTime: (o) => o.event.modifiedAt.toISOString(),
  changeKey: (o) => o.event.changeKey,
  categories: () => [],
  transactionId: (o) => o.event.draft.transactionId ?? null,
  originalStartTimeZone: (o) => o.event.draft.originalTimeZone ?? o.event.timeZone,
  originalEndTimeZone: (o) => o.event.draft.originalTimeZone ?? o.event.timeZone,
  originalStart: (o) => (o.date ? new Date(o.event.occurrence(o.date).start).toISOString() : null),
  iCalUId: (o) => (o.date ? `${o.event.iCalUId}${o.date.replaceAll('-', '')}` : o.event.iCalUId),
  reminderMinutesBeforeStart: () => 15,
  isReminderOn: () => true,
  hasAttachments: () => false,
  subject: (o) => o.event.draft.subject ?? '',
  bodyPreview: (o) => (o.event.draft.body?.content ?? 'Notes that nobody but the owner should read.').slice(0, 255),
  importance: () => 'normal',
  sensitivity: (o) => o.event.draft.sensitivity ?? 'normal',
  isAllDay: (o) => o.event.draft.isAllDay ?? false,
  isCancelled: (o) => o.event.isCancelled,
  isDraft: () => false,
  isOrganizer: (o) => o.event.isOrganizer,
  responseRequested: () => true,
  seriesMasterId: (o, view) => (o.date ? idOf({ ...o.event.self }, view) : null),
  showAs: (o) => o.event.draft.showAs ?? 'busy',
  type: eventType,
  webLink: (o) =>
    `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(o.event.id)}&exvsurl=1&path=/calendar/item`,
  onlineMeetingUrl: () => null,
  isOnlineMeeting: (o) => o.event.draft.isOnlineMeeting ?? false,
  onlineMeetingProvider: (o) => (o.event.draft.isOnlineMeeting ? 'teamsForBusiness' : 'unknown'),
  allowNewTimeProposals: () => true,
  hideAttendees: () => false,
  recurrence: (o) => (o.date ? null : (o.event.draft.recurrence ?? null)),
  responseStatus: (o) => ({
    response: o.event.draft.responseStatus ?? 'organizer',
    time: o.event.isOrganizer ? NEVER : `${o.event.createdAt.toISOString().slice(0, 19)}Z`,
  }),
  body,
  start: (o, view) => dateTime(o, o.start, view),
  end: (o, view) => dateTime(o, o.end, view),
  location,
  locations: (o) => [location(o)],
  attendees: (o) =>
    (o.event.draft.attendees ?? [address('Robin Fenn', 'robin.fenn@clients.example')]).map((attendee) => ({
      type: 'required',
      status: { response: 'none', time: NEVER },
      ...attendee,
    })),
  organizer: (o) =>
    o.event.isOrganizer
      ? address(owner(o).ownerName, owner(o).ownerAddress)
      : address('Sam Hale', 'sam.hale@partners.example'),
  onlineMeeting,
}

const BODY = ['body', 'bodyPreview']
const POISON = ['subject', 'body', 'bodyPreview', 'location', 'attendees', 'organizer']
const WHEN_ASKED_ONLY = ['originalStart']
const ALL = Object.keys(PROPERTIES).filter((name) => !WHEN_ASKED_ONLY.includes(name))

// Naming the expanded property is allowed and changes nothing.
const ALWAYS_SELECTABLE = ['id', '*', 'singleValueExtendedProperties']

/** The first name of a `$select` that events do not have. */
export const unknownProperty = (select: readonly string[]): string | undefined =>
  select.find((name) => !ALWAYS_SELECTABLE.includes(name) && !(name in PROPERTIES))

/** The id of an event or occurrence in the form the request prefers. */
export function idOf(o: Occurrence, view: Pick<EventView, 'immutableIds'>): string {
  const id = view.immutableIds ? o.event.immutableId : o.event.id
  return o.date ? `${id.slice(0, -1)}AFR${o.date.replaceAll('-', '')}` : id
}

/** Finds an event, or an occurrence of a series, by an id of either form. */
export function findById(
  calendar: Calendar | undefined,
  mailbox: Calendar['mailbox'],
  id: string,
): Occurrence | undefined {
  const [, stem, y, m, d] = /^(.+)AFR(\d{4})(\d\d)(\d\d)$/.exec(id) ?? []
  const event: StoredEvent | undefined = mailbox.event(stem === undefined ? id : `${stem}=`)
  if (!event || (calendar && event.calendar !== calendar)) return undefined
  if (stem === undefined) return event.self
  const date = `${y}-${m}-${d}`
  return event.dropped.has(date) ? undefined : event.occurrence(date)
}

export function eventResource(o: Occurrence, view: EventView): Record<string, unknown> {
  const json: Record<string, unknown> = { '@odata.etag': `W/"${o.event.changeKey}"`, id: idOf(o, view) }
  const names = !view.select || view.select.includes('*') ? ALL : view.select
  for (const name of names) add(json, name, o, view)
  if (view.cloud.quirks.poison) for (const name of POISON) add(json, name, o, view)
  const extended = view.expand
    ? o.event.draft.extendedProperties?.filter((property) => property.id.toLowerCase() === view.expand?.toLowerCase())
    : undefined
  if (extended?.length && !view.basic) json.singleValueExtendedProperties = extended
  return json
}

function add(json: Record<string, unknown>, name: string, o: Occurrence, view: EventView): void {
  const property = PROPERTIES[name]
  if (!property || (view.basic && BODY.includes(name) && !view.cloud.quirks.poison)) return
  json[name] = property(o, view)
}
