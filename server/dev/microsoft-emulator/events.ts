import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Attendee, ItemBody, PatternedRecurrence } from '@microsoft/microsoft-graph-types'
import type { Calendar } from './mailbox.ts'
import { anyZone, instantOf, wallOf } from './zones.ts'

/** What a test or the seed says about an event; everything unsaid gets a believable value. */
export interface EventDraft {
  subject?: string
  /** An instant, or wall-clock text `YYYY-MM-DD[THH:MM[:SS]]` in `timeZone`. */
  start: string | Date
  end: string | Date
  /** Windows or IANA name; the mailbox's own zone when absent. */
  timeZone?: string
  /** What `originalStartTimeZone` says, when it should differ (`tzone://Microsoft/Custom`). */
  originalTimeZone?: string
  isAllDay?: boolean
  /** Any text: Graph may invent values later. */
  showAs?: string
  sensitivity?: 'normal' | 'personal' | 'private' | 'confidential'
  isCancelled?: boolean
  /** Anything but `organizer` and `none` makes it somebody else's meeting. */
  responseStatus?: string
  recurrence?: PatternedRecurrence
  body?: ItemBody
  location?: string
  attendees?: readonly Attendee[]
  transactionId?: string
  extendedProperties?: readonly { id: string; value: string }[]
  isOnlineMeeting?: boolean
}

/** One appearance of an event in time; a single event has one, a series many. */
export interface Occurrence {
  readonly event: StoredEvent
  readonly start: number
  readonly end: number
  /** The date in the series on which it would be; absent for single events and masters. */
  readonly date?: string
  readonly moved?: boolean
}

const text = (bytes: number): string => randomBytes(bytes).toString('base64url')

export class StoredEvent {
  /** The ordinary id: changes when the event is moved to another calendar. */
  id = `AAMkAGI1${text(78)}AAA=`
  /** The id under Prefer: IdType="ImmutableId": survives moves. */
  readonly immutableId = `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${text(24)}AA=`
  readonly iCalUId = `040000008200E00074C5B7101A82E008${randomBytes(40).toString('hex').toUpperCase()}`
  start: number
  end: number
  readonly iana: string
  readonly timeZone: string
  readonly createdAt: Date
  modifiedAt: Date
  readonly draft: EventDraft
  isCancelled: boolean
  /** Not yet in listings: Graph promises no read-your-writes for calendarView. */
  hidden = false
  calendar: Calendar
  joinUrl: string | undefined
  readonly moved = new Map<string, { start: number; end: number }>()
  readonly dropped = new Set<string>()
  changeKey = ''
  private version = 0

  constructor(calendar: Calendar, draft: EventDraft, now: Date) {
    this.calendar = calendar
    this.draft = draft
    this.timeZone = draft.timeZone ?? calendar.mailbox.timeZone
    this.iana = anyZone(this.timeZone)
    this.start = this.instant(draft.start)
    this.end = this.instant(draft.end)
    if (this.end < this.start) throw new RangeError('an event ends after it starts')
    this.isCancelled = draft.isCancelled ?? false
    this.createdAt = now
    this.modifiedAt = now
    this.touch(now)
    if (draft.isOnlineMeeting && calendar.mailbox.meetings)
      this.joinUrl = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_${text(24)}%40thread.v2/0?context=${randomUUID()}`
  }

  get isOrganizer(): boolean {
    return ['organizer', 'none'].includes(this.draft.responseStatus ?? 'organizer')
  }

  touch(now: Date): void {
    this.changeKey = createHash('sha1')
      .update(`${this.immutableId} ${++this.version}`)
      .digest('base64')
    this.modifiedAt = now
  }

  relocate(calendar: Calendar): void {
    this.calendar = calendar
    this.id = `AAMkAGI1${text(78)}AAA=`
  }

  /** The event as a span of its own (for a series: its master, which starts with the first occurrence). */
  get self(): Occurrence {
    return { event: this, start: this.start, end: this.end }
  }

  /** Wall-clock text in the event's own zone, or an instant, as an instant. */
  instant(when: string | Date): number {
    if (when instanceof Date) return when.getTime()
    return instantOf(when.length === 10 ? `${when}T00:00:00` : when.length === 16 ? `${when}:00` : when, this.iana)
  }

  /** The occurrence of a series on a date, in the time it has now. */
  occurrence(date: string): Occurrence {
    const exception = this.moved.get(date)
    if (exception) return { event: this, ...exception, date, moved: true }
    const start = instantOf(`${date}${wallOf(this.start, this.iana).slice(10)}`, this.iana)
    return { event: this, start, end: start + (this.end - this.start), date }
  }
}
