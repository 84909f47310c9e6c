import type { BusyTime, CalendarProvider, NewEvent } from './port.js'

/** In memory, for tenants without a calendar. */
export class MockCalendar implements CalendarProvider {
  readonly #events = new Map<string, NewEvent & { readonly tenantId: string }>()

  async isDateAvailable(tenantId: string, day: string): Promise<boolean> {
    const start = new Date(`${day}T00:00:00Z`)
    return (await this.getBusyTimes(tenantId, start, new Date(start.getTime() + 86_400_000))).length === 0
  }

  async getBusyTimes(tenantId: string, from: Date, to: Date): Promise<BusyTime[]> {
    return [...this.#events.values()].filter(
      (event) => event.tenantId === tenantId && event.start < to && from < event.end,
    )
  }

  async createEvent(tenantId: string, event: NewEvent): Promise<{ eventId: string }> {
    this.#events.set(event.bookingId, { ...event, tenantId })
    return { eventId: event.bookingId }
  }

  async deleteEvent(_tenantId: string, eventId: string): Promise<boolean> {
    return this.#events.delete(eventId)
  }
}
