import { DeadlineExceeded, startDeadline } from '../concurrency/deadline.ts'
import { KeyedSemaphore } from '../concurrency/semaphore.ts'
import { SingleFlight } from '../concurrency/single-flight.ts'
import type { CalendarCheck } from '../domain/booking.ts'
import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { MINUTE_MS } from '../domain/durations.ts'
import type { Interval } from '../domain/interval.ts'
import type { CalendarFailure } from '../ports/calendar-failure.ts'
import { CalendarError, isTransient } from '../ports/calendar-failure.ts'
import type { CalendarBusy, FreeBusyResult, ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection, ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import { StoreError } from '../ports/store-error.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import type { CalendarEvidence, Reading } from './calendar-evidence.ts'
import { FreeBusyCache } from './free-busy-cache.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** What is known of a therapist's external busy time. Unknown is never free. */
export type Availability =
  | {
      readonly known: true
      readonly busy: readonly Interval[]
      /** Undefined where it was not asked for by calendar, or is not known so. */
      readonly calendars?: readonly CalendarBusy[] | undefined
      /** When the calendar was read; undefined when no calendar is connected. */
      readonly checkedAt: Date | undefined
      readonly check: CalendarCheck
    }
  | Unreadable

export interface Unreadable {
  readonly known: false
  readonly because: CalendarFailure
  readonly retryAfterMs: number | undefined
}

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
const CONFIRMATION_DEADLINE_MS = 2_000
/** The last read of a healthy connection is stored at most this often, to spare the database a write for each read. */
const EVIDENCE_EVERY_MS = MINUTE_MS

/** What pages for the therapist ask for besides. */
export interface ReadOptions {
  readonly byCalendar?: boolean
  /** A read that begins after the call, whatever the cache holds. */
  readonly afresh?: boolean
}

export interface ReadFreeBusy {
  /** For slot pages: from the cache while that is fresh, else a read; after a transient failure, an older one from the cache. */
  forSlots(tenant: Tenant, window: Interval, signal?: AbortSignal, options?: ReadOptions): Promise<Availability>
  /** For a confirmation: always a read that begins after the call; after a transient failure, one from the cache. */
  forConfirmation(tenant: Tenant, window: Interval, signal?: AbortSignal): Promise<Availability>
}

interface Subject extends Reading {
  readonly calendar: ICalendarProvider
  readonly window: Interval
  readonly byCalendar: boolean
  /** Key of the cache: everything that changes what a read means, so that no entry outlives such a change. */
  readonly key: string
}

export function createReadFreeBusy(parts: {
  readonly connections: Pick<ConnectionStore, 'active' | 'recordRead' | 'recordFailure' | 'recordMismatch'>
  readonly evidence: Pick<CalendarEvidence, 'failed'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
  readonly freshMs: number
  readonly maxAgeMs: number
}): ReadFreeBusy {
  const { connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)
  const cache = new FreeBusyCache(parts.maxAgeMs)
  const calls = new SingleFlight<FreeBusyResult>()
  const slotReads = new KeyedSemaphore(SLOT_READS_AT_ONCE)

  const read = async (asked: Subject, deadlineMs: number): Promise<FreeBusyResult> => {
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
  const readInTurn = async (asked: Subject): Promise<FreeBusyResult> => {
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

  const recordFailure = async (asked: Subject, error: unknown): Promise<void> => {
    const { tenantId, id: connectionId } = asked.connection
    const reason = error instanceof CalendarError ? error.reason : 'garbled'
    log.warn('free_busy_unreadable', { tenantId, connectionId, reason, code: codeOf(error) })
    await parts.evidence.failed(asked, error)
  }

  /** What to read. Undefined where no calendar is connected; an Unreadable where a read would fail until a person acts. */
  const subject = async (
    tenant: Tenant,
    window: Interval,
    byCalendar = false,
  ): Promise<Subject | Unreadable | undefined> => {
    const connection = await connections.active(tenant.id)
    if (connection === undefined) return undefined
    const health = healthOf({ access: connection.access, ...connection.evidence })
    if (waitsForPeople(health.state))
      return unreadable(new CalendarError(connection.evidence.failure ?? 'reconnect', 'waits for the therapist'))
    const calendars = connection.calendars.filter(({ blocks }) => blocks).map(({ externalId }) => externalId)
    if (calendars.length === 0) return unreadable(new CalendarError('not_found', 'no calendar is chosen'))
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return unreadable(binding)
    const key = JSON.stringify([connection.id, calendars.sort(), tenant.timeZone, tenant.policy])
    const calendar = binding.calendarFor(connectionContext(connection, tenant))
    return { tenant, connection, binding, calendar, window, byCalendar, key }
  }

  const callKey = ({ key, window, byCalendar }: Subject): string =>
    `${byCalendar ? 'by calendar ' : ''}${key} ${window.start.toISOString()} ${window.end.toISOString()}`

  const fresh = ({ busy, calendars, readAt }: FreeBusyResult): Availability => ({
    known: true,
    busy,
    calendars,
    checkedAt: readAt,
    check: 'FRESH',
  })

  /** A cached read stands in only for a failure that may pass, and only until it is `maxAgeMs` old. */
  const afterFailure = (asked: Subject, error: unknown): Availability => {
    // A failure of our own database says nothing about the calendar: the caller must answer for it as such.
    if (error instanceof StoreError) throw error
    const transient = error instanceof CalendarError ? isTransient(error.reason) : error instanceof DeadlineExceeded
    const old = transient ? cache.hit(asked.key, asked.window, parts.maxAgeMs, clock.now()) : undefined
    return old === undefined
      ? unreadable(error)
      : { known: true, busy: old.busy, calendars: old.calendars, checkedAt: old.readAt, check: 'REMEMBERED' }
  }

  return {
    async forSlots(tenant, window, signal, { byCalendar = false, afresh = false } = {}): Promise<Availability> {
      const asked = await subject(tenant, window, byCalendar)
      if (asked === undefined) return NO_CALENDAR
      if ('known' in asked) return asked
      const recent = afresh ? undefined : cache.hit(asked.key, window, parts.freshMs, clock.now())
      if (recent !== undefined && (recent.calendars !== undefined || !byCalendar)) return fresh(recent)
      const [key, start] = [callKey(asked), () => readInTurn(asked)]
      try {
        return fresh(await (afresh ? calls.runNext(key, start, signal) : calls.run(key, start, signal)))
      } catch (error) {
        // Nobody waits for an answer any more, and nothing is wrong with the calendar.
        signal?.throwIfAborted()
        return afterFailure(asked, error)
      }
    },

    async forConfirmation(tenant, window, signal): Promise<Availability> {
      const asked = await subject(tenant, window)
      if (asked === undefined) return NO_CALENDAR
      if ('known' in asked) return asked
      const deadline = startDeadline(clock, CONFIRMATION_DEADLINE_MS, signal)
      try {
        // No longer than the client waits: the next confirmation's read begins only when this one has ended.
        const start = () => read(asked, CONFIRMATION_DEADLINE_MS)
        return fresh(await calls.runNext(`confirmation ${callKey(asked)}`, start, deadline.signal))
      } catch (error) {
        signal?.throwIfAborted()
        return afterFailure(asked, error)
      } finally {
        deadline.end()
      }
    },
  }
}

const NO_CALENDAR: Availability = { known: true, busy: [], checkedAt: undefined, check: 'NONE' }

const codeOf = (error: unknown): string | undefined =>
  error instanceof CalendarError ? error.code : error instanceof Error ? error.name : undefined

const unreadable = (error: unknown): Unreadable => ({
  known: false,
  because: error instanceof CalendarError ? error.reason : error instanceof DeadlineExceeded ? 'timeout' : 'garbled',
  retryAfterMs: error instanceof CalendarError ? error.retryAfterMs : undefined,
})
