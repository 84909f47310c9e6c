import { startDeadline } from '../concurrency/deadline.ts'
import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { differenceOf } from '../domain/event-difference.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { EventComparisonStore, EventToCompare } from '../ports/event-comparison-store.ts'
import type { EventLookup } from '../ports/event-lookup.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import { logStep } from './booking-step.ts'
import { createFindConflicts, type StandingEvent } from './find-conflicts.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** Events of one job: a tenant with more has its next job behind those of the others. */
const TOGETHER = 100
/** For all requests of one job to providers. */
const DEADLINE_MS = 40_000

export interface CompareEvents {
  /** Queues the comparisons that are due. */
  queueDue(): Promise<void>
  /**
   * Compares the tenant's written events that are due with their sessions. A difference that is seen twice, a minute apart,
   * becomes a notice to the therapist, and nothing else comes of it. A look that fails finds nothing. Rejects once `stopping` is
   * aborted.
   */
  compare(tenantId: string, stopping?: AbortSignal): Promise<void>
}

interface Found {
  readonly tenant: Tenant
  /** Where we write, and which of the events stand in its account. */
  readonly calendar: ICalendarProvider & EventLookup
  readonly events: readonly EventToCompare[]
  readonly connectionId: string
}

export function createCompareEvents(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly comparisons: EventComparisonStore
  readonly connections: Pick<ConnectionStore, 'active' | 'connected' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): CompareEvents {
  const { tenants, comparisons, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)
  const findConflicts = createFindConflicts(parts)

  /** The tenant's calendar where we write, and which of the events stand there; undefined where it cannot be asked now. */
  const calendarOf = async (tenantId: string, due: readonly EventToCompare[]): Promise<Found | undefined> => {
    const [tenant, connection] = await Promise.all([tenants.byId(tenantId), connections.active(tenantId)])
    if (tenant === undefined || connection === undefined || connection.access !== 'bookings') return undefined
    const { access, evidence } = connection
    if (waitsForPeople(healthOf({ access, ...evidence }).state)) return undefined
    // What stands in an account from before is looked at no more.
    const events = due.filter(({ mailbox }) => mailbox !== undefined && isSameMailbox(mailbox, connection))
    const binding = events.length === 0 ? undefined : await pickCalendar(tenant, connection)
    if (binding === undefined || binding instanceof CalendarError) return undefined
    const calendar = binding.calendarFor(connectionContext(connection, tenant))
    return { tenant, events, calendar, connectionId: connection.id }
  }

  const look = async (found: Found, signal: AbortSignal): Promise<void> => {
    const { tenant, events, calendar, connectionId } = found
    const looks = await calendar.lookUpEvents(
      events.map(({ eventId: id, expected, calendarId }) => ({ id, calendarId, ...expected })),
      signal,
    )
    const standing: StandingEvent[] = []
    let unknown = 0
    for (const [index, event] of events.entries()) {
      const look = looks[index] ?? { state: 'unknown' }
      const difference = differenceOf(event.session, look)
      if (difference === 'unknown') unknown += 1
      else if (difference === 'as_booked') standing.push({ ...event, single: look.state === 'there' && look.single })
      else if (await comparisons.recordDifference(event, difference))
        logStep(log, `event_${difference.kind}`, { tenantId: tenant.id, bookingId: event.bookingId, connectionId })
    }
    await comparisons.recordAsBooked(standing.map(({ bookingId }) => bookingId))
    if (unknown > 0) log.warn('events_not_compared', { tenantId: tenant.id, connectionId, unknown, of: events.length })
    await findConflicts(tenant, standing, signal)
  }

  return {
    queueDue: () => comparisons.queueDue(),

    async compare(tenantId, stopping) {
      const due = await comparisons.takeDue(tenantId, TOGETHER)
      if (due.length === TOGETHER) await comparisons.queue(tenantId)
      const found = due.length === 0 ? undefined : await calendarOf(tenantId, due)
      if (found === undefined) return
      const deadline = startDeadline(clock, DEADLINE_MS, stopping)
      try {
        await look(found, deadline.signal)
        stopping?.throwIfAborted()
      } catch (error) {
        if (stopping?.aborted) await comparisons.giveBack(due.map(({ bookingId }) => bookingId))
        stopping?.throwIfAborted()
        if (!(error instanceof CalendarError)) throw error
        const { connectionId } = found
        log.warn('events_not_compared', { tenantId, connectionId, reason: error.reason, code: error.code })
      } finally {
        deadline.end()
      }
    },
  }
}
