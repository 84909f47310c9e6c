import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { MINUTE_MS } from '../domain/durations.ts'
import type { Booking, BookingStore } from '../ports/booking-store.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** Asked about at one time; the adapters bound how many of one mailbox go out together. */
const TOGETHER = 20
/** A run begins no more looks after this long: the next one goes on. */
const RUN_MS = MINUTE_MS

export interface RereadChangeKeys {
  /**
   * Reads the change keys of events that were written some minutes ago once more. A provider goes on changing an event by
   * itself for a while after it was created; what it has come to by then is what we wrote. Where a look fails, the key stays as
   * it was, and the look is taken again after an hour.
   */
  reread(): Promise<void>
}

export function createRereadChangeKeys(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly bookings: Pick<BookingStore, 'takeDueForLook' | 'recordLook'>
  readonly connections: Pick<ConnectionStore, 'active' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): RereadChangeKeys {
  const { bookings, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  const lookAt = async ({ id: bookingId, tenantId, startsAt: start, endsAt: end, event }: Booking): Promise<void> => {
    const tenant = await parts.tenants.byId(tenantId)
    const connection = tenant && (await connections.active(tenantId))
    const { id, mailbox } = event
    if (tenant === undefined || connection === undefined) return bookings.recordLook(bookingId, undefined)
    if (id === undefined || mailbox === undefined || !isSameMailbox(mailbox, connection))
      return bookings.recordLook(bookingId, undefined)
    const { access, evidence } = connection
    if (access !== 'bookings' || waitsForPeople(healthOf({ access, ...evidence }).state)) return
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return
    try {
      const calendar = binding.calendarFor(connectionContext(connection, tenant))
      const written = { start, end, ...(event.calendarId !== undefined && { calendarId: event.calendarId }) }
      await bookings.recordLook(bookingId, await calendar.changeKeyOf(id, written))
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      log.warn('change_key_not_read', { tenantId, bookingId, reason: error.reason })
    }
  }

  return {
    async reread(): Promise<void> {
      const startedAt = clock.now().getTime()
      do {
        const due = await bookings.takeDueForLook(TOGETHER)
        await Promise.all(due.map(lookAt))
        if (due.length < TOGETHER) return
      } while (clock.now().getTime() - startedAt < RUN_MS)
    },
  }
}
