import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { type Lost, lostReceiver } from '../domain/receiving-calendar.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { type Connection, isSameMailbox, type Mailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { EventLookup } from '../ports/event-lookup.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** A calendar in which events may be written or removed now. */
export interface EventCalendar {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly provider: ICalendarProvider & EventLookup
  readonly binding: CalendarBinding
  /** The same account, to write into another calendar of it; undefined: its default calendar. */
  readonly writingTo: (calendarId: string | undefined) => ICalendarProvider & EventLookup
  /** The account was given up: events may be removed from it, and nothing else. */
  readonly isFormer: boolean
}

/** The same while the event's lock is held. */
export interface LockedCalendar extends EventCalendar {
  /** Aborted when the lock is lost. */
  readonly signal: AbortSignal
}

/**
 * `none`: the practice has none that serves; `waits`: until people mend its connection; `lost`: the calendar that is to receive
 * does so no more, until the therapist chooses another or it comes back.
 */
export type EventCalendarOrNot = EventCalendar | 'none' | 'waits'
export type ReceiverOrNot = EventCalendarOrNot | { readonly lost: Lost }

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
    return opened({ tenant, connection, binding, isFormer: false })
  }

  const writable = async (tenantId: string) => {
    const tenant = await parts.tenants.byId(tenantId)
    const active = tenant && (await connections.active(tenantId))
    return { tenant, active: active?.access === 'bookings' ? active : undefined }
  }

  return {
    /** Where events of this practice are written. */
    async toWrite(tenantId: string): Promise<ReceiverOrNot> {
      const { tenant, active } = await writable(tenantId)
      if (tenant === undefined || active === undefined) return 'none'
      const found = await connected(tenant, active)
      const lost = lostReceiver(active.writing.writesTo, active.calendars)
      return lost === undefined || typeof found === 'string' ? found : { lost }
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
      return opened({ tenant, connection: kept, binding, isFormer: true })
    },
  }
}

function opened(account: Pick<EventCalendar, 'tenant' | 'connection' | 'binding' | 'isFormer'>): EventCalendar {
  const { tenant, connection, binding } = account
  const { writesTo, ...context } = connectionContext(connection, tenant)
  const writingTo = (calendarId: string | undefined) =>
    binding.calendarFor(calendarId === undefined ? context : { ...context, writesTo: calendarId })
  return { ...account, provider: writingTo(writesTo), writingTo }
}
