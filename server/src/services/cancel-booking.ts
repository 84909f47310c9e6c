import { isCancellable } from '../domain/booking.ts'
import type { Booking, BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'
import { logStep } from './booking-step.ts'
import type { ManageTokens } from './manage-tokens.ts'

export interface CancelBooking {
  /** The client, of what her link has found. */
  byClient(found: FoundByLink): Promise<CancelOutcome>
  /** The therapist, in her own tenant. */
  byTherapist(user: User, bookingId: string): Promise<CancelOutcome | undefined>
  /** What the manage page shows; undefined when the token is unknown. */
  find(manageToken: string): Promise<FoundByLink | undefined>
}

export interface FoundByLink {
  readonly booking: Booking
  readonly tenant: Tenant
  readonly cancellable: boolean
}

export type CancelOutcome = 'cancelled' | 'already_cancelled' | 'too_late'

/** Cancels a session that has not begun; the removal of its event is queued in the same transaction. */
export function createCancelBooking(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly bookings: Pick<BookingStore, 'byId' | 'byManageToken' | 'cancel'>
  readonly manageTokens: ManageTokens
  readonly clock: Clock
  readonly log: Log
}): CancelBooking {
  const cancel = async (booking: Booking, actor: string): Promise<CancelOutcome> => {
    const now = parts.clock.now()
    if (booking.status === 'CANCELLED') return 'already_cancelled'
    if (!isCancellable(booking, now)) return 'too_late'
    const cancelled = await parts.bookings.cancel(booking.tenantId, booking.id, now, actor)
    // Another request has cancelled it, or the session has begun, since it was read.
    if (cancelled !== undefined) {
      logStep(parts.log, 'booking_cancelled', { tenantId: booking.tenantId, bookingId: booking.id })
      return 'cancelled'
    }
    const current = await parts.bookings.byId(booking.tenantId, booking.id)
    return current?.status === 'CANCELLED' ? 'already_cancelled' : 'too_late'
  }

  const byLink = async (manageToken: string): Promise<Booking | undefined> => {
    const booking = await parts.bookings.byManageToken(parts.manageTokens.hash(manageToken))
    // A link of an earlier secret, which may have leaked, and with it the links of every booking whose id is known.
    return booking !== undefined && parts.manageTokens.issue(booking.id) === manageToken ? booking : undefined
  }

  return {
    byClient: ({ booking }) => cancel(booking, 'client'),

    async byTherapist(user, bookingId) {
      const booking = await parts.bookings.byId(user.tenantId, bookingId)
      return booking && cancel(booking, `user:${user.id}`)
    },

    async find(manageToken) {
      const booking = await byLink(manageToken)
      const tenant = booking && (await parts.tenants.byId(booking.tenantId))
      if (booking === undefined || tenant === undefined) return undefined
      return { booking, tenant, cancellable: isCancellable(booking, parts.clock.now()) }
    },
  }
}
