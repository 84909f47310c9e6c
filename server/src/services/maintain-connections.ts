import { DAY_MS } from '../domain/durations.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection, ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

const PAGE = 100
const LISTING_DEADLINE_MS = 10_000
/** Refresh tokens may end after ninety days without use; refreshing after a week leaves room for a long outage. */
const QUIET_MS = 7 * DAY_MS

export interface MaintainConnections {
  /**
   * Lists the calendars of every active connection whose grant is not gone. That finds new calendars, which block until the
   * therapist unticks them, and whether an administrator has approved; quiet connections have their tokens refreshed.
   */
  maintain(): Promise<void>
}

export function createMaintainConnections(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly connections: Pick<
    ConnectionStore,
    'allActive' | 'refreshCalendars' | 'recordRead' | 'recordFailure' | 'recordMismatch'
  >
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): MaintainConnections {
  const { connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  const maintainOne = async (connection: Connection): Promise<void> => {
    const { tenantId, id, evidence } = connection
    const tenant = await parts.tenants.byId(tenantId)
    // A grant that is gone comes back only when the therapist reconnects.
    if (tenant === undefined || evidence.failure === 'reconnect') return
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return
    const startedAt = clock.now()
    try {
      const signal = AbortSignal.timeout(LISTING_DEADLINE_MS)
      const context = connectionContext(connection, tenant)
      const quiet =
        connection.refreshedAt === undefined || startedAt.getTime() - connection.refreshedAt.getTime() > QUIET_MS
      if (quiet) await binding.connector.keepAlive(context, signal)
      const listings = await binding.connector.listCalendars(context, signal)
      await connections.refreshCalendars(tenantId, id, listings, clock.now())
      // An administrator has approved: reading may start again. Any other failure is ended by a read, not by a listing.
      if (evidence.failure === 'admin_consent') await connections.recordRead(tenantId, id, startedAt)
    } catch (error) {
      const reason = error instanceof CalendarError ? error.reason : 'garbled'
      log.warn('connection_check_failed', { tenantId, connectionId: id, reason })
      const code = error instanceof CalendarError ? error.code : undefined
      await connections.recordFailure(tenantId, id, reason, clock.now(), code)
    }
  }

  return {
    async maintain(): Promise<void> {
      let after: string | undefined
      for (;;) {
        const page = await connections.allActive(after, PAGE)
        for (const connection of page) await maintainOne(connection)
        after = page.at(-1)?.id
        if (page.length < PAGE) return
      }
    },
  }
}
