import { z } from 'zod'
import type { Mailbox } from '../../../ports/connection.ts'
import type { ConnectionStore, KeptAccount } from '../../../ports/connection-store.ts'
import type { Transaction } from '../client.ts'
import { keptAt, PENDING_MS } from './connection-rows.ts'

/** Longer than a revocation takes. */
const REVOCATION_MS = 60_000

/** Nobody revokes the grant now: nobody has begun, or whoever did has ended. */
export const notBeingRevoked = (now: Date) => ({
  OR: [{ revocationBeganAt: null }, { revocationBeganAt: { lte: new Date(now.getTime() - REVOCATION_MS) } }],
})

const Counts = z.tuple([z.object({ count: z.number().int() })])

/** How many events of this account are to be removed, or wait for the therapist's word. */
export async function countOwed(
  transaction: Transaction,
  tenantId: string,
  { provider, accountKey }: Mailbox,
): Promise<number> {
  const rows = await transaction.$queryRaw`
    WITH same AS (
      SELECT id FROM calendar_connection WHERE tenant_id = ${tenantId}::uuid
        AND provider = ${provider}::"CalendarProviderType" AND account_key = ${accountKey}
    )
    SELECT (
      (SELECT count(*) FROM former_event
        WHERE tenant_id = ${tenantId}::uuid AND status IN ('REMOVING', 'FAILED') AND connection_id IN (SELECT id FROM same))
      + (SELECT count(*) FROM booking
        WHERE tenant_id = ${tenantId}::uuid
          AND (event_status = 'REMOVING' OR (event_status = 'FAILED' AND status = 'CANCELLED'))
          AND event_connection_id IN (SELECT id FROM same))
    )::int AS count`
  return Counts.parse(rows)[0].count
}

export async function keptAccounts(transaction: Transaction, tenantId: string, now: Date): Promise<KeptAccount[]> {
  const rows = await transaction.calendarConnection.findMany({
    where: { tenantId, ...keptAt(now) },
    orderBy: { disconnectedAt: 'desc' },
    select: { id: true, provider: true, accountKey: true, keptGrant: true },
  })
  const accounts: KeptAccount[] = []
  for (const { id: connectionId, provider, accountKey, keptGrant } of rows) {
    const events = await countOwed(transaction, tenantId, { provider, accountKey })
    if (keptGrant !== null) accounts.push({ connectionId, provider, accountKey, until: keptGrant.keptUntil, events })
  }
  return accounts
}

/** The promises of ConnectionStore.releasable. */
export async function releasable(
  transaction: Transaction,
  now: Date,
  tenantId: string | undefined,
): Promise<Awaited<ReturnType<ConnectionStore['releasable']>>> {
  const ofTenant = tenantId === undefined ? {} : { tenantId }
  const forgotten = await transaction.calendarConnection.findMany({
    where: { ...ofTenant, status: 'PENDING', createdAt: { lte: new Date(now.getTime() - PENDING_MS) } },
    select: { id: true, tenantId: true },
  })
  const kept = await transaction.keptGrant.findMany({
    where: { connection: ofTenant, ...notBeingRevoked(now) },
    select: {
      keptUntil: true,
      revocationBeganAt: true,
      connection: { select: { id: true, tenantId: true, provider: true, accountKey: true } },
    },
  })
  const over = []
  for (const { keptUntil, revocationBeganAt, connection } of kept) {
    const isOver = keptUntil <= now || revocationBeganAt !== null
    if (isOver || (await countOwed(transaction, connection.tenantId, connection)) === 0)
      over.push({ tenantId: connection.tenantId, id: connection.id })
  }
  return [...forgotten, ...over]
}
