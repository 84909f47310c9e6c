import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { type Connection, type ConnectionStore, isSameMailbox, type Mailbox } from '../ports/connection-store.ts'
import type { EventLookup } from '../ports/event-lookup.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** A calendar in which events may be written or removed now. */
export interface EventCalendar {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly provider: ICalendarProvider & EventLookup
  /** The account was given up: events may be removed from it, and nothing else. */
  readonly isFormer: boolean
}

/** `none`: the practice has none that serves; `waits`: until people mend its connection. */
export type EventCalendarOrNot = EventCalendar | 'none' | 'waits'

export interface EventCalendarParts {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly connections: Pick<ConnectionStore, 'active' | 'keptFor' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}

export const createEventCalendars = (parts: EventCalendarParts) => {
  const { connections, clock } = parts
  const pickCalendar = createPickCalendar(parts)

  const connected = async (tenant: Tenant, connection: Connection): Promise<EventCalendarOrNot> => {
    if (waitsForPeople(healthOf({ access: connection.access, ...connection.evidence }).state)) return 'waits'
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return 'waits'
    const provider = binding.calendarFor(connectionContext(connection, tenant))
    return { tenant, connection, provider, isFormer: false }
  }

  const writable = async (tenantId: string) => {
    const tenant = await parts.tenants.byId(tenantId)
    const active = tenant && (await connections.active(tenantId))
    return { tenant, active: active?.access === 'bookings' ? active : undefined }
  }

  return {
    /** Where events of this practice are written. */
    async toWrite(tenantId: string): Promise<EventCalendarOrNot> {
      const { tenant, active } = await writable(tenantId)
      return tenant === undefined || active === undefined ? 'none' : connected(tenant, active)
    },

    /** Where an event stands that was written to this account; undefined: it is not known which. */
    async toRemove(tenantId: string, mailbox: Mailbox | undefined): Promise<EventCalendarOrNot> {
      const { tenant, active } = await writable(tenantId)
      if (tenant === undefined) return 'none'
      if (active !== undefined && (mailbox === undefined || isSameMailbox(mailbox, active)))
        return connected(tenant, active)
      const kept = mailbox && (await connections.keptFor(tenantId, mailbox, clock.now()))
      const binding = kept && parts.providers[kept.provider]
      if (kept === undefined || binding === undefined) return 'none'
      const provider = binding.calendarFor(connectionContext(kept, tenant))
      return { tenant, connection: kept, provider, isFormer: true }
    },
  }
}
