import { randomBytes } from 'node:crypto'
import { type EventDraft, type Occurrence, StoredEvent } from './events.ts'
import { datesOf } from './recurrence.ts'
import { wallOf } from './zones.ts'

const DAY = 864e5
const overlaps = (span: { start: number; end: number }, from: number, to: number): boolean =>
  span.start < to && (span.end > from || (span.end === span.start && span.start >= from))

export type EventEdit = Partial<Pick<EventDraft, 'subject' | 'attendees' | 'start' | 'end' | 'isAllDay'>>

/** learn.microsoft.com/graph/api/resources/emailaddress */
export interface CalendarOwner {
  readonly name: string
  readonly address: string
}

export interface CalendarSettings {
  /** False for birthdays and holidays, for subscriptions, and for what a colleague shares to be looked at. */
  readonly canEdit?: boolean
  readonly owner?: CalendarOwner
}

/** A calendar of a mailbox. Single events are kept sorted by start, so that ten thousand of them page quickly. */
export class Calendar {
  readonly id = `AAMkAGI1${randomBytes(60).toString('base64url')}AAA=`
  readonly mailbox: Mailbox
  readonly name: string
  readonly isDefault: boolean
  /** Its owner may take the right to change it away at any time. */
  canEdit: boolean
  /** Whose it is: the mailbox's own person, unless somebody shared it. */
  readonly owner: CalendarOwner
  private readonly singles: Occurrence[] = []
  private readonly series: StoredEvent[] = []
  private longest = 0
  private memo: { key: string; spans: Occurrence[] } | undefined

  constructor(mailbox: Mailbox, name: string, options: CalendarSettings & { isDefault?: boolean } = {}) {
    this.mailbox = mailbox
    this.name = name
    this.isDefault = options.isDefault ?? false
    this.canEdit = options.canEdit ?? true
    this.owner = options.owner ?? { name: mailbox.ownerName, address: mailbox.ownerAddress }
  }

  /** Puts an event into the calendar, as a person in Outlook would. */
  add(draft: EventDraft): StoredEvent {
    const event = new StoredEvent(this, draft, this.mailbox.now())
    this.put(event)
    return event
  }

  /** Takes an event out, as a person in Outlook would; `false` when it was not there. */
  remove(event: StoredEvent | string): boolean {
    const found = typeof event === 'string' ? this.mailbox.event(event) : event
    return found?.calendar === this && this.take(found)
  }

  /** Moves one occurrence of a series (`date`: where the series would have it, `YYYY-MM-DD`). */
  moveOccurrence(event: StoredEvent, date: string, times: { start: string | Date; end: string | Date }): void {
    event.moved.set(date, { start: event.instant(times.start), end: event.instant(times.end) })
    this.changed(event)
  }

  /** Changes what an event says, or when it is, as a person in Outlook would. */
  edit(event: StoredEvent, { start, end, ...content }: EventEdit): void {
    this.take(event)
    Object.assign(event.draft, content)
    if (start !== undefined) event.start = event.instant(start)
    if (end !== undefined) event.end = event.instant(end)
    this.put(event)
    this.changed(event)
  }

  /** Makes a series of an event, which keeps its ids and becomes the master. */
  makeSeries(event: StoredEvent, recurrence: NonNullable<EventDraft['recurrence']>): void {
    this.take(event)
    event.draft.recurrence = recurrence
    this.put(event)
    this.changed(event)
  }

  removeOccurrence(event: StoredEvent, date: string): void {
    event.dropped.add(date)
    this.changed(event)
  }

  /** All events, series as their masters. */
  events(): StoredEvent[] {
    return [...this.singles.map((span) => span.event), ...this.series]
  }

  /** Everything that touches `[from, to)`, series expanded, sorted by start. */
  between(from: number, to: number): readonly Occurrence[] {
    const key = `${from} ${to}`
    if (this.memo?.key === key) return this.memo.spans
    const spans: Occurrence[] = []
    for (let at = this.firstFrom(from - this.longest); at < this.singles.length; at++) {
      const span = this.singles[at]
      if (!span || span.start >= to) break
      if (overlaps(span, from, to) && !span.event.hidden) spans.push(span)
    }
    if (this.series.length > 0) {
      for (const event of this.series) if (!event.hidden) spans.push(...expand(event, from, to))
      spans.sort((a, b) => a.start - b.start)
    }
    this.memo = { key, spans }
    return spans
  }

  put(event: StoredEvent): void {
    this.memo = undefined
    this.mailbox.index(event)
    if (event.draft.recurrence) {
      this.series.push(event)
      return
    }
    this.longest = Math.max(this.longest, event.end - event.start)
    this.singles.splice(this.firstFrom(event.start, true), 0, event.self)
  }

  take(event: StoredEvent): boolean {
    this.memo = undefined
    this.mailbox.forget(event)
    const single = this.singles.findIndex((span) => span.event === event)
    if (single >= 0) this.singles.splice(single, 1)
    const series = this.series.indexOf(event)
    if (series >= 0) this.series.splice(series, 1)
    return single >= 0 || series >= 0
  }

  changed(event?: StoredEvent): void {
    this.memo = undefined
    event?.touch(this.mailbox.now())
  }

  /** Index of the first single event that starts at or after (`after`: strictly after) the instant. */
  private firstFrom(instant: number, after = false): number {
    let low = 0
    let high = this.singles.length
    while (low < high) {
      const middle = (low + high) >> 1
      const start = this.singles[middle]?.start ?? 0
      if (start < instant || (after && start === instant)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function* expand(event: StoredEvent, from: number, to: number): Generator<Occurrence> {
  if (!event.draft.recurrence) return
  for (const date of datesOf(event.draft.recurrence, wallOf(to + DAY, event.iana).slice(0, 10))) {
    if (event.dropped.has(date) || event.moved.has(date)) continue
    if (Date.parse(`${date}T00:00:00Z`) + 3 * DAY + (event.end - event.start) < from) continue
    const occurrence = event.occurrence(date)
    if (overlaps(occurrence, from, to)) yield occurrence
  }
  for (const date of event.moved.keys()) {
    const occurrence = event.occurrence(date)
    if (!event.dropped.has(date) && overlaps(occurrence, from, to)) yield occurrence
  }
}

/** One account's calendars and the ids of everything in them. */
export class Mailbox {
  readonly timeZone: string
  readonly ownerName: string
  readonly ownerAddress: string
  /** Whether online meetings get a link. */
  readonly meetings: boolean
  readonly now: () => Date
  readonly calendars: Calendar[] = []
  /** What Outlook mailed to attendees. */
  readonly sent: { what: 'invitation' | 'cancellation'; to: string }[] = []
  /** transactionId → the event made with it and the body that made it. */
  readonly transactions = new Map<string, { event: StoredEvent; body: string }>()
  private readonly byId = new Map<string, StoredEvent>()

  constructor(owner: { name: string; address: string; timeZone: string; meetings: boolean }, now: () => Date) {
    this.timeZone = owner.timeZone
    this.ownerName = owner.name
    this.ownerAddress = owner.address
    this.meetings = owner.meetings
    this.now = now
    this.calendars.push(new Calendar(this, 'Calendar', { isDefault: true }))
  }

  get defaultCalendar(): Calendar {
    const found = this.calendars.find((calendar) => calendar.isDefault)
    if (!found) throw new Error('the mailbox lost its default calendar')
    return found
  }

  /** By id or name; without either the default one. */
  calendar(which?: string): Calendar | undefined {
    if (which === undefined) return this.defaultCalendar
    return this.calendars.find((calendar) => calendar.id === which || calendar.name === which)
  }

  /** By ordinary or immutable id; an ordinary id that a move made obsolete finds nothing. */
  event(id: string): StoredEvent | undefined {
    return this.byId.get(id)
  }

  /** Moves to another calendar of the mailbox: the ordinary id changes, the immutable one does not. */
  move(event: StoredEvent, to: Calendar): void {
    event.calendar.take(event)
    event.relocate(to)
    to.put(event)
    event.touch(this.now())
  }

  /** Mails those whom the event's maker invited. */
  notify(event: StoredEvent, what: 'invitation' | 'cancellation'): void {
    for (const { emailAddress } of event.draft.attendees ?? [])
      this.sent.push({ what, to: emailAddress?.address ?? '' })
  }

  index(event: StoredEvent): void {
    this.byId.set(event.id, event).set(event.immutableId, event)
  }

  forget(event: StoredEvent): void {
    this.byId.delete(event.id)
    this.byId.delete(event.immutableId)
  }
}
