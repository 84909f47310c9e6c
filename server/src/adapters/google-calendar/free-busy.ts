import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import { mergeByKind } from '../../domain/busy-time.ts'
import { DAY_MS } from '../../domain/durations.ts'
import { clip, type Interval, merge } from '../../domain/interval.ts'
import type { CallLimits } from '../../net/call-limits.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-failure.ts'
import type { CalendarBusy, FreeBusyParams, FreeBusyResult } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import { type BesidesRead, busyBesides } from './busy-besides.ts'
import { busyOf, type CalendarSpans, FREE_BUSY_FIELDS, FreeBusyAnswer } from './free-busy-answer.ts'
import type { GoogleClient } from './transport/google-client.ts'

/** `calendarExpansionMax`: developers.google.com/workspace/calendar/api/v3/reference/freebusy/query */
const CALENDARS_PER_QUERY = 50
/** Google refuses more than 90 days as `timeRangeTooLong`: github.com/calcom/cal.com/pull/11962 */
const LONGEST_QUERY_MS = 80 * DAY_MS

export interface ReadParts {
  readonly google: GoogleClient
  readonly clock: Clock
  readonly limits: CallLimits
}

/**
 * Free/busy of a connection's chosen calendars. The read is complete, or it fails as a whole. Google's answer tells busy from
 * free and no more: a tentative event is busy whatever the tenant's policy, and one that was declined or marked free is not.
 */
export class FreeBusyRead {
  readonly #parts: ReadParts
  readonly #connection: ConnectionContext

  constructor(parts: ReadParts, connection: ConnectionContext) {
    this.#parts = parts
    this.#connection = connection
  }

  /** Rejects with a CalendarError, within `limits.readMs`. */
  async run({ start, end, byCalendar = false, besides, signal }: FreeBusyParams): Promise<FreeBusyResult> {
    const { clock, limits } = this.#parts
    const readAt = clock.now()
    const { access } = this.#connection
    const calendarIds = [...new Set(this.#connection.calendarIds)]
    // Free/busy tells when somebody is busy, and not by how many events.
    if (besides !== undefined && access !== 'bookings')
      throw new InsufficientScope('reconnect', 'The grant does not reach as far as events')
    // A read of no calendar would look like being free.
    if (calendarIds.length === 0) throw new CalendarError('misconfigured', 'No calendar was chosen to be read')
    if (!(start < end)) throw new CalendarError('misconfigured', 'The window to be read is empty')
    const deadline = startDeadline(clock, limits.readMs, signal)
    try {
      const window = { start, end }
      const query = (ids: readonly string[]) => this.#queryAll(window, ids, deadline)
      const parts = this.#eventParts(deadline)
      const read = await (besides === undefined
        ? query(calendarIds)
        : busyBesides({ parts, window, query }, calendarIds, besides))
      const busy = clip(merge(read.flatMap((calendar) => calendar.busy)), { start, end })
      return { busy, readAt, ...(byCalendar && { calendars: busyByCalendar(read, { start, end }) }) }
    } finally {
      deadline.end()
    }
  }

  /** Every calendar once; each is asked for in one query or in several. */
  async #queryAll(window: Interval, ids: readonly string[], deadline: Deadline): Promise<readonly CalendarSpans[]> {
    const queries = windows(window).flatMap((part) =>
      inChunks(ids, CALENDARS_PER_QUERY).map((chunk) => this.#query(part, chunk, deadline)),
    )
    const spans = new Map<string, Interval[]>(ids.map((id) => [id, []]))
    for (const { calendarId, busy } of (await Promise.all(queries)).flat()) spans.get(calendarId)?.push(...busy)
    return [...spans].map(([calendarId, busy]) => ({ calendarId, busy }))
  }

  #eventParts(deadline: Deadline): BesidesRead['parts'] {
    const { google, limits } = this.#parts
    const connection = this.#connection
    return {
      send: (request) => google.send({ ...request, connection, purpose: 'write', deadline }),
      timeZone: connection.timeZone,
      maxPages: limits.pages,
    }
  }

  /**
   * In the tenant's zone: whether Google reads the days of all-day events in the zone of the question, whose default is UTC, or
   * in the calendar's own is not documented. Without one where Google does not know its name.
   */
  async #query(window: Interval, ids: readonly string[], deadline: Deadline): Promise<CalendarSpans[]> {
    const { timeZone } = this.#connection
    try {
      return await this.#queryIn(timeZone, window, ids, deadline)
    } catch (error) {
      const isRefused = error instanceof CalendarError && error.status === 400 && error.reason === 'misconfigured'
      if (!isRefused) throw error
      return this.#queryIn(undefined, window, ids, deadline)
    }
  }

  async #queryIn(
    timeZone: string | undefined,
    { start, end }: Interval,
    ids: readonly string[],
    deadline: Deadline,
  ): Promise<CalendarSpans[]> {
    const requestBody = {
      timeMin: start.toISOString(),
      timeMax: end.toISOString(),
      ...(timeZone === undefined ? {} : { timeZone }),
      calendarExpansionMax: CALENDARS_PER_QUERY,
      items: ids.map((id) => ({ id })),
    }
    const answer = await this.#parts.google.send({
      connection: this.#connection,
      purpose: 'read',
      name: 'freebusy.query',
      // The POST of a query changes nothing.
      repeatable: true,
      deadline,
      schema: FreeBusyAnswer,
      request: (api, options) => api.freebusy.query({ fields: FREE_BUSY_FIELDS, requestBody }, options),
    })
    return busyOf(answer, ids)
  }
}

/** All it tells is that a calendar is busy. */
const busyByCalendar = (read: readonly CalendarSpans[], window: Interval): CalendarBusy[] =>
  read.map(({ calendarId, busy: spans }) => {
    const busy = spans.map((span) => ({ kind: 'busy' as const, ...span }))
    return { calendarId, busy: mergeByKind(busy, window) }
  })

/** The interval in parts that are short enough for one query. */
function windows({ start, end }: Interval): Interval[] {
  const parts: Interval[] = []
  for (let from = start.getTime(); from < end.getTime(); from += LONGEST_QUERY_MS)
    parts.push({ start: new Date(from), end: new Date(Math.min(from + LONGEST_QUERY_MS, end.getTime())) })
  return parts
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size))
  return chunks
}
