import { DAY_MS, HOUR_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError, isTransient } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection, ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { createPickCalendar } from './pick-calendar.ts'

const PAGE = 100
/** For each question that a connection is asked. */
const DEADLINE_MS = 10_000
/** Refresh tokens may end after ninety days without use; refreshing after a week leaves room for a long outage. */
const QUIET_MS = 7 * DAY_MS

export interface MaintainConnections {
  /**
   * Lists the calendars of every active connection whose grant is not gone, which finds new ones: those that are hers and can be
   * read block until the therapist unticks them. Quiet connections have their tokens refreshed. Health follows reading: a listing or a refresh that
   * fails says nothing of it. Then, and where a failure stands from before, an hour is read, and that read decides.
   */
  maintain(): Promise<void>
}

export function createMaintainConnections(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly connections: Pick<ConnectionStore, 'allActive' | 'byId' | 'recordRead' | 'recordFailure' | 'recordMismatch'>
  readonly evidence: Pick<CalendarEvidence, 'list' | 'failed'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): MaintainConnections {
  const { connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  const maintainOne = async (connection: Connection): Promise<void> => {
    const { tenantId, evidence } = connection
    const tenant = await parts.tenants.byId(tenantId)
    // A grant that is gone comes back only when the therapist reconnects.
    if (tenant === undefined || evidence.failure === 'reconnect') return
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return
    const context = connectionContext(connection, tenant)
    const quiet =
      connection.refreshedAt === undefined || clock.now().getTime() - connection.refreshedAt.getTime() > QUIET_MS
    const refreshed = !quiet || (await works(connection, (signal) => binding.connector.keepAlive(context, signal)))
    const listed = await works(connection, () => parts.evidence.list({ tenant, connection, binding }))
    const failing = evidence.failure !== undefined || evidence.unreadSince !== undefined
    if (!refreshed || !listed || failing) await readOneHour(tenant, connection, binding)
  }

  /** Whether it succeeded; a failure is logged. */
  const works = async (connection: Connection, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> => {
    try {
      await work(AbortSignal.timeout(DEADLINE_MS))
      return true
    } catch (error) {
      log.warn('connection_check_failed', {
        tenantId: connection.tenantId,
        connectionId: connection.id,
        reason: error instanceof CalendarError ? error.reason : 'garbled',
      })
      return false
    }
  }

  const readOneHour = async (tenant: Tenant, { tenantId, id }: Connection, binding: CalendarBinding): Promise<void> => {
    // Its calendars may have changed with the listing.
    const connection = await connections.byId(tenantId, id)
    if (!connection?.calendars.some(({ blocks }) => blocks)) return
    const start = clock.now()
    const end = new Date(start.getTime() + HOUR_MS)
    try {
      const calendar = binding.calendarFor(connectionContext(connection, tenant))
      const { readAt } = await calendar.getFreeBusy({ start, end, signal: AbortSignal.timeout(DEADLINE_MS) })
      await connections.recordRead(tenantId, id, readAt)
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      log.warn('connection_check_failed', { tenantId, connectionId: id, reason: error.reason })
      // A failure that passes is for whoever reads next: nothing here would say for an hour that it has passed.
      if (isTransient(error.reason)) return
      await parts.evidence.failed({ tenant, connection, binding }, error)
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
