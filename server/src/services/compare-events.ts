import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/durations.ts'
import { differenceOf } from '../domain/event-difference.ts'
import { overlaps } from '../domain/interval.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { EventComparisonStore, EventToCompare } from '../ports/event-comparison-store.ts'
import type { Log } from '../ports/log.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import { logStep } from './booking-step.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** Events of one job: a tenant with more has its next job behind those of the others. */
const TOGETHER = 100
/** Sessions that are compared often, and how often: one of these looks lies in the first minutes of each hour. */
const NEAR_MS = 2 * DAY_MS
const STEP_MS = 11 * MINUTE_MS

export interface CompareEvents {
  /** Queues the comparisons that are due. */
  queueDue(): Promise<void>
  /**
   * Compares the tenant's written events that are due with their sessions. A difference that is seen twice, a minute apart,
   * becomes a notice to the therapist, and nothing else comes of it. A look that fails finds nothing.
   */
  compare(tenantId: string): Promise<void>
}

export function createCompareEvents(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly comparisons: EventComparisonStore
  readonly connections: Pick<ConnectionStore, 'active' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): CompareEvents {
  const { tenants, comparisons, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  /** The tenant's calendar where we write, and which of the events stand there; undefined where it cannot be asked now. */
  const calendarOf = async (tenantId: string, due: readonly EventToCompare[]) => {
    const [tenant, connection] = await Promise.all([tenants.byId(tenantId), connections.active(tenantId)])
    if (tenant === undefined || connection === undefined || connection.access !== 'bookings') return undefined
    const { access, evidence } = connection
    if (waitsForPeople(healthOf({ access, ...evidence }).state)) return undefined
    // What stands in an account from before is looked at no more.
    const events = due.filter(({ mailbox }) => mailbox !== undefined && isSameMailbox(mailbox, connection))
    const binding = events.length === 0 ? undefined : await pickCalendar(tenant, connection)
    if (binding === undefined || binding instanceof CalendarError) return undefined
    const calendar = binding.calendarFor(connectionContext(connection, tenant))
    return { events, calendar, connectionId: connection.id, tellsApart: binding.features.tellsEventsApart === true }
  }

  /** Once an hour, of sessions that begin soon: whether something else stands at their times. */
  const findConflicts = async (calendar: ICalendarProvider, standing: readonly EventToCompare[]): Promise<void> => {
    const now = clock.now().getTime()
    const near = standing.filter(({ session }) => session.start.getTime() <= now + NEAR_MS)
    if (near.length === 0 || now % HOUR_MS >= STEP_MS) return
    const { busy } = await calendar.getFreeBusy({
      start: new Date(Math.min(...near.map(({ session }) => session.start.getTime()))),
      end: new Date(Math.max(...near.map(({ session }) => session.end.getTime()))),
      besides: near.map(({ eventId }) => eventId),
    })
    const isTaken = ({ session }: EventToCompare) => busy.some((span) => overlaps(span, session))
    await comparisons.recordWithoutConflict(near.filter((one) => !isTaken(one)).map(({ bookingId }) => bookingId))
    for (const event of near.filter(isTaken)) await comparisons.recordDifference(event, { kind: 'conflict' })
  }

  return {
    queueDue: () => comparisons.queueDue(),

    async compare(tenantId) {
      const due = await comparisons.takeDue(tenantId, TOGETHER)
      if (due.length === TOGETHER) await comparisons.queue(tenantId)
      const found = due.length === 0 ? undefined : await calendarOf(tenantId, due)
      if (found === undefined) return
      const { events, calendar, connectionId, tellsApart } = found
      try {
        const looks = await calendar.lookUpEvents(
          events.map(({ eventId: id, expected, calendarId }) => ({ id, calendarId, ...expected })),
        )
        const asBooked: string[] = []
        const standing: EventToCompare[] = []
        let unknown = 0
        for (const [index, event] of events.entries()) {
          const look = looks[index] ?? { state: 'unknown' }
          const difference = differenceOf(event.session, look)
          // Of a series nobody can tell which of its appointments are ours.
          if (difference === 'as_booked' && look.state === 'there' && look.single) standing.push(event)
          if (difference === 'unknown') unknown += 1
          else if (difference === 'as_booked') asBooked.push(event.bookingId)
          else if (await comparisons.recordDifference(event, difference))
            logStep(log, `event_${difference.kind}`, { tenantId, bookingId: event.bookingId, connectionId })
        }
        await comparisons.recordAsBooked(asBooked)
        if (tellsApart) await findConflicts(calendar, standing)
        if (unknown > 0) log.warn('events_not_compared', { tenantId, connectionId, unknown, of: events.length })
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error
        log.warn('events_not_compared', { tenantId, connectionId, reason: error.reason, code: error.code })
      }
    },
  }
}
