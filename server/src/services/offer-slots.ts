import type { Interval } from '../domain/interval.ts'
import { bookableDays, freeSlots, slotRules } from '../domain/slots.ts'
import { addDays, dayInterval } from '../domain/zoned-time.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Service, Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { Unreadable } from './availability.ts'
import type { ReadFreeBusy } from './read-free-busy.ts'

/** The most days that may be asked for at once. */
export const MAX_DAYS = 31

export interface OfferSlots {
  /**
   * Free slots of a service between two days of the tenant's zone, both included. The caller has checked that both are days,
   * in order, and at most {@link MAX_DAYS}. Rejects with the signal's reason.
   */
  offer(request: {
    readonly tenant: Tenant
    readonly service: Service
    readonly firstDay: string
    readonly lastDay: string
    readonly signal?: AbortSignal
  }): Promise<Offer>
}

export type Offer =
  | { readonly known: true; readonly slots: readonly Interval[]; readonly checkedAt: Date | undefined }
  | Unreadable

/**
 * What is read for these days: of the calendar, and of our own bookings, of which those of the days before and after may reach
 * into the days with their buffers.
 */
export const windowsOf = (
  { first, last }: { readonly first: string; readonly last: string },
  timeZone: string,
): { readonly window: Interval; readonly around: Interval } => ({
  window: { start: dayInterval(first, timeZone).start, end: dayInterval(last, timeZone).end },
  around: {
    start: dayInterval(addDays(first, -1), timeZone).start,
    end: dayInterval(addDays(last, 1), timeZone).end,
  },
})

/** Offers what the rules allow, minus blocked and busy time; while the calendar cannot be read, no slot at all. */
export function createOfferSlots(parts: {
  readonly tenants: Pick<TenantStore, 'workingHours'>
  readonly bookings: Pick<BookingStore, 'blocked'>
  readonly freeBusy: ReadFreeBusy
  readonly clock: Clock
}): OfferSlots {
  return {
    async offer({ tenant, service, firstDay, lastDay, signal }): Promise<Offer> {
      signal?.throwIfAborted()
      const now = parts.clock.now()
      const rules = slotRules(tenant, service, await parts.tenants.workingHours(tenant.id))
      signal?.throwIfAborted()
      const days = bookableDays(rules, firstDay, lastDay, now)
      if (days === undefined) return { known: true, slots: [], checkedAt: undefined }
      const { window, around } = windowsOf(days, tenant.timeZone)
      const availability = await parts.freeBusy.forSlots(tenant, window, signal)
      if (!availability.known) return availability
      signal?.throwIfAborted()
      const blocked = await parts.bookings.blocked(tenant.id, around)
      const slots = freeSlots(rules, days.first, days.last, now, { blocked, busy: availability.busy })
      return { known: true, slots, checkedAt: availability.checkedAt }
    },
  }
}
