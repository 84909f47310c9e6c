import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { bindingFor, type CalendarRegistry, ProviderMismatch } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant } from '../ports/tenant-store.ts'

export type PickCalendar = (tenant: Tenant, connection: Connection) => Promise<CalendarBinding | CalendarError>

/**
 * `bindingFor`, for services. An active connection that no adapter serves is logged for the operator, and recorded as its
 * failure, so that the therapist's pages say that it is our fault. The error is returned, not thrown, because every caller
 * goes on without the calendar.
 */
export const createPickCalendar = (parts: {
  readonly connections: Pick<ConnectionStore, 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): PickCalendar => {
  const { connections, providers, clock, log } = parts

  const record = async ({ tenantId, id, evidence }: Connection, error: CalendarError): Promise<boolean> => {
    // Another account may have replaced this one between the reads of the tenant and of its connection.
    if (error instanceof ProviderMismatch) return connections.recordMismatch(tenantId, id, clock.now())
    if (evidence.failure !== error.reason)
      await connections.recordFailure(tenantId, id, error.reason, clock.now(), error.code)
    return true
  }

  return async (tenant, connection) => {
    try {
      return bindingFor(providers, tenant, connection)
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      const { tenantId, id: connectionId, provider } = connection
      if (await record(connection, error))
        log.error('connection_not_served', { tenantId, connectionId, provider, code: error.code })
      return error
    }
  }
}
