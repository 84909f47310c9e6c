import type { WrittenEvent } from '../../domain/changed-event.ts'
import { storedKey } from '../../net/idempotency-key.ts'
import { failingTyped } from '../../net/programming-errors.ts'
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
import { transportFailure } from './transport/google-errors.ts'

/** A connection's Google calendars. Free/busy comes from freeBusy.query, which shows no event, unless events are to be left out. */
export class GoogleCalendarAdapter implements ICalendarProvider, EventLookup, EventMove {
  readonly #reader: FreeBusyRead
  readonly #writer: EventWriter
  readonly #typed: <T>(work: () => Promise<T>) => Promise<T>

  constructor(parts: WriteParts, connection: ConnectionContext) {
    this.#reader = new FreeBusyRead(parts, connection)
    this.#writer = new EventWriter(parts, connection)
    const failing = {
      log: parts.log,
      connectionId: connection.id,
      failureOf: (error: unknown) => transportFailure(error),
    }
    this.#typed = (work) => failingTyped(work, failing)
  }

  getFreeBusy(params: FreeBusyParams): Promise<FreeBusyResult> {
    return this.#typed(() => this.#reader.run(params))
  }

  createEvent(params: CreateEventParams): Promise<CalendarEvent> {
    return this.#typed(() => this.#writer.create({ ...params, idempotencyKey: storedKey(params.idempotencyKey) }))
  }

  findEvent(idempotencyKey: string, calendarId?: string): Promise<string | undefined> {
    return this.#typed(() => this.#writer.find(storedKey(idempotencyKey), calendarId))
  }

  changeKeyOf(eventId: string, written: Placed): Promise<string | undefined> {
    return this.#typed(() => this.#writer.changeKeyOf(eventId, written))
  }

  lookUpEvents(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]> {
    return this.#typed(() => this.#writer.lookUp(events, signal))
  }

  moveEvent(eventId: string, move: EventTimesChange): Promise<MovedEvent> {
    return this.#typed(() => this.#writer.move(eventId, move))
  }

  deleteEvent(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    return this.#typed(() => this.#writer.remove(eventId, asWritten))
  }
}
