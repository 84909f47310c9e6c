import type { Booking, BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { TenantAdministration } from '../ports/tenant-administration.ts'

/** `undecided`: nothing is closed, for sessions are to come and nobody said what becomes of them. */
export type Closing =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'undecided'; readonly sessions: readonly Booking[] }
  | {
      readonly kind: 'closed'
      /** It was so before. */
      readonly already: boolean
      readonly cancelled: number
      /** Sessions that still are to come or under way. */
      readonly standing: number
    }

export interface CloseTenant {
  /** Sessions that are confirmed and not over, soonest first. */
  standing(tenantId: string): Promise<readonly Booking[]>
  /**
   * Ends new bookings, and cancels sessions to come where that is said; their events are removed like those of every cancelled
   * session. One that has begun stays. Safe to stop and to repeat. Actor as in `AuditEvent`.
   */
  close(tenantId: string, sessions: 'keep' | 'cancel' | undefined, actor: string): Promise<Closing>
}

export function createCloseTenant(parts: {
  readonly tenants: Pick<TenantAdministration, 'change'>
  readonly bookings: Pick<BookingStore, 'upcoming' | 'cancel'>
  readonly clock: Clock
}): CloseTenant {
  const { tenants, bookings, clock } = parts

  const standing = async (tenantId: string): Promise<readonly Booking[]> =>
    (await bookings.upcoming(tenantId, clock.now())).filter(({ status }) => status === 'CONFIRMED')

  return {
    standing,

    async close(tenantId, chosen, actor): Promise<Closing> {
      const before = await standing(tenantId)
      if (before.length > 0 && chosen === undefined) return { kind: 'undecided', sessions: before }
      const outcome = await tenants.change(tenantId, { closed: true }, clock.now(), actor)
      if (outcome === 'unknown') return { kind: 'unknown' }
      // Read again: one may have been booked until now.
      let cancelled = 0
      for (const { id } of chosen === 'cancel' ? await standing(tenantId) : [])
        if ((await bookings.cancel(tenantId, id, clock.now(), actor)) !== undefined) cancelled += 1
      const left = (await standing(tenantId)).length
      return { kind: 'closed', already: outcome === 'unchanged', cancelled, standing: left }
    },
  }
}
