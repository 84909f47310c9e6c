import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import { type BusySpan, mergeByKind } from '../../domain/busy-time.ts'
import { clip, type Interval, merge } from '../../domain/interval.ts'
import type { CallLimits } from '../../net/call-limits.ts'
import { pagesFrom } from '../../net/pages.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError, readFailure } from '../../ports/calendar-failure.ts'
import type { CalendarBusy, FreeBusyParams, FreeBusyResult } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { MicrosoftConfig } from './config.ts'
import { BUSY_FIELDS, busyOf, type Mark, markOf } from './free-busy-status.ts'
import { reachOf } from './time/all-day-events.ts'
import { BATCH_SIZE, type BatchParts, GetBatch } from './transport/graph-batch.ts'
import { done } from './transport/graph-call.ts'
import type { GraphClient } from './transport/graph-client.ts'
import { garbled } from './transport/graph-errors.ts'
import { asObject } from './transport/json-object.ts'
import { graphLink } from './transport/next-link.ts'

const VIEW = '/me/calendars/{id}/calendarView'
/** Events in one answer at most, a batch included: such an answer stays far below the 5 MB that are read of one. */
const EVENTS_PER_ANSWER = 5000
/** Events of a page at most; `$top` may be 1 to 1000 (learn.microsoft.com/graph/api/calendar-list-calendarview). */
const LARGEST_PAGE = 1000

export interface ReadParts {
  readonly graph: GraphClient
  readonly config: MicrosoftConfig
  readonly clock: Clock
  readonly log: Log
  readonly limits: CallLimits
}

interface Entries {
  readonly busy: readonly BusySpan[]
  /** Of the entries that are not busy. */
  readonly otherMarks: ReadonlySet<Mark>
}

interface Page extends Entries {
  readonly next: URL | undefined
}

/** Free/busy of a connection's chosen calendars. The read is complete, or it fails as a whole. */
export class FreeBusyRead {
  readonly #parts: ReadParts
  readonly #connection: ConnectionContext
  readonly #besides: ReadonlySet<string>

  /** `besides`: events that are left out. */
  constructor(parts: ReadParts, connection: ConnectionContext, besides: FreeBusyParams['besides'] = []) {
    this.#parts = parts
    this.#connection = connection
    this.#besides = new Set(besides.map(({ id }) => id))
  }

  /** Rejects with a CalendarError, within `limits.readMs`. */
  async run({ start, end, byCalendar = false, signal }: FreeBusyParams): Promise<FreeBusyResult> {
    const readAt = this.#parts.clock.now()
    const { calendarIds, timeZone } = this.#connection
    // A read of no calendar would look like being free.
    if (calendarIds.length === 0) throw misasked('no_calendars')
    if (!(start < end)) throw misasked('window')
    const deadline = startDeadline(this.#parts.clock, this.#parts.limits.readMs, signal)
    try {
      const window = reachOf(start, end, timeZone)
      const distinct = [...new Set(calendarIds)]
      const read = await Promise.all(
        inChunks(distinct, BATCH_SIZE).map((ids) => this.#readChunk(ids, window, deadline)),
      )
      const entries = read.flat()
      const busy = clip(merge(entries.flatMap((calendar) => calendar.busy)), { start, end })
      return {
        // Without the kinds, which nobody asks for who asks what is free.
        busy: busy.map((span) => ({ start: span.start, end: span.end })),
        readAt,
        ...(byCalendar && { calendars: entries.map((of, n) => calendarBusy(distinct[n] ?? '', of, { start, end })) }),
      }
    } catch (error) {
      // One calendar has failed, and with it the read: the calls for the others are stopped.
      deadline.cancel()
      throw error
    } finally {
      deadline.end()
    }
  }

  /** In the order of `ids`. */
  async #readChunk(ids: readonly string[], window: Interval, deadline: Deadline): Promise<readonly Entries[]> {
    const fields = this.#besides.size === 0 ? BUSY_FIELDS : `id,${BUSY_FIELDS}`
    const query = viewQuery(window, ids.length, fields)
    const paths = ids.map((id) => `/me/calendars/${encodeURIComponent(id)}/calendarView?${query}`)
    const failure = (failed: ReadonlyMap<number, CalendarError>): CalendarError =>
      readFailure(new Map([...failed].map(([index, error]) => [ids[index] ?? '', error])), ids.length)
    const first = await this.#firstPages(paths, failure, deadline)
    return Promise.all(first.map((page) => this.#follow(page, deadline)))
  }

  /** One calendar is read without a batch, which is less for Graph to do and less to parse. */
  async #firstPages(
    paths: readonly string[],
    failure: BatchParts<Page>['failure'],
    deadline: Deadline,
  ): Promise<readonly Page[]> {
    const [only] = paths
    if (only !== undefined && paths.length === 1) return [await this.#get(only, undefined, deadline)]
    const { graph, clock } = this.#parts
    // Each item is reduced to its busy intervals at once: what else was in it is not kept.
    const batch = new GetBatch(paths, { read: (body) => this.#page(body), failure })
    return graph.send({ ...batch.call(clock), connection: this.#connection, purpose: 'read', deadline })
  }

  #get(path: string, link: URL | undefined, deadline: Deadline): Promise<Page> {
    return this.#parts.graph.send<Page>({
      connection: this.#connection,
      purpose: 'read',
      method: 'GET',
      route: VIEW,
      path,
      ...(link === undefined ? {} : { link }),
      repeatable: true,
      deadline,
      understand: ({ body }) => done(this.#page(body)),
    })
  }

  /** The entries of all pages of one calendar. */
  async #follow(first: Page, deadline: Deadline): Promise<Entries> {
    const read = (link: URL) => this.#get(VIEW, link, deadline)
    const chain = { read, limit: this.#parts.limits.pages, endless: () => garbled('endless_pages') }
    const busy: BusySpan[] = []
    const otherMarks = new Set<Mark>()
    for await (const page of pagesFrom(first, chain)) {
      for (const span of page.busy) busy.push(span)
      for (const mark of page.otherMarks) otherMarks.add(mark)
    }
    return { busy, otherMarks }
  }

  #page(body: unknown): Page {
    const page = asObject(body, 'page')
    const { policy, timeZone } = this.#connection
    if (!Array.isArray(page.value)) throw garbled('page_value')
    const busy: BusySpan[] = []
    const otherMarks = new Set<Mark>()
    for (const event of page.value) {
      if (this.#besides.size > 0 && this.#isLeftOut(event)) continue
      const span = busyOf(event, policy, timeZone)
      if (span === undefined) otherMarks.add(markOf(event))
      else busy.push(span)
    }
    return { busy, otherMarks, next: this.#next(page['@odata.nextLink']) }
  }

  /** An event without an id counts: nothing says that it is ours. */
  #isLeftOut(event: unknown): boolean {
    const { id } = asObject(event, 'event')
    return typeof id === 'string' && this.#besides.has(id)
  }

  #next(link: unknown): URL | undefined {
    if (link === undefined || link === null) return undefined
    try {
      return graphLink(this.#parts.config, link)
    } catch (error) {
      this.#parts.log.error('security_foreign_next_link', { connectionId: this.#connection.id })
      throw error
    }
  }
}

const calendarBusy = (calendarId: string, { busy, otherMarks }: Entries, window: Interval): CalendarBusy => ({
  calendarId,
  busy: mergeByKind(busy, window),
  isAllFree:
    busy.length === 0 && otherMarks.has('free') && !otherMarks.has('tentative') && !otherMarks.has('workingelsewhere'),
})

function viewQuery({ start, end }: Interval, calendars: number, fields: string): string {
  const top = Math.min(LARGEST_PAGE, Math.floor(EVENTS_PER_ANSWER / calendars))
  return `startDateTime=${start.toISOString()}&endDateTime=${end.toISOString()}&$select=${fields}&$top=${top}`
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size))
  return chunks
}

const misasked = (code: string): CalendarError =>
  new CalendarError('misconfigured', 'the calendar was asked a question without an answer', { code })
