import type { CalendarCheck } from '../domain/booking.ts'
import { type ExplainedDay, explainDays } from '../domain/slot-reasons.ts'
import { bookableDays, slotRules } from '../domain/slots.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Service, Tenant, WorkingRange } from '../ports/tenant-store.ts'
import type { Unreadable } from './availability.ts'
import { windowsOf } from './offer-slots.ts'
import type { ReadFreeBusy } from './read-free-busy.ts'

export interface ExplainSlots {
  /**
   * Every stretch of the days with its reason, where {@link OfferSlots} offers free slots; days are of the tenant's zone, both
   * included, at most MAX_DAYS. `afresh`: the calendar is read again, however lately it was read.
   */
  explain(request: {
    readonly tenant: Tenant
    readonly service: Service
    readonly workingHours: readonly WorkingRange[]
    readonly firstDay: string
    readonly lastDay: string
    readonly afresh?: boolean
    readonly signal?: AbortSignal
  }): Promise<Explanation>
}

export type Explanation =
  | {
      readonly known: true
      readonly days: readonly ExplainedDay[]
      /** When the calendar was read; undefined where none is connected, and where no day can be booked. */
      readonly checkedAt: Date | undefined
      readonly check: CalendarCheck
    }
  | Unreadable

/** Says why the slots of a therapist are what they are, by the same rules and reads; of the calendar times and marks alone. */
export function createExplainSlots(parts: {
  readonly bookings: Pick<BookingStore, 'booked'>
  readonly freeBusy: Pick<ReadFreeBusy, 'forSlots'>
  readonly clock: Clock
}): ExplainSlots {
  return {
    async explain({ tenant, service, workingHours, firstDay, lastDay, afresh = false, signal }): Promise<Explanation> {
      const now = parts.clock.now()
      const rules = slotRules(tenant, service, workingHours)
      const days = bookableDays(rules, firstDay, lastDay, now)
      if (days === undefined) {
        const occupied = { blocked: [], busy: [], sessions: [], calendars: [] }
        const explained = explainDays(rules, firstDay, lastDay, now, occupied)
        return { known: true, days: explained, checkedAt: undefined, check: 'NONE' }
      }
      const { window, around } = windowsOf(days, tenant.timeZone)
      const availability = await parts.freeBusy.forSlots(tenant, window, signal, { byCalendar: true, afresh })
      if (!availability.known) return availability
      const booked = await parts.bookings.booked(tenant.id, around)
      const { busy, calendars = [], checkedAt, check } = availability
      const occupied = {
        blocked: booked.map(({ blocked }) => blocked),
        sessions: booked.map(({ session }) => session),
        busy,
        calendars,
      }
      return { known: true, days: explainDays(rules, firstDay, lastDay, now, occupied), checkedAt, check }
    },
  }
}
