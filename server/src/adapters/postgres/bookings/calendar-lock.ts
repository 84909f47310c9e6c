import type { Database, Transaction } from '../client.ts'
import { withRetries } from '../database-errors.ts'

/** A transaction lasts at most three seconds (INV-13); waiting for a connection to begin one is no transaction yet. */
export const TRANSACTION_BUDGET = { maxWait: 10_000, timeout: 3_000 } as const

/**
 * Whoever changes a tenant's bookings or connections takes this lock first, for the rest of the transaction: rivals queue
 * instead of failing, and no two transactions wait for each other. After a deadlock or a serialization failure `work` runs
 * again in another transaction; where it is repeatable, also after a connection that was lost during COMMIT.
 */
export const withCalendarLock = <T>(
  database: Database,
  tenantId: string,
  work: (transaction: Transaction) => Promise<T>,
  retried: { readonly repeatable?: boolean } = {},
): Promise<T> =>
  withRetries(
    () =>
      database.$transaction(async (transaction) => {
        await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`calendar:${tenantId}`}, 0))`
        return work(transaction)
      }, TRANSACTION_BUDGET),
    retried,
  )
