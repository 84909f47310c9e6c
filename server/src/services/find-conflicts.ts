import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/durations.ts'
import { overlaps } from '../domain/interval.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { CalendarBusy } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { EventComparisonStore, EventToCompare, FoundConflict } from '../ports/event-comparison-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import { logStep } from './booking-step.ts'
import { createPickCalendar } from './pick-calendar.ts'

/**
 * Sessions of the next days are compared every eleven minutes; conflicts are looked for in the first minutes of every other hour.
 * Further ahead every comparison looks for them.
 */
const NEAR_MS = 2 * DAY_MS
const EVERY_MS = 2 * HOUR_MS
const STEP_MS = 11 * MINUTE_MS

/** An event that stands as its session is booked. */
export interface StandingEvent extends EventToCompare {
  /** Neither a series nor part of one. */
  readonly single: boolean
}

/**
 * Looks in every connected account for busy time at the times of those sessions whose turn it is; twice, a minute apart, it becomes a
 * notice. An account that cannot be read is left out: what was found in it before stands.
 */
export type FindConflicts = (tenant: Tenant, standing: readonly StandingEvent[], signal: AbortSignal) => Promise<void>

export function createFindConflicts(parts: {
  readonly comparisons: Pick<EventComparisonStore, 'recordConflicts'>
  readonly connections: Pick<ConnectionStore, 'connected' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): FindConflicts {
  const { comparisons, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  const read = async (
    tenant: Tenant,
    connection: Connection,
    events: readonly StandingEvent[],
    signal: AbortSignal,
  ): Promise<readonly CalendarBusy[] | undefined> => {
    const context = connectionContext(connection, tenant)
    const isUseless = waitsForPeople(healthOf({ access: connection.access, ...connection.evidence }).state)
    if (events.length === 0 || context.calendarIds.length === 0 || isUseless) return undefined
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return undefined
    try {
      const { calendars } = await binding.calendarFor(context).getFreeBusy({
        start: new Date(Math.min(...events.map(({ session }) => session.start.getTime()))),
        end: new Date(Math.max(...events.map(({ session }) => session.end.getTime()))),
        byCalendar: true,
        ...(connection.role === 'receives' && { besides: events.map((event) => placeOf(event, connection)) }),
        signal,
      })
      return calendars
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      const ids = { tenantId: tenant.id, connectionId: connection.id }
      log.warn('conflicts_not_looked_for', { ...ids, reason: error.reason, code: error.code })
      return undefined
    }
  }

  return async (tenant, standing, signal) => {
    const now = clock.now().getTime()
    const isTime = now % EVERY_MS < STEP_MS
    const due = standing.filter(
      ({ session, conflictSeen }) => isTime || conflictSeen || session.start.getTime() > now + NEAR_MS,
    )
    if (due.length === 0) return
    const accounts = await connections.connected(tenant.id)
    const looks = await Promise.all(
      accounts.map(async (connection): Promise<Look> => {
        const events = due.filter((event) => isSeenIn(connection, event))
        return { connection, busy: await read(tenant, connection, events, signal) }
      }),
    )
    const found = due.map((event) => conflictOf(event, looks))
    const asked = await comparisons.recordConflicts(found)
    for (const { event, calendarIds } of found)
      for (const { id: connectionId, calendars } of accounts)
        if (asked.has(event.bookingId) && calendars.some(({ id }) => calendarIds.includes(id)))
          logStep(log, 'event_conflict', { tenantId: tenant.id, bookingId: event.bookingId, connectionId })
  }
}

interface Look {
  readonly connection: Connection
  /** Undefined where it could not be read. */
  readonly busy: readonly CalendarBusy[] | undefined
}

/** In the account that receives nobody can tell which appointments of a series are ours. */
const isSeenIn = ({ role }: Connection, { single }: StandingEvent): boolean => single || role !== 'receives'

const placeOf = ({ eventId: id, session, calendarId }: StandingEvent, { calendars }: Connection) => ({
  id,
  ...session,
  calendarId: calendarId ?? calendars.find(({ isDefault }) => isDefault)?.externalId,
})

function conflictOf(event: StandingEvent, looks: readonly Look[]): FoundConflict {
  const calendarIds: string[] = []
  const unread: string[] = []
  for (const { connection, busy } of looks)
    for (const { id, externalId, blocks } of connection.calendars) {
      if (!blocks) continue
      const seen = isSeenIn(connection, event) ? busy?.find(({ calendarId }) => calendarId === externalId) : undefined
      if (seen === undefined) unread.push(id)
      else if (seen.busy.some((span) => overlaps(span, event.session))) calendarIds.push(id)
    }
  return { event, calendarIds, unread }
}
