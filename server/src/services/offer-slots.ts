import type { Interval } from '../domain/interval.ts'
import { bookableDays, freeSlots, slotRules } from '../domain/slots.ts'
import { addDays, dayInterval } from '../domain/zoned-time.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import { blockedIn, type TenantSnapshot } from '../ports/tenant-snapshot.ts'
import type { Service } from '../ports/tenant-store.ts'
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
    readonly snapshot: TenantSnapshot
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

/** How many days of the tenant's zone begin earlier, and end later, than days of the same name in any other, and those of UTC. */
const ZONES_APART = 2

/**
 * A window that holds what our own bookings may block of these days, of whatever zone: for a snapshot of a tenant whose own zone
 * is not known yet.
 */
export const windowAround = (firstDay: string, lastDay: string): Interval => ({
  start: dayInterval(addDays(firstDay, -1 - ZONES_APART), 'UTC').start,
  end: dayInterval(addDays(lastDay, 1 + ZONES_APART), 'UTC').end,
})

/** Offers what the rules allow, minus blocked and busy time; while the calendar cannot be read, no slot at all. */
export function createOfferSlots(parts: {
  readonly bookings: Pick<BookingStore, 'blocked'>
  readonly freeBusy: ReadFreeBusy
  readonly clock: Clock
}): OfferSlots {
  return {
    async offer({ snapshot, service, firstDay, lastDay, signal }): Promise<Offer> {
      signal?.throwIfAborted()
      const { tenant, workingHours } = snapshot
      const now = parts.clock.now()
      const rules = slotRules(tenant, service, workingHours)
      const days = bookableDays(rules, firstDay, lastDay, now)
      if (days === undefined) return { known: true, slots: [], checkedAt: undefined }
      const { window, around } = windowsOf(days, tenant.timeZone)
      const availability = await parts.freeBusy.forSlots(snapshot, window, signal)
      if (!availability.known) return availability
      signal?.throwIfAborted()
      const blocked = blockedIn(snapshot, around) ?? (await parts.bookings.blocked(tenant.id, around))
      const slots = freeSlots(rules, days.first, days.last, now, { blocked, busy: availability.busy })
      return { known: true, slots, checkedAt: availability.checkedAt }
    },
  }
}
