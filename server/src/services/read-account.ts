import { DeadlineExceeded, startDeadline } from '../concurrency/deadline.ts'
import { KeyedSemaphore } from '../concurrency/semaphore.ts'
import { SingleFlight } from '../concurrency/single-flight.ts'
import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { MINUTE_MS } from '../domain/durations.ts'
import type { Interval } from '../domain/interval.ts'
import { CalendarError, isTransient } from '../ports/calendar-failure.ts'
import type { FreeBusyResult, ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import { StoreError } from '../ports/store-error.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import type { Availability, Unreadable } from './availability.ts'
import type { CalendarEvidence, Reading } from './calendar-evidence.ts'
import { FreeBusyCache } from './free-busy-cache.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** For a read that slot pages share, its turn included. */
const READ_DEADLINE_MS = 8_000
/**
 * Strangers choose the windows of slot pages, each of which is a read: a connection's other requests at once to its provider
 * are left to confirmations and to writes.
 */
const SLOT_READS_AT_ONCE = 2
/** How long such a read waits for its turn. */
const TURN_MS = 4_000
/** How long a client who confirms waits. */
export const CONFIRMATION_DEADLINE_MS = 2_000
/** The last read of a healthy connection is stored at most this often, to spare the database a write for each read. */
const EVIDENCE_EVERY_MS = MINUTE_MS

/** A window of one account that can be read. */
export interface AccountWindow extends Reading {
  readonly calendar: ICalendarProvider
  readonly window: Interval
  readonly byCalendar: boolean
  /** Key of the cache: everything that changes what a read means, so that no entry outlives such a change. */
  readonly key: string
}

/** Reads one account; the promises are those of ReadFreeBusy. */
export interface ReadAccount {
  /** What to read. An Unreadable where a read would fail until a person acts. */
  open(
    tenant: Tenant,
    connection: Connection,
    asked: { readonly window: Interval; readonly byCalendar: boolean },
  ): Promise<AccountWindow | Unreadable>
  /** `afresh`: by a read that begins after the call. */
  forSlots(asked: AccountWindow, afresh: boolean, signal?: AbortSignal): Promise<Availability>
  /** `deadline`: how long the client waits for all accounts; `signal`: whether she waits at all. */
  forConfirmation(asked: AccountWindow, deadline: AbortSignal, signal?: AbortSignal): Promise<Availability>
}

export interface ReadAccountParts {
  readonly connections: Pick<ConnectionStore, 'recordRead' | 'recordFailure' | 'recordMismatch'>
  readonly evidence: Pick<CalendarEvidence, 'failed'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
  readonly freshMs: number
  readonly maxAgeMs: number
}

export function createReadAccount(parts: ReadAccountParts): ReadAccount {
  const { connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)
  const cache = new FreeBusyCache(parts.maxAgeMs)
  const calls = new SingleFlight<FreeBusyResult>()
  const slotReads = new KeyedSemaphore(SLOT_READS_AT_ONCE)

  const read = async (asked: AccountWindow, deadlineMs: number): Promise<FreeBusyResult> => {
    const { connection, calendar, window, byCalendar, key } = asked
    const result = await calendar
      .getFreeBusy({ ...window, byCalendar, signal: AbortSignal.timeout(deadlineMs) })
      .catch(async (error: unknown) => {
        await recordFailure(asked, error)
        throw error
      })
    cache.set(key, window, result, clock.now())
    await recordSuccess(connection, result.readAt)
    return result
  }

  /** Rejects with DeadlineExceeded when its turn does not come, which says nothing about the calendar and is not recorded. */
  const readInTurn = async (asked: AccountWindow): Promise<FreeBusyResult> => {
    const deadline = startDeadline(clock, READ_DEADLINE_MS)
    const turn = startDeadline(clock, TURN_MS, deadline.signal)
    try {
      return await slotReads.run(asked.connection.id, () => read(asked, deadline.left()), turn.signal)
    } finally {
      turn.end()
      deadline.end()
    }
  }

  const recordSuccess = async ({ tenantId, id, evidence }: Connection, readAt: Date): Promise<void> => {
    const stale =
      evidence.lastReadAt === undefined || readAt.getTime() - evidence.lastReadAt.getTime() > EVIDENCE_EVERY_MS
    if (stale || evidence.failure !== undefined || evidence.unreadSince !== undefined)
      await connections.recordRead(tenantId, id, readAt)
  }

  const recordFailure = async (asked: AccountWindow, error: unknown): Promise<void> => {
    const { tenantId, id: connectionId } = asked.connection
    const reason = error instanceof CalendarError ? error.reason : 'garbled'
    log.warn('free_busy_unreadable', { tenantId, connectionId, reason, code: codeOf(error) })
    await parts.evidence.failed(asked, error)
  }

  const callKey = ({ key, window, byCalendar }: AccountWindow): string =>
    `${byCalendar ? 'by calendar ' : ''}${key} ${window.start.toISOString()} ${window.end.toISOString()}`

  /** A cached read stands in only for a failure that may pass, and only until it is `maxAgeMs` old. */
  const afterFailure = (asked: AccountWindow, error: unknown): Availability => {
    // A failure of our own database says nothing about the calendar: the caller must answer for it as such.
    if (error instanceof StoreError) throw error
    const transient = error instanceof CalendarError ? isTransient(error.reason) : error instanceof DeadlineExceeded
    const old = transient ? cache.hit(asked.key, asked.window, parts.maxAgeMs, clock.now()) : undefined
    return old === undefined ? unreadable(asked.connection, error) : known(asked, old, 'REMEMBERED')
  }

  return {
    async open(tenant, connection, asked): Promise<AccountWindow | Unreadable> {
      const health = healthOf({ access: connection.access, ...connection.evidence })
      if (waitsForPeople(health.state)) {
        const reason = connection.evidence.failure ?? 'reconnect'
        return unreadable(connection, new CalendarError(reason, 'waits for the therapist'))
      }
      const calendars = connection.calendars.filter(({ blocks }) => blocks).map(({ externalId }) => externalId)
      if (calendars.length === 0) return unreadable(connection, new CalendarError('not_found', 'no calendar is chosen'))
      const binding = await pickCalendar(tenant, connection)
      if (binding instanceof CalendarError) return unreadable(connection, binding)
      const key = JSON.stringify([connection.id, calendars.sort(), tenant.timeZone, tenant.policy])
      const calendar = binding.calendarFor(connectionContext(connection, tenant))
      return { tenant, connection, binding, calendar, ...asked, key }
    },

    async forSlots(asked, afresh, signal): Promise<Availability> {
      const recent = afresh ? undefined : cache.hit(asked.key, asked.window, parts.freshMs, clock.now())
      if (recent !== undefined && (recent.calendars !== undefined || !asked.byCalendar))
        return known(asked, recent, 'FRESH')
      const [key, start] = [callKey(asked), () => readInTurn(asked)]
      try {
        return known(asked, await (afresh ? calls.runNext(key, start, signal) : calls.run(key, start, signal)), 'FRESH')
      } catch (error) {
        // Nobody waits for an answer any more, and nothing is wrong with the calendar.
        signal?.throwIfAborted()
        return afterFailure(asked, error)
      }
    },

    async forConfirmation(asked, deadline, signal): Promise<Availability> {
      try {
        // No longer than the client waits: the next confirmation's read begins only when this one has ended.
        const start = () => read(asked, CONFIRMATION_DEADLINE_MS)
        return known(asked, await calls.runNext(`confirmation ${callKey(asked)}`, start, deadline), 'FRESH')
      } catch (error) {
        signal?.throwIfAborted()
        return afterFailure(asked, error)
      }
    },
  }
}

const known = (
  { connection: { id } }: AccountWindow,
  { busy, calendars, readAt }: FreeBusyResult,
  check: 'FRESH' | 'REMEMBERED',
): Availability => ({
  known: true,
  busy,
  calendars: calendars?.map((calendar) => ({ ...calendar, connectionId: id })),
  checkedAt: readAt,
  check,
  connectionIds: [id],
})

const codeOf = (error: unknown): string | undefined =>
  error instanceof CalendarError ? error.code : error instanceof Error ? error.name : undefined

const unreadable = ({ id }: Connection, error: unknown): Unreadable => ({
  known: false,
  because: error instanceof CalendarError ? error.reason : error instanceof DeadlineExceeded ? 'timeout' : 'garbled',
  retryAfterMs: error instanceof CalendarError ? error.retryAfterMs : undefined,
  connectionIds: [id],
})
