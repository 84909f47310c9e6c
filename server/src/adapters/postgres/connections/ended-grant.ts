import { DAY_MS } from '../../../domain/durations.ts'
import type { CalendarProviderType } from '../../../ports/calendar-provider-type.ts'
import { type EndedGrant, KEPT_DAYS } from '../../../ports/connection-store.ts'
import { UnreadableTokens } from '../../../ports/token-vault.ts'
import { giveUpRemovals } from '../bookings/end-events.ts'
import type { Transaction } from '../client.ts'
import type { CalendarAccess, ConnectionStatus } from '../generated/enums.ts'
import { IN_USE, PENDING_MS } from './connection-rows.ts'
import { countOwed } from './kept-grants.ts'

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

/** Of a connection that is no longer live. */
interface Ended extends Account {
  readonly id: string
  readonly tenantId: string
  readonly access: CalendarAccess
  /** Before it ended. */
  readonly status: ConnectionStatus
  readonly tokenCache: string | null
}

/**
 * Decides what becomes of a grant whose connection is no longer live; the account's lock is taken already. While events are to
 * be removed with it, it is kept. Else it is shredded here where another connection shares it; the last one's is kept, for
 * nothing else, until it is revoked: a process that ends between the two leaves no grant that nobody knows of.
 */
export async function endedGrant(transaction: Transaction, row: Ended, now: Date): Promise<EndedGrant> {
  const { id: connectionId, provider } = row
  const kept = await transaction.keptGrant.findUnique({ where: { connectionId } })
  const tokenCache = readable(() => row.tokenCache)
  const mayRemove =
    row.access === 'BOOKINGS' &&
    tokenCache !== undefined &&
    (kept === null || (kept.keptUntil > now && kept.revocationBeganAt === null))
  const owed = (await countOwed(transaction, row.tenantId, row)) > 0
  const needed = mayRemove && owed
  // What is owed to an account that only blocked is removed with another grant, or has been given up before.
  if (owed && !needed && row.status !== 'BLOCKING') await giveUpRemovals(transaction, row.tenantId, row)
  const shared = await isConnected(transaction, row, now)
  if (!needed && shared) await shredTokens(transaction, connectionId)
  else {
    const keptUntil = kept?.keptUntil ?? new Date(now.getTime() + KEPT_DAYS * DAY_MS)
    const revocationBeganAt = needed ? null : now
    await transaction.keptGrant.upsert({
      where: { connectionId },
      create: { connectionId, keptUntil, revocationBeganAt },
      update: { revocationBeganAt },
    })
  }
  return { connectionId, provider, tokenCache, needed, shared }
}

/** The promises of ConnectionStore.isConnected; but for the connection `id`. */
export async function isConnected(
  transaction: Transaction,
  { provider, accountKey, id }: Account & { readonly id?: string },
  now: Date,
): Promise<boolean> {
  const waiting = { status: 'PENDING' as const, createdAt: { gt: new Date(now.getTime() - PENDING_MS) } }
  const other = await transaction.calendarConnection.findFirst({
    where: {
      provider,
      accountKey,
      ...(id !== undefined && { id: { not: id } }),
      OR: [{ status: { in: [...IN_USE, 'ENDING'] } }, waiting],
    },
    select: { id: true },
  })
  return other !== null
}

/** Ends every use of the tokens of a connection that is no longer live. */
export async function shredTokens(transaction: Transaction, id: string): Promise<void> {
  await transaction.keptGrant.deleteMany({ where: { connectionId: id } })
  await transaction.calendarConnection.updateMany({
    where: { id, status: 'ENDING' },
    data: { status: 'DISCONNECTED', tokenCache: null, accessExpiresAt: null, leaseOwner: null, leaseUntil: null },
  })
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
