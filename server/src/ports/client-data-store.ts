import type { BookingStatus } from '../domain/booking.ts'

/** Everything that is kept of a client for one booking. */
export interface ClientBooking {
  readonly id: string
  readonly tenantId: string
  /** The practice's slug and name. */
  readonly tenant: string
  readonly practice: string
  readonly service: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly status: BookingStatus
  readonly clientName: string
  readonly clientEmail: string
  readonly joinUrl: string | undefined
  readonly createdAt: Date
  readonly cancelledAt: Date | undefined
}

/** What is kept of clients, who have no accounts: they are known by the address they booked with, in whatever letters. */
export interface ClientDataStore {
  /** At one tenant, or at all; soonest first. Not of bookings that were erased. */
  byEmail(email: string, tenantId?: string): Promise<readonly ClientBooking[]>
  /**
   * Erases what is personal of those bookings of a client at a tenant that are cancelled or over, and resolves to their
   * number. What remains of each says that there was a session, of which service, when, and what became of it and its event;
   * the link to it is unknown from then on. The audit keeps each; actor as in `AuditEvent`.
   */
  erase(tenantId: string, email: string, now: Date, actor: string): Promise<number>
}
