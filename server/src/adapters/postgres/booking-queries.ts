import type { Interval } from '../../domain/interval.ts'
import { toBooking, WITH_SERVICE } from './booking-rows.ts'
import type { Transaction } from './client.ts'

export async function bookingByKey(database: Transaction, tenantId: string, idempotencyKeyHash: string) {
  const row = await database.booking.findUnique({
    where: { tenantId_idempotencyKeyHash: { tenantId, idempotencyKeyHash } },
    include: WITH_SERVICE,
  })
  return row === null ? undefined : { booking: toBooking(row), requestHash: row.requestHash }
}

export async function blockedIn(database: Transaction, tenantId: string, window: Interval): Promise<Interval[]> {
  const rows = await database.booking.findMany({
    where: { tenantId, status: 'CONFIRMED', blockedFrom: { lt: window.end }, blockedUntil: { gt: window.start } },
    orderBy: { blockedFrom: 'asc' },
    select: { blockedFrom: true, blockedUntil: true },
  })
  return rows.map(({ blockedFrom, blockedUntil }) => ({ start: blockedFrom, end: blockedUntil }))
}
