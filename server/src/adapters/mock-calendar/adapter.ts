import { createHash, randomUUID } from 'node:crypto'
import { type BusySpan, mergeByKind } from '../../domain/busy-time.ts'
import { changeSince, isAtItsTime, type WrittenEvent } from '../../domain/changed-event.ts'
import { clip, type Interval, merge, overlaps } from '../../domain/interval.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError, EventChanged, InsufficientScope, readFailure } from '../../ports/calendar-failure.ts'
import type {
  CalendarBusy,
  CalendarEvent,
  CreateEventParams,
  FreeBusyParams,
  FreeBusyResult,
  ICalendarProvider,
} from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { EventLook, EventLookup, EventToLookUp, Placed } from '../../ports/event-lookup.ts'
import type { EventMove, EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import type { MockCalendarState, MockEvent } from './calendar.ts'
import type { MockFaults } from './faults.ts'

export interface MockAdapterParts {
  readonly state: MockCalendarState
  readonly faults: MockFaults
  readonly clock: Clock
}

/** Another one after every change. */
const changeKeyOf = (event: MockEvent): string => createHash('sha256').update(JSON.stringify(event)).digest('base64url')

const answer = (event: MockEvent): CalendarEvent => ({
  id: event.id,
  start: event.start,
  end: event.end,
  changeKey: changeKeyOf(event),
  ...(event.joinUrl === undefined ? {} : { joinUrl: event.joinUrl }),
})

/** A connection's calendars in memory. They keep every promise of the port, without a network. */
export class MockCalendarAdapter implements ICalendarProvider, EventLookup, EventMove {
  readonly #connection: ConnectionContext
  readonly #state: MockCalendarState
  readonly #faults: MockFaults
  readonly #clock: Clock

  constructor({ state, faults, clock }: MockAdapterParts, connection: ConnectionContext) {
    this.#connection = connection
    this.#state = state
    this.#faults = faults
    this.#clock = clock
  }

  getFreeBusy({ start, end, byCalendar = false, besides = [], signal }: FreeBusyParams): Promise<FreeBusyResult> {
    return this.#faults.run('getFreeBusy', signal, () => {
      const readAt = this.#clock.now()
      const { calendarIds } = this.#connection
      // A read of no calendar would look like being free.
      if (calendarIds.length === 0) throw new CalendarError('misconfigured', 'No calendar was chosen to be read')
      if (!(start < end)) throw new CalendarError('misconfigured', 'The window to be read is empty')
      const failures = new Map<string, CalendarError>()
      for (const id of calendarIds) {
        const failure = this.#failureOf(id)
        if (failure !== undefined) failures.set(id, failure)
      }
      if (failures.size > 0) throw readFailure(failures, calendarIds.length)
      const ours = new Set(besides.map(({ id }) => id))
      const others = [...this.#state.events.values()].filter(({ id }) => !ours.has(id))
      const blocking = others.filter(({ busy, calendarId }) => busy && calendarIds.includes(calendarId))
      const busy = clip(merge(blocking), { start, end }).map(({ start, end }) => ({ start, end }))
      return { busy, readAt, ...(byCalendar && { calendars: this.#byCalendar(others, { start, end }) }) }
    })
  }

  #byCalendar(events: readonly MockEvent[], window: Interval): CalendarBusy[] {
    return [...new Set(this.#connection.calendarIds)].map((calendarId) => {
      const entries = events.filter((event) => event.calendarId === calendarId && overlaps(event, window))
      const spans = entries
        .filter(({ busy }) => busy)
        .map(({ start, end, kind = 'busy' }): BusySpan => ({ start, end, kind }))
      return { calendarId, busy: mergeByKind(spans, window), isAllFree: entries.length > 0 && spans.length === 0 }
    })
  }

  createEvent(params: CreateEventParams): Promise<CalendarEvent> {
    return this.#faults.run('createEvent', params.signal, () => {
      const made = [...this.#state.events.values()].find(({ key }) => key === params.idempotencyKey)
      if (made !== undefined) return answer(made)
      if (params.idempotencyKey === '') throw new CalendarError('misconfigured', 'The event would have no key')
      if (!(params.start < params.end)) throw new CalendarError('misconfigured', 'The event would have no length')
      this.#requireWriting()
      const calendarId = this.#written()
      const id = randomUUID()
      const event: MockEvent = {
        id,
        calendarId,
        start: params.start,
        end: params.end,
        title: params.title,
        description: params.description,
        timeZone: params.timeZone,
        attendee: params.attendee?.email,
        joinUrl: params.onlineMeeting && this.#state.onlineMeetings ? `https://meet.example/${id}` : undefined,
        busy: true,
        visibility: 'private',
        key: params.idempotencyKey,
      }
      this.#state.events.set(id, event)
      return answer(event)
    })
  }

  findEvent(idempotencyKey: string, _calendarId?: string): Promise<string | undefined> {
    return this.#faults.run('findEvent', undefined, () => {
      this.#requireWriting()
      return [...this.#state.events.values()].find(({ key }) => key === idempotencyKey)?.id
    })
  }

  changeKeyOf(eventId: string, written: Placed): Promise<string | undefined> {
    return this.#faults.run('changeKeyOf', undefined, () => {
      this.#requireWriting()
      const event = this.#state.events.get(eventId)
      if (event?.key === undefined || event.seriesId !== undefined) return undefined
      return isAtItsTime(written, event) ? changeKeyOf(event) : undefined
    })
  }

  lookUpEvents(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]> {
    return this.#faults.run('lookUpEvents', signal, () => {
      this.#requireWriting()
      return events.map(({ id }): EventLook => {
        const event = this.#state.events.get(id)
        if (event === undefined) return { state: 'gone' }
        const { start, end, calendarId, seriesId } = event
        if (this.#state.unreadable.has(calendarId)) return { state: 'unknown', because: 'unavailable' }
        return { state: 'there', start, end, single: seriesId === undefined }
      })
    })
  }

  moveEvent(eventId: string, { from, to }: EventTimesChange): Promise<MovedEvent> {
    return this.#faults.run('moveEvent', undefined, () => {
      this.#requireWriting()
      const event = this.#state.events.get(eventId)
      if (event === undefined) throw new CalendarError('not_found', 'The event is gone', { code: 'event_gone' })
      if (event.key === undefined)
        throw new CalendarError('forbidden', 'The event was not made here', { code: 'not_ours' })
      if (event.seriesId !== undefined) throw new EventChanged('series')
      if (!isAtItsTime(from, event) && !isAtItsTime(to, event)) throw new EventChanged('moved')
      const moved = { ...event, start: to.start, end: to.end }
      this.#state.events.set(eventId, moved)
      return { changeKey: changeKeyOf(moved) }
    })
  }

  deleteEvent(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    return this.#faults.run('deleteEvent', undefined, () => {
      this.#requireWriting()
      const event = this.#state.events.get(eventId)
      if (event !== undefined && event.key === undefined)
        throw new CalendarError('forbidden', 'The event was not made here', { code: 'not_ours' })
      if (event?.seriesId !== undefined) throw new EventChanged('series')
      if (event !== undefined && asWritten !== undefined) this.#requireAsWritten(event, asWritten)
      this.#state.events.delete(eventId)
    })
  }

  #requireAsWritten(event: MockEvent, asWritten: WrittenEvent): void {
    const isElsewhere = event.calendarId !== (asWritten.calendarId ?? this.#defaultId())
    const change = changeSince(asWritten, { ...event, changeKey: changeKeyOf(event), isElsewhere })
    if (change !== undefined) throw new EventChanged(change)
  }

  #defaultId(): string | undefined {
    return this.#state.listings.find(({ isDefault }) => isDefault)?.id
  }

  /** The id of the calendar that events are written to. */
  #written(): string {
    const wanted = this.#connection.writesTo ?? this.#defaultId()
    const listing = this.#state.listings.find(({ id }) => id === wanted)
    if (listing === undefined) throw new CalendarError('not_found', 'The calendar is not there')
    if (listing.isReadOnly) throw new CalendarError('forbidden', 'Nothing may be written into the calendar')
    return listing.id
  }

  #failureOf(calendarId: string): CalendarError | undefined {
    if (!this.#state.listings.some(({ id }) => id === calendarId))
      return new CalendarError('not_found', 'The calendar is not there')
    return this.#state.unreadable.has(calendarId)
      ? new CalendarError('unavailable', 'The calendar could not be read')
      : undefined
  }

  #requireWriting(): void {
    if (this.#connection.access === 'bookings') return
    throw new InsufficientScope('reconnect', 'The grant does not reach as far as writing')
  }
}
