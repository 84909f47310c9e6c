import type { z } from 'zod'
import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import type { SingleFlight } from '../../concurrency/single-flight.ts'
import type { WrittenEvent } from '../../domain/changed-event.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope, isOutcomeUnknown } from '../../ports/calendar-failure.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import type { EventLook, EventToLookUp, Placed } from '../../ports/event-lookup.ts'
import type { EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import {
  createdEvent,
  type Decoration,
  EventAnswer,
  eventFields,
  eventIdOf,
  eventToCreate,
  markerOf,
} from './event-body.ts'
import { lookUpEvents } from './event-looks.ts'
import { moveEvent } from './event-move.ts'
import {
  changeKeyOf,
  PRIMARY,
  type RemovalParts,
  removeEvent,
  standingEvent,
  unlessGone,
  type WriteRequest,
} from './event-removal.ts'
import type { ReadParts } from './free-busy.ts'
import { type MeetingParts, withLink } from './online-meeting.ts'
import { garbled, transportFailure } from './transport/google-errors.ts'

export interface WriteParts extends ReadParts, MeetingParts {
  /** Shared by all adapters of the process, so that two calls with one idempotency key make one event. */
  readonly creations: SingleFlight<CalendarEvent>
  /** The name of the event marker's property. */
  readonly marker: string
}

/** Creates and removes the events of our bookings. */
export class EventWriter {
  readonly #parts: WriteParts
  readonly #connection: ConnectionContext

  constructor(parts: WriteParts, connection: ConnectionContext) {
    this.#parts = parts
    this.#connection = connection
  }

  async create(params: CreateEventParams): Promise<CalendarEvent> {
    this.#requireWriting()
    // Google does not promise to notice that an id is taken when two requests arrive together.
    const key = JSON.stringify([this.#connection.id, params.idempotencyKey])
    const work = () => this.#within((deadline) => this.#create(params, deadline))
    try {
      return await this.#parts.creations.run(key, work, params.signal)
    } catch (error) {
      throw transportFailure(error, params.signal)
    }
  }

  /** The promises of EventLookup. */
  async find(key: string, calendarId?: string): Promise<string | undefined> {
    this.#requireWriting()
    const id = eventIdOf(key)
    const event = await this.#within((deadline) => standingEvent(this.#removal(deadline), id, calendarId))
    return event !== undefined && markerOf(event, this.#parts.marker) === key ? id : undefined
  }

  /** The promises of EventLookup. */
  async changeKeyOf(eventId: string, written: Placed): Promise<string | undefined> {
    this.#requireWriting()
    return this.#within((deadline) => changeKeyOf(this.#removal(deadline), eventId, written))
  }

  /** The promises of EventLookup. */
  async lookUp(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]> {
    this.#requireWriting()
    return this.#within((deadline) => lookUpEvents(this.#removal(deadline), events), signal)
  }

  /** The promises of EventMove. */
  async move(eventId: string, move: EventTimesChange): Promise<MovedEvent> {
    this.#requireWriting()
    return this.#within((deadline) => moveEvent(this.#removal(deadline), eventId, move))
  }

  async remove(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    this.#requireWriting()
    await this.#within((deadline) => removeEvent(this.#removal(deadline), eventId, asWritten))
  }

  #removal(deadline: Deadline): RemovalParts {
    return {
      send: (request) => this.#send(deadline, request),
      marker: this.#parts.marker,
      timeZone: this.#connection.timeZone,
      maxPages: this.#parts.limits.pages,
    }
  }

  /**
   * Looks for the event before the insertion, because an earlier one may have been carried out although its answer was lost,
   * and again after an insertion whose outcome nobody knows.
   */
  async #create(params: CreateEventParams, deadline: Deadline): Promise<CalendarEvent> {
    const found = await this.#find(params.idempotencyKey, deadline)
    if (found !== undefined) return this.#linked(found, deadline)
    return this.#linked(await this.#insertOnce(params, deadline), deadline)
  }

  async #insertOnce(params: CreateEventParams, deadline: Deadline): Promise<EventAnswer> {
    try {
      return await this.#insert(params, deadline)
    } catch (error) {
      const failure = transportFailure(error)
      if (failure.reason !== 'conflict' && !isOutcomeUnknown(failure)) throw failure
      // Where this look fails too, the outcome is as unknown as before: the first failure is thrown.
      const made = await this.#find(params.idempotencyKey, deadline).catch((second: unknown) => {
        throw second instanceof CalendarError && second.reason === 'conflict' ? second : failure
      })
      if (made === undefined) throw failure
      return made
    }
  }

  /** The event that was created under a key, if there is one. */
  async #find(key: string, deadline: Deadline): Promise<EventAnswer | undefined> {
    const { marker } = this.#parts
    const event = await this.#get(eventIdOf(key), deadline)
    if (event === undefined) return undefined
    if (event.status === 'cancelled' || markerOf(event, marker) !== key)
      throw new CalendarError('conflict', 'The event id is used up', { code: event.status ?? 'cancelled' })
    return event
  }

  async #linked(event: EventAnswer, deadline: Deadline): Promise<CalendarEvent> {
    const look = (within: Deadline) => this.#get(event.id, within)
    const { id: connectionId, timeZone } = this.#connection
    return createdEvent(await withLink(event, look, this.#parts, { connectionId, outer: deadline }), timeZone)
  }

  async #insert(params: CreateEventParams, deadline: Deadline): Promise<EventAnswer> {
    const wanted = params.onlineMeeting === true
    // Google creates no event where it answers 400: to an account without Meet, "Invalid conference type value."; to the name
    // of a zone that it does not know yet, "Invalid time zone definition for start time." Neither has a reason of its own.
    const ways: readonly Decoration[] = [
      { withMeeting: wanted, withZone: true },
      ...(wanted ? [{ withMeeting: false, withZone: true }] : []),
      { withMeeting: wanted, withZone: false },
      ...(wanted ? [{ withMeeting: false, withZone: false }] : []),
    ]
    let refused: CalendarError | undefined
    for (const decoration of ways) {
      try {
        return await this.#insertAs(params, decoration, deadline)
      } catch (error) {
        if (!(error instanceof CalendarError) || error.status !== 400) throw error
        refused ??= error
      }
    }
    throw refused
  }

  async #insertAs(params: CreateEventParams, decoration: Decoration, deadline: Deadline): Promise<EventAnswer> {
    const { marker } = this.#parts
    const event = await this.#send(deadline, {
      name: 'events.insert',
      // The transport is not to repeat it: #create looks first.
      repeatable: false,
      schema: EventAnswer,
      request: (api, options) =>
        api.events.insert(
          {
            calendarId: this.#calendarId,
            fields: eventFields(marker),
            conferenceDataVersion: decoration.withMeeting ? 1 : 0,
            sendUpdates: params.attendee === undefined ? 'none' : 'all',
            requestBody: eventToCreate(params, decoration, marker),
          },
          options,
        ),
    })
    if (event.id !== eventIdOf(params.idempotencyKey)) throw garbled('another event came back')
    createdEvent(event, params.timeZone)
    return event
  }

  /** The event; undefined where there is none. */
  #get(eventId: string, deadline: Deadline): Promise<EventAnswer | undefined> {
    const fields = eventFields(this.#parts.marker)
    return this.#send(deadline, {
      name: 'events.get',
      repeatable: true,
      schema: EventAnswer,
      request: (api, options) => api.events.get({ calendarId: this.#calendarId, eventId, fields }, options),
    }).catch(unlessGone)
  }

  /** Of the calendar that events are written to. */
  get #calendarId(): string {
    return this.#connection.writesTo ?? PRIMARY
  }

  #send<Schema extends z.ZodType>(deadline: Deadline, request: WriteRequest<Schema>): Promise<z.infer<Schema>> {
    return this.#parts.google.send({ ...request, connection: this.#connection, purpose: 'write', deadline })
  }

  /** A write without the caller's signal, because what was begun is to be finished although the caller has left. */
  async #within<T>(work: (deadline: Deadline) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const deadline = startDeadline(this.#parts.clock, this.#parts.limits.writeMs, signal)
    try {
      return await work(deadline)
    } finally {
      deadline.end()
    }
  }

  #requireWriting(): void {
    if (this.#connection.access === 'bookings') return
    throw new InsufficientScope('reconnect', 'The grant does not reach as far as writing')
  }
}
