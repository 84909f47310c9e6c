import { z } from 'zod'
import type { BusyTime, CalendarProvider, NewEvent } from './port.js'

const FreeBusy = z.object({
  calendars: z.record(z.object({ busy: z.array(z.object({ start: z.string(), end: z.string() })) })),
})

/** What the host had for Google: one service account, one shared calendar for each tenant, whose id is the tenant's. */
export class GoogleCalendar implements CalendarProvider {
  readonly #token: () => Promise<string>

  constructor(token: () => Promise<string>) {
    this.#token = token
  }

  async isDateAvailable(tenantId: string, day: string): Promise<boolean> {
    const start = new Date(`${day}T00:00:00Z`)
    return (await this.getBusyTimes(tenantId, start, new Date(start.getTime() + 86_400_000))).length === 0
  }

  async getBusyTimes(tenantId: string, from: Date, to: Date): Promise<BusyTime[]> {
    const answer = await this.#ask('POST', 'freeBusy', { timeMin: from, timeMax: to, items: [{ id: tenantId }] })
    const parsed = FreeBusy.safeParse(await answer?.json())
    const busy = parsed.success ? (parsed.data.calendars[tenantId]?.busy ?? []) : []
    return busy.map(({ start, end }) => ({ start: new Date(start), end: new Date(end) }))
  }

  async createEvent(tenantId: string, { start, end }: NewEvent): Promise<{ eventId: string } | null> {
    const event = { summary: 'Appointment', start: { dateTime: start }, end: { dateTime: end } }
    const answer = await this.#ask('POST', `calendars/${encodeURIComponent(tenantId)}/events`, event)
    const made = z.object({ id: z.string() }).safeParse(await answer?.json())
    return made.success ? { eventId: made.data.id } : null
  }

  async deleteEvent(tenantId: string, eventId: string): Promise<boolean> {
    const path = `calendars/${encodeURIComponent(tenantId)}/events/${encodeURIComponent(eventId)}`
    return (await this.#ask('DELETE', path)) !== undefined
  }

  async #ask(method: string, path: string, body?: object): Promise<Response | undefined> {
    const headers = { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' }
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    const answer = await fetch(`https://www.googleapis.com/calendar/v3/${path}`, request).catch(() => undefined)
    return answer?.ok ? answer : undefined
  }
}
