import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import type {
  CalendarEvent,
  CreateEventParams,
  FreeBusyParams,
  FreeBusyResult,
  ICalendarProvider,
} from '../../ports/calendar-provider.ts'
import { EventWriter, type WriteParts } from './events.ts'
import { FreeBusyRead } from './free-busy.ts'
import { transportFailure } from './transport/graph-errors.ts'

/**
 * A connection's Outlook calendars. Reads go through `calendarView`, which expands recurring events and works for
 * personal accounts; `getSchedule` does neither. learn.microsoft.com/graph/api/user-list-calendarview
 */
export class MicrosoftCalendarAdapter implements ICalendarProvider {
  readonly #reader: FreeBusyRead
  readonly #writer: EventWriter

  constructor(parts: WriteParts, connection: ConnectionContext) {
    this.#reader = new FreeBusyRead(parts, connection)
    this.#writer = new EventWriter(parts, connection)
  }

  getFreeBusy(params: FreeBusyParams): Promise<FreeBusyResult> {
    return typed(() => this.#reader.run(params))
  }

  createEvent(params: CreateEventParams): Promise<CalendarEvent> {
    return typed(() => this.#writer.create(params))
  }

  deleteEvent(eventId: string): Promise<void> {
    return typed(() => this.#writer.remove(eventId))
  }
}

/** Nothing but CalendarErrors leaves, whatever went wrong. */
async function typed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw transportFailure(error)
  }
}
