import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import type { SingleFlight } from '../../concurrency/single-flight.ts'
import { clip, type Interval, merge } from '../../domain/interval.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import {
  CalendarError,
  type CalendarEvent,
  type CreateEventParams,
  type FreeBusyParams,
  type FreeBusyResult,
  type ICalendarProvider,
  InsufficientScope,
} from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Purpose } from '../oauth/token-client.ts'
import { findEvent } from './find-event.ts'
import { removeEvent } from './remove-event.ts'
import {
  busySpans,
  calendarEvent,
  EVENT_FIELDS,
  EventAnswer,
  eventIdOf,
  eventOf,
  FREE_BUSY_FIELDS,
  FreeBusyAnswer,
  markerOf,
} from './translate.ts'
import type { GoogleCalls } from './transport/google-client.ts'
import { garbled, noAnswer } from './transport/google-errors.ts'

export interface GoogleAdapterParts {
  readonly clock: Clock
  readonly creating: SingleFlight<CalendarEvent>
  calls(deadline: Deadline, purpose: Purpose): GoogleCalls
}

const READ_MS = 10_000
const WRITE_MS = 15_000
const READING = { purpose: 'read', milliseconds: READ_MS } as const
const WRITING = { purpose: 'write', milliseconds: WRITE_MS } as const
// `calendarExpansionMax`: developers.google.com/workspace/calendar/api/v3/reference/freebusy/query
const CALENDARS_A_QUERY = 50
// Google refuses more than 90 days as `timeRangeTooLong`: github.com/calcom/cal.com/pull/11962
const LONGEST_QUERY_MS = 80 * 86_400_000

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))

function windows({ start, end }: Interval): Interval[] {
  const parts: Interval[] = []
  for (let from = start.getTime(); from < end.getTime(); from += LONGEST_QUERY_MS)
    parts.push({ start: new Date(from), end: new Date(Math.min(from + LONGEST_QUERY_MS, end.getTime())) })
  return parts
}

/** Failures after which nobody knows whether the request was carried out. */
const isUnknown = ({ reason }: CalendarError): boolean =>
  reason === 'timeout' || reason === 'unavailable' || reason === 'garbled'

export class GoogleCalendarAdapter implements ICalendarProvider {
  readonly #connection: ConnectionContext
  readonly #parts: GoogleAdapterParts

  constructor(connection: ConnectionContext, parts: GoogleAdapterParts) {
    this.#connection = connection
    this.#parts = parts
  }

  /**
   * freeBusy knows only busy and free: tentative events block whatever the tenant's policy says, and events that she
   * declined, or marked as free, do not.
   */
  async getFreeBusy({ start, end, signal }: FreeBusyParams): Promise<FreeBusyResult> {
    const readAt = this.#parts.clock.now()
    const { calendarIds } = this.#connection
    // Reading no calendar at all would look exactly like being free.
    if (calendarIds.length === 0) throw new CalendarError('misconfigured', 'No calendar was chosen to be read')
    if (!(start < end)) throw new CalendarError('misconfigured', 'The window to be read is empty')
    return this.#within(READING, signal, async (calls) => {
      const queries = windows({ start, end }).flatMap((window) =>
        chunks(calendarIds, CALENDARS_A_QUERY).map((ids) => this.#query(calls, window, ids)),
      )
      const busy = (await Promise.all(queries)).flat()
      return { busy: clip(merge(busy), { start, end }), readAt }
    })
  }

  async createEvent(params: CreateEventParams): Promise<CalendarEvent> {
    this.#requireWriting()
    // Google may overlook that an id is taken when two requests arrive together: within this process they never do.
    const key = JSON.stringify([this.#connection.id, params.idempotencyKey])
    const work = () => this.#within(WRITING, undefined, (calls) => this.#create(calls, params))
    try {
      return await this.#parts.creating.run(key, work, params.signal)
    } catch (error) {
      throw noAnswer(error, params.signal ?? new AbortController().signal)
    }
  }

  async deleteEvent(eventId: string): Promise<void> {
    this.#requireWriting()
    await this.#within(WRITING, undefined, (calls) => removeEvent(calls, eventId))
  }

  async #query(calls: GoogleCalls, { start, end }: Interval, ids: readonly string[]): Promise<Interval[]> {
    const requestBody = {
      timeMin: start.toISOString(),
      timeMax: end.toISOString(),
      calendarExpansionMax: CALENDARS_A_QUERY,
      items: ids.map((id) => ({ id })),
    }
    const answer = await calls.call({
      name: 'freebusy.query',
      // A POST that only reads.
      repeatable: true,
      schema: FreeBusyAnswer,
      send: (api, options) => api.freebusy.query({ fields: FREE_BUSY_FIELDS, requestBody }, options),
    })
    return busySpans(answer, ids)
  }

  async #create(calls: GoogleCalls, params: CreateEventParams): Promise<CalendarEvent> {
    const held = await this.#made(calls, params)
    if (held !== undefined) return held
    try {
      return await this.#insert(calls, params)
    } catch (error) {
      const failure = noAnswer(error, new AbortController().signal)
      if (failure.reason !== 'conflict' && !isUnknown(failure)) throw failure
      // A look-up that fails too leaves the outcome as unknown as it was.
      const found = await this.#made(calls, params).catch((second: unknown) => {
        throw second instanceof CalendarError && second.reason === 'conflict' ? second : failure
      })
      if (found === undefined) throw failure
      return found
    }
  }

  async #insert(calls: GoogleCalls, params: CreateEventParams): Promise<CalendarEvent> {
    const insert = async (withMeeting: boolean): Promise<CalendarEvent> => {
      const event = await calls.call({
        name: 'events.insert',
        repeatable: false,
        schema: EventAnswer,
        send: (api, options) =>
          api.events.insert(
            {
              calendarId: 'primary',
              fields: EVENT_FIELDS,
              conferenceDataVersion: withMeeting ? 1 : 0,
              sendUpdates: params.attendee === undefined ? 'none' : 'all',
              requestBody: eventOf(params, withMeeting),
            },
            options,
          ),
      })
      if (event.id !== eventIdOf(params.idempotencyKey)) throw garbled('another event came back')
      return calendarEvent(event)
    }
    if (!params.onlineMeeting) return insert(false)
    try {
      return await insert(true)
    } catch (error) {
      // An account without Meet gets a 400, "Invalid conference type value.", and no event.
      if (error instanceof CalendarError && error.status === 400) return insert(false)
      throw error
    }
  }

  /** The event that was made under this key, if there is one. */
  async #made(calls: GoogleCalls, { idempotencyKey }: CreateEventParams): Promise<CalendarEvent | undefined> {
    const event = await findEvent(calls, eventIdOf(idempotencyKey), EventAnswer, EVENT_FIELDS)
    if (event === undefined) return undefined
    if (event.status === 'cancelled' || markerOf(event) !== idempotencyKey)
      throw new CalendarError('conflict', 'The event id is used up', { code: event.status })
    return calendarEvent(event)
  }

  async #within<Result>(
    { purpose, milliseconds }: typeof READING | typeof WRITING,
    signal: AbortSignal | undefined,
    work: (calls: GoogleCalls) => Promise<Result>,
  ): Promise<Result> {
    const deadline = startDeadline(this.#parts.clock, milliseconds, signal)
    try {
      return await work(this.#parts.calls(deadline, purpose))
    } finally {
      deadline.end()
    }
  }

  #requireWriting(): void {
    if (this.#connection.access === 'bookings') return
    throw new InsufficientScope('reconnect', 'The grant does not reach as far as writing')
  }
}
