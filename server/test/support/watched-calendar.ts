import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import type { ICalendarProvider } from '../../src/ports/calendar-provider.ts'
import type { EventLookup } from '../../src/ports/event-lookup.ts'
import type { EventMove } from '../../src/ports/event-move.ts'

export interface PortCall {
  readonly method: keyof ICalendarProvider | keyof EventLookup | keyof EventMove
  readonly connection: ConnectionContext
  /** The event's id or the booking's; undefined for reads. */
  readonly subject: string | undefined
}

/** The same calendar, with every call announced first. */
export const watchedBinding = (
  binding: CalendarBinding,
  announce: (call: PortCall) => Promise<void>,
): CalendarBinding => ({
  ...binding,
  calendarFor: (connection) => {
    const provider = binding.calendarFor(connection)
    return {
      getFreeBusy: async (params) => {
        await announce({ method: 'getFreeBusy', connection, subject: undefined })
        return provider.getFreeBusy(params)
      },
      createEvent: async (params) => {
        await announce({ method: 'createEvent', connection, subject: params.idempotencyKey })
        return provider.createEvent(params)
      },
      findEvent: async (key, calendarId) => {
        await announce({ method: 'findEvent', connection, subject: key })
        return provider.findEvent(key, calendarId)
      },
      changeKeyOf: async (eventId, written) => {
        await announce({ method: 'changeKeyOf', connection, subject: eventId })
        return provider.changeKeyOf(eventId, written)
      },
      lookUpEvents: async (events, signal) => {
        await announce({ method: 'lookUpEvents', connection, subject: events[0]?.id })
        return provider.lookUpEvents(events, signal)
      },
      moveEvent: async (eventId, move) => {
        await announce({ method: 'moveEvent', connection, subject: eventId })
        return provider.moveEvent(eventId, move)
      },
      deleteEvent: async (eventId, asWritten) => {
        await announce({ method: 'deleteEvent', connection, subject: eventId })
        return provider.deleteEvent(eventId, asWritten)
      },
    }
  },
})
