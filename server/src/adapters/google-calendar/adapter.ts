import type { WrittenEvent } from '../../domain/changed-event.ts'
import { storedKey } from '../../net/idempotency-key.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import type {
  CalendarEvent,
  CreateEventParams,
  FreeBusyParams,
  FreeBusyResult,
  ICalendarProvider,
} from '../../ports/calendar-provider.ts'
import type { EventLook, EventLookup, EventToLookUp, Placed } from '../../ports/event-lookup.ts'
import type { EventMove, EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import { EventWriter, type WriteParts } from './events.ts'
import { FreeBusyRead } from './free-busy.ts'

/** A connection's Google calendars. Free/busy comes from freeBusy.query, which shows no event, unless events are to be left out. */
export class GoogleCalendarAdapter implements ICalendarProvider, EventLookup, EventMove {
  readonly #reader: FreeBusyRead
  readonly #writer: EventWriter

  constructor(parts: WriteParts, connection: ConnectionContext) {
    this.#reader = new FreeBusyRead(parts, connection)
    this.#writer = new EventWriter(parts, connection)
  }

  getFreeBusy(params: FreeBusyParams): Promise<FreeBusyResult> {
    return this.#reader.run(params)
  }

  async createEvent(params: CreateEventParams): Promise<CalendarEvent> {
    return this.#writer.create({ ...params, idempotencyKey: storedKey(params.idempotencyKey) })
  }

  async findEvent(idempotencyKey: string, calendarId?: string): Promise<string | undefined> {
    return this.#writer.find(storedKey(idempotencyKey), calendarId)
  }

  changeKeyOf(eventId: string, written: Placed): Promise<string | undefined> {
    return this.#writer.changeKeyOf(eventId, written)
  }

  lookUpEvents(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]> {
    return this.#writer.lookUp(events, signal)
  }

  moveEvent(eventId: string, move: EventTimesChange): Promise<MovedEvent> {
    return this.#writer.move(eventId, move)
  }

  deleteEvent(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    return this.#writer.remove(eventId, asWritten)
  }
}
