import type { Transaction } from './client.ts'

/** Long enough for a queue of rivals, short enough that nobody waits for a stuck one. */
export const TRANSACTION_BUDGET = { maxWait: 10_000, timeout: 5_000 } as const

/**
 * Whoever changes a tenant's bookings or connections takes this lock first, for the rest of the transaction: rivals queue
 * instead of failing, and no two transactions wait for each other.
 */
export async function lockCalendar(transaction: Transaction, tenantId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`calendar:${tenantId}`}, 0))`
}
