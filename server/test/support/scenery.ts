import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import type { ICalendarProvider } from '../../src/ports/calendar-provider.ts'

/** A Monday, noon in Berlin. */
export const MONDAY = new Date('2030-03-04T11:00:00Z')
/** Tuesday at nine in Berlin: the first hour of the next working day. */
export const TUESDAY_9 = '2030-03-05T08:00:00.000Z'

export const hoursAfter = (start: string | Date, hours: number): Date =>
  new Date(new Date(start).getTime() + hours * 3_600_000)

export interface PortCall {
  readonly method: keyof ICalendarProvider
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
      deleteEvent: async (eventId) => {
        await announce({ method: 'deleteEvent', connection, subject: eventId })
        return provider.deleteEvent(eventId)
      },
    }
  },
})
