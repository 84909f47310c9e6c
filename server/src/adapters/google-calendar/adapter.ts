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
import type { EventLookup, Placed } from '../../ports/event-lookup.ts'
import { EventWriter, type WriteParts } from './events.ts'
import { FreeBusyRead } from './free-busy.ts'

/** A connection's Google calendars. Free/busy comes from freeBusy.query, which shows no event. */
export class GoogleCalendarAdapter implements ICalendarProvider, EventLookup {
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

  deleteEvent(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    return this.#writer.remove(eventId, asWritten)
  }
}
