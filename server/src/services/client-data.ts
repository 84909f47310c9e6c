import { isCancellable } from '../domain/booking.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { ClientBooking, ClientDataStore } from '../ports/client-data-store.ts'
import type { Clock } from '../ports/clock.ts'

/** Whose data: of the client with this address, at one tenant or at all. */
export interface ClientOf {
  readonly email: string
  readonly tenantId?: string | undefined
}

/** `to_come`: sessions that have to be cancelled first. `under_way`: one that has begun and ends then. */
export type Erasure =
  | { readonly kind: 'erased'; readonly bookings: number; readonly cancelled: number }
  | { readonly kind: 'to_come'; readonly sessions: readonly ClientBooking[] }
  | { readonly kind: 'under_way'; readonly until: Date }

/** What a client may ask for: all that is kept of her, and that it is erased. */
export interface ClientData {
  export(client: ClientOf, actor: string): Promise<readonly ClientBooking[]>
  /** All or, where a session is still to come or under way, nothing; with `cancel`, sessions to come are cancelled first. */
  erase(client: ClientOf & { readonly cancel: boolean }, actor: string): Promise<Erasure>
}

export function createClientData(parts: {
  readonly clientData: ClientDataStore
  readonly bookings: Pick<BookingStore, 'cancel'>
  readonly audit: Pick<AuditStore, 'append'>
  readonly clock: Clock
}): ClientData {
  const { clientData, bookings, audit, clock } = parts
  const tenantsOf = (found: readonly ClientBooking[]): string[] => [...new Set(found.map(({ tenantId }) => tenantId))]

  return {
    async export({ email, tenantId: wanted }, actor) {
      const found = await clientData.byEmail(email, wanted)
      for (const tenantId of tenantsOf(found)) await audit.append({ tenantId, actor, action: 'client_exported' })
      return found
    },

    async erase({ email, tenantId, cancel }, actor): Promise<Erasure> {
      const now = clock.now()
      const found = await clientData.byEmail(email, tenantId)
      const standing = found.filter(({ status, endsAt }) => status === 'CONFIRMED' && endsAt > now)
      const underWay = standing.find((session) => !isCancellable(session, now))
      if (underWay !== undefined) return { kind: 'under_way', until: underWay.endsAt }
      if (standing.length > 0 && !cancel) return { kind: 'to_come', sessions: standing }
      let cancelled = 0
      for (const session of standing)
        if ((await bookings.cancel(session.tenantId, session.id, now, actor)) !== undefined) cancelled += 1
      let erased = 0
      for (const id of tenantsOf(found)) erased += await clientData.erase(id, email, now, actor)
      return { kind: 'erased', bookings: erased, cancelled }
    },
  }
}
