import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError, isTransient } from '../ports/calendar-failure.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import { MAINTENANCE_PAGE, type MaintenanceStore } from '../ports/maintenance-store.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type CheckedRead, checkConnection } from './check-connection.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** Connections that one job maintains at the same time: it waits for providers most of its time. */
const AT_ONCE = 4

export interface MaintainConnections {
  /** Queues the maintenance that is due. */
  queueDue(): Promise<void>
  /**
   * Takes connections that are due, at most {@link MAINTENANCE_PAGE}, whoever else takes some meanwhile. Lists the calendars
   * of each whose grant is not gone, which finds new ones: those that are hers and can be read block until the therapist
   * unticks them. Quiet connections have their tokens refreshed. Health follows reading: a listing or a refresh that fails
   * says nothing of it. Then, and where a failure stands from before, an hour is read, and that read decides. Rejects with
   * the reason of `stopping` at once when that is aborted; what was begun is given back.
   */
  maintain(stopping?: AbortSignal): Promise<void>
}

export function createMaintainConnections(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly connections: Pick<ConnectionStore, 'byId' | 'recordRead' | 'recordFailure' | 'recordMismatch'>
  readonly maintenance: MaintenanceStore
  readonly evidence: Pick<CalendarEvidence, 'list' | 'failed'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): MaintainConnections {
  const { connections, maintenance } = parts
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

  /** One that fails by a fault of ours keeps no other from its turn, and is due again in some minutes. */
  const maintainTogether = async (due: readonly Connection[], stopped: Promise<'stopped'>): Promise<void> => {
    const left = new Set(due.map(({ id }) => id))
    const all = Promise.allSettled(
      due.map(async (connection) => {
        await maintainOne(connection)
        await maintenance.recordMaintained(connection.id)
        left.delete(connection.id)
      }),
    )
    const outcomes = await Promise.race([all, stopped])
    // What is under way ends by its deadlines. Where the database does not answer, the others take it in some minutes.
    if (outcomes === 'stopped') return maintenance.giveBack([...left]).catch(() => {})
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  return {
    queueDue: () => maintenance.queueDue(),

    async maintain(stopping = new AbortController().signal): Promise<void> {
      const over = new AbortController()
      const stopped = new Promise<'stopped'>((resolve) =>
        stopping.addEventListener('abort', () => resolve('stopped'), { signal: over.signal }),
      )
      try {
        for (let taken = 0; taken < MAINTENANCE_PAGE; taken += AT_ONCE) {
          stopping.throwIfAborted()
          const due = await maintenance.takeDue(AT_ONCE)
          if (due.length === 0) return
          await maintainTogether(due, stopped)
        }
        stopping.throwIfAborted()
      } finally {
        over.abort()
      }
    },
  }
}
