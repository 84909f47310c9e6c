import type { CalendarProviderType } from '../../../ports/calendar-provider-type.ts'
import type { EndedGrant } from '../../../ports/connection-store.ts'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import type { Transaction } from '../client.ts'
import { PENDING_MS } from './connection-rows.ts'

interface Account {
  readonly provider: CalendarProviderType
  readonly accountKey: string
}

/**
 * Locks these accounts for the rest of the transaction. Every transaction that makes or ends a connection takes this lock,
 * after the calendar's, so that of two tenants that disconnect one account at the same time the later one sees that it is the
 * last. The keys are sorted, so that no two transactions wait for each other.
 */
export async function lockAccounts(transaction: Transaction, accounts: readonly Account[]): Promise<void> {
  const keys = new Set(accounts.map(({ provider, accountKey }) => `account:${provider}:${accountKey}`))
  for (const key of [...keys].sort())
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`
}

/** The grant that `row`, which is no longer live, leaves at its provider. The account's lock is taken already. */
export async function endedGrant(
  transaction: Transaction,
  row: Account & { readonly tokenCache: string | null },
  now: Date,
): Promise<EndedGrant> {
  const { provider } = row
  const shared = await isConnected(transaction, row, now)
  return { provider, tokenCache: readable(() => row.tokenCache), shared }
}

/** The promises of ConnectionStore.isConnected. */
export async function isConnected(
  transaction: Transaction,
  { provider, accountKey }: Account,
  now: Date,
): Promise<boolean> {
  const waiting = { status: 'PENDING' as const, createdAt: { gt: new Date(now.getTime() - PENDING_MS) } }
  const found = await transaction.calendarConnection.findFirst({
    where: { provider, accountKey, OR: [{ status: 'ACTIVE' }, waiting] },
    select: { id: true },
  })
  return found !== null
}

/** Tokens that do not decrypt are shredded like others: only their revocation is left out. */
function readable(read: () => string | null): string | undefined {
  try {
    return read() ?? undefined
  } catch (error) {
    if (error instanceof UnreadableTokens) return undefined
    throw error
  }
}
