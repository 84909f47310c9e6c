import type { Transaction } from '../client.ts'

/** A transaction lasts at most three seconds (INV-13); waiting for a connection to begin one is no transaction yet. */
export const TRANSACTION_BUDGET = { maxWait: 10_000, timeout: 3_000 } as const

/**
 * Whoever changes a tenant's bookings or connections takes this lock first, for the rest of the transaction: rivals queue
 * instead of failing, and no two transactions wait for each other.
 */
export async function lockCalendar(transaction: Transaction, tenantId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`calendar:${tenantId}`}, 0))`
}
