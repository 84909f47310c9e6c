import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError, isTransient } from '../ports/calendar-failure.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type CheckedRead, checkConnection } from './check-connection.ts'
import { createPickCalendar } from './pick-calendar.ts'

const PAGE = 100

export interface MaintainConnections {
  /**
   * Lists the calendars of every connection in use whose grant is not gone, which finds new ones: those that are hers and can be
   * read block until the therapist unticks them. Quiet connections have their tokens refreshed. Health follows reading: a listing or a refresh that
   * fails says nothing of it. Then, and where a failure stands from before, an hour is read, and that read decides.
   * Rejects with the reason of `stopping` between two connections once that is aborted.
   */
  maintain(stopping?: AbortSignal): Promise<void>
}

export function createMaintainConnections(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly connections: Pick<
    ConnectionStore,
    'allConnected' | 'byId' | 'recordRead' | 'recordFailure' | 'recordMismatch'
  >
  readonly evidence: Pick<CalendarEvidence, 'list' | 'failed'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): MaintainConnections {
  const { connections } = parts
  const pickCalendar = createPickCalendar(parts)

  const maintainOne = async (connection: Connection): Promise<void> => {
    const { tenantId, evidence } = connection
    const tenant = await parts.tenants.byId(tenantId)
    // A grant that is gone comes back only when the therapist reconnects.
    if (tenant === undefined || evidence.failure === 'reconnect') return
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return
    const read = await checkConnection(
      binding,
      {
        account: connectionContext(connection, tenant),
        refreshedAt: connection.refreshedAt,
        failing: evidence.failure !== undefined || evidence.unreadSince !== undefined,
        list: () => parts.evidence.list({ tenant, connection, binding }),
        // Its calendars may have changed with the listing.
        async context() {
          const now = await connections.byId(tenantId, connection.id)
          return now && connectionContext(now, tenant)
        },
      },
      parts,
    )
    if (read !== undefined) await record(read, { tenant, connection, binding })
  }

  const record = async (
    read: CheckedRead,
    judged: { readonly tenant: Tenant; readonly connection: Connection; readonly binding: CalendarBinding },
  ): Promise<void> => {
    const { tenantId, id } = judged.connection
    if ('readAt' in read) return connections.recordRead(tenantId, id, read.readAt)
    // A failure that passes is for whoever reads next: nothing here would say for an hour that it has passed.
    if (!isTransient(read.failure.reason)) await parts.evidence.failed(judged, read.failure)
  }

  return {
    async maintain(stopping): Promise<void> {
      let after: string | undefined
      for (;;) {
        const page = await connections.allConnected(after, PAGE)
        for (const connection of page) {
          stopping?.throwIfAborted()
          await maintainOne(connection)
        }
        after = page.at(-1)?.id
        if (page.length < PAGE) return
      }
    },
  }
}
