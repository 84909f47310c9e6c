import {
  type CalendarBinding,
  CalendarError,
  createBusyBridge,
  createReconcileEvent,
  type UnknownBusy,
} from 'booking-calendar-adapter'
import type { BusyTime, CalendarProvider, NewEvent } from '../calendar/port.js'
import type { Database } from '../database.js'
import { createBookingEvents } from './booking-events.js'
import { type Connections, contextOf } from './connections.js'

/** The host's port over the adapter. An unreadable calendar is busy: the port's empty array would be a double booking. */
export function createMicrosoftProvider({
  database,
  binding,
  connections,
}: {
  readonly database: Database
  readonly binding: CalendarBinding
  readonly connections: Connections
}): CalendarProvider & { readonly reconcile: ReturnType<typeof createReconcileEvent> } {
  const open = async (tenantId: string) => {
    const row = await connections.of(tenantId)
    return row === null ? undefined : { row, context: contextOf(row, row.tenant.timeZone) }
  }

  const bridge = createBusyBridge({
    async calendarOf(tenantId) {
      const found = await open(tenantId)
      // The tenant's column says Microsoft and nothing is connected: nobody knows.
      if (found === undefined) throw new CalendarError('reconnect', 'no account is connected')
      return { calendar: binding.calendarFor(found.context), timeZone: found.context.timeZone }
    },
    onUnknown: noteFailure,
  })

  /** Shown to the therapist, and ended by a maintenance that can read again. */
  async function noteFailure({ tenantId, reason, code }: UnknownBusy): Promise<void> {
    console.warn(JSON.stringify({ event: 'calendar_unknown', tenantId, reason, code }))
    if (reason !== 'reconnect' && reason !== 'admin_consent' && reason !== 'forbidden') return
    const data = { failure: reason, failingSince: new Date() }
    await database.calendarConnection.updateMany({ where: { tenantId, failure: null }, data }).catch(() => undefined)
  }

  const reconcile = createReconcileEvent({
    store: createBookingEvents(database),
    async calendarOf(tenantId) {
      const found = await open(tenantId)
      return found?.context.access === 'bookings' ? { binding, context: found.context } : undefined
    },
  })

  return {
    reconcile,
    isDateAvailable: (tenantId: string, day: string): Promise<boolean> => bridge.isDateAvailable(tenantId, day),
    getBusyTimes: (tenantId: string, from: Date, to: Date): Promise<BusyTime[]> =>
      bridge.getBusyTimes(tenantId, from, to),

    /** Null: it is not written yet, and is tried again by itself. */
    async createEvent(tenantId: string, { bookingId }: NewEvent): Promise<{ eventId: string } | null> {
      await reconcile(bookingId)
      const row = await database.booking.findFirst({ where: { id: bookingId, tenantId } })
      return row?.eventId ? { eventId: row.eventId } : null
    },

    /** False: it stands for now, and is tried again by itself; or it is none of ours. */
    async deleteEvent(tenantId: string, eventId: string): Promise<boolean> {
      const booking = await database.booking.findFirst({ where: { tenantId, eventId } })
      if (booking !== null) return ['removed', 'later'].includes(await reconcile(booking.id))
      const found = await open(tenantId)
      if (found === undefined) return false
      try {
        await binding.calendarFor(found.context).deleteEvent(eventId)
        return true
      } catch (error) {
        if (error instanceof CalendarError) return false
        throw error
      }
    },
  }
}
