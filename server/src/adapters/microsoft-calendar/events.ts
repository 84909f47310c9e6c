import { abandonable, type Deadline, type Sleep, startDeadline } from '../../concurrency/deadline.ts'
import type { SingleFlight } from '../../concurrency/single-flight.ts'
import type { WrittenEvent } from '../../domain/changed-event.ts'
import { type Outcome, retry } from '../../net/retry.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope, isOutcomeUnknown } from '../../ports/calendar-failure.ts'
import type { CalendarEvent, CreateEventParams } from '../../ports/calendar-provider.ts'
import type { EventLook, EventToLookUp, Placed } from '../../ports/event-lookup.ts'
import type { EventTimesChange, MovedEvent } from '../../ports/event-move.ts'
import { listCalendars } from './calendar-list.ts'
import {
  createdEvent,
  EVENT_FIELDS,
  eventMadeUnder,
  eventToCreate,
  heldQuery,
  onlineMeetingProvider,
} from './event-body.ts'
import { lookUpEvents } from './event-looks.ts'
import { moveEvent, UNKNOWN_ZONE } from './event-move.ts'
import {
  calendarOf,
  changeKeyOf,
  eventsOf,
  type RemovalParts,
  removeEvent,
  unlessGone,
  type WriteRequest,
} from './event-removal.ts'
import { eventsUnder, searchCalendars } from './event-search.ts'
import type { ReadParts } from './free-busy.ts'
import { OnlineMeeting } from './online-meeting.ts'
import { done } from './transport/graph-call.ts'
import { GraphError, transportFailure } from './transport/graph-errors.ts'

export interface WriteParts extends ReadParts {
  readonly sleep: Sleep
  readonly random: () => number
  /** Shared by all adapters of the process, so that two calls with one idempotency key make one event. */
  readonly creations: SingleFlight<CalendarEvent>
  /** The id of the event marker's property. */
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

  create(params: CreateEventParams): Promise<CalendarEvent> {
    this.#requireWriting()
    if (!(params.start < params.end))
      throw new CalendarError('misconfigured', 'an event must end after it starts', { code: 'window' })
    const key = `${this.#connection.accountKey} ${params.idempotencyKey}`
    return this.#parts.creations
      .run(key, () => this.#within((deadline) => this.#create(params, deadline)), params.signal)
      .catch((error: unknown) => {
        throw transportFailure(error)
      })
  }

  /** The promises of EventLookup. */
  async find(key: string, calendarId?: string): Promise<string | undefined> {
    this.#requireWriting()
    const { clock } = this.#parts
    const work = async (deadline: Deadline) => {
      // With a calendar, its events have gone.
      const written = calendarId && (await unlessGone(() => this.#findIn(calendarId, key, deadline)))
      const found = written || (await this.#findIn(undefined, key, deadline))
      if (found !== undefined) return found.id
      const calendars = await listCalendars(this.#parts, this.#connection, deadline.signal)
      return searchCalendars({ ...this.#removal(deadline), clock }, key, calendars)
    }
    return this.#within(work)
  }

  /** The promises of EventLookup. */
  async changeKeyOf(eventId: string, written: Placed): Promise<string | undefined> {
    this.#requireWriting()
    return this.#within((deadline) => changeKeyOf(this.#removal(deadline), eventId, written))
  }

  /** The promises of EventLookup. */
  async lookUp(events: readonly EventToLookUp[], signal?: AbortSignal): Promise<readonly EventLook[]> {
    this.#requireWriting()
    const { clock } = this.#parts
    const { timeZone } = this.#connection
    const look = (deadline: Deadline) =>
      lookUpEvents({ send: (request) => this.#ask(deadline, request), clock, timeZone }, events)
    return this.#within(look, signal)
  }

  /** The promises of EventMove. */
  async move(eventId: string, move: EventTimesChange): Promise<MovedEvent> {
    this.#requireWriting()
    const { timeZone } = this.#connection
    return this.#within((deadline) => moveEvent({ ...this.#removal(deadline), timeZone }, eventId, move))
  }

  async remove(eventId: string, asWritten?: WrittenEvent): Promise<void> {
    this.#requireWriting()
    await this.#within((deadline) => removeEvent(this.#removal(deadline), eventId, asWritten))
  }

  #removal(deadline: Deadline): RemovalParts {
    return { send: (request) => this.#ask(deadline, request), marker: this.#parts.marker }
  }

  /**
   * Looks for the event before each POST, because an earlier POST may have been carried out although its answer was lost, here
   * or in a process that has ended. The `transactionId` is the second defence: how long Graph remembers one is not documented.
   */
  async #create(params: CreateEventParams, deadline: Deadline): Promise<CalendarEvent> {
    const { sleep, random, limits } = this.#parts
    const meeting = params.onlineMeeting === true ? this.#meeting(deadline) : undefined
    let wanted = params
    const attempt = async (): Promise<Outcome<CalendarEvent>> => {
      const found = await this.#find(params.idempotencyKey, deadline)
      if (found !== undefined) return done(found)
      const provider = await meeting?.provider()
      try {
        return done(await this.#insert(wanted, provider, deadline))
      } catch (error) {
        const failure = transportFailure(error)
        if (failure.code === UNKNOWN_ZONE && wanted.timeZone !== 'UTC') {
          wanted = { ...params, timeZone: 'UTC' }
          return { kind: 'again', failure }
        }
        if (provider === undefined || !isRefusedInput(failure))
          return await this.#afterFailure(failure, params.idempotencyKey, deadline)
        meeting?.refused(failure)
        return { kind: 'again', failure }
      }
    }
    const event = await retry(attempt, { deadline, repeatable: true, random, sleep, ...limits.retry })
    return meeting === undefined ? event : meeting.linked(event)
  }

  /** What follows a POST that failed: done where the event exists, a retry where nobody knows, else the failure. */
  async #afterFailure(failure: CalendarError, key: string, deadline: Deadline): Promise<Outcome<CalendarEvent>> {
    const { reason, retryAfterMs } = failure
    if (reason === 'conflict') {
      // ErrorDuplicateTransactionId: an event was created under this id. It is ours if it carries our event marker. The filter
      // may not find it yet, or not any more.
      const id = failure instanceof GraphError ? failure.existingEventId : undefined
      const found = id === undefined ? await this.#find(key, deadline) : await this.#existing(id, key, deadline)
      if (found !== undefined) return done(found)
      throw failure
    }
    // A throttled call was not carried out, and the transport has repeated it as often as it may be.
    if (reason === 'throttled') throw failure
    if (!isOutcomeUnknown(failure)) throw failure
    return { kind: 'again', failure, retryAfterMs }
  }

  /**
   * The event that was created under a key, if it stands where it was written or where Graph lists the mailbox's events. One that
   * she has moved elsewhere since is known by its `transactionId` alone: asking every calendar before each write would cost two requests.
   */
  async #find(key: string, deadline: Deadline): Promise<CalendarEvent | undefined> {
    const { writesTo } = this.#connection
    const written = writesTo === undefined ? undefined : await this.#findIn(writesTo, key, deadline)
    return written ?? this.#findIn(undefined, key, deadline)
  }

  async #findIn(calendarId: string | undefined, key: string, deadline: Deadline): Promise<CalendarEvent | undefined> {
    const found = await eventsUnder(this.#removal(deadline), calendarId, key)
    if (found.length > 1) this.#parts.log.warn('calendar_event_twice', { connectionId: this.#connection.id })
    return found[0]
  }

  /** The event of this id, if it was created under the key. */
  #existing(id: string, key: string, deadline: Deadline): Promise<CalendarEvent | undefined> {
    const read = () =>
      this.#ask(deadline, {
        method: 'GET',
        route: '/me/events/{id}',
        path: `/me/events/${encodeURIComponent(id)}?${heldQuery(this.#parts.marker)}`,
        understand: ({ body }) => done(eventMadeUnder(key, body, this.#parts.marker)),
      })
    return unlessGone(read)
  }

  #insert(params: CreateEventParams, provider: string | undefined, deadline: Deadline): Promise<CalendarEvent> {
    return this.#ask(deadline, {
      method: 'POST',
      ...eventsOf(this.#connection.writesTo),
      body: () => eventToCreate(params, provider, this.#parts.marker),
      // The transport is not to repeat it: #create does, after a look.
      repeatable: false,
      understand: ({ body }) => done(createdEvent(body)),
    })
  }

  #meeting(deadline: Deadline): OnlineMeeting {
    const { route, path } = calendarOf(this.#connection.writesTo)
    const provider = (within: Deadline) =>
      this.#ask(within, {
        method: 'GET',
        route,
        path: `${path}?$select=allowedOnlineMeetingProviders,defaultOnlineMeetingProvider`,
        understand: ({ body }) => done(onlineMeetingProvider(body)),
      })
    const event = (id: string, within: Deadline) =>
      this.#ask(within, {
        method: 'GET',
        route: '/me/events/{id}',
        path: `/me/events/${encodeURIComponent(id)}?$select=${EVENT_FIELDS}`,
        understand: ({ body }) => done(createdEvent(body)),
      })
    return new OnlineMeeting(this.#parts, { provider, event }, this.#connection.id, deadline)
  }

  #ask<T>(deadline: Deadline, request: WriteRequest<T>): Promise<T> {
    return this.#parts.graph.send({
      repeatable: true,
      ...request,
      connection: this.#connection,
      purpose: 'write',
      deadline,
    })
  }

  /** A write without the caller's signal, because what was begun is to be finished although the caller has left. */
  async #within<T>(work: (deadline: Deadline) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const deadline = startDeadline(this.#parts.clock, this.#parts.limits.writeMs, signal)
    try {
      return await abandonable(work(deadline), deadline.signal)
    } finally {
      deadline.end()
    }
  }

  #requireWriting(): void {
    if (this.#connection.access === 'bookings') return
    throw new InsufficientScope('reconnect', 'this connection may only read')
  }
}

/** Whether Graph refused what was sent, and so created nothing. */
const isRefusedInput = ({ reason, status }: CalendarError): boolean => status === 400 && reason !== 'conflict'
