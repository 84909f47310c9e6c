import type { EndedGrant } from '../../../ports/connection-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Transaction } from '../client.ts'
import { PENDING_MS } from './connection-rows.ts'
import { endRow } from './end-connection.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'
import { notBeingRevoked } from './kept-grants.ts'

interface Releasing {
  readonly tenantId: string
  readonly connectionId: string
  readonly now: Date
}

/** ConnectionStore.release, in a transaction that has taken the calendar's lock. */
export async function release(
  transaction: Transaction,
  { tenantId, connectionId, now }: Releasing,
): Promise<EndedGrant | undefined> {
  const row = await transaction.calendarConnection.findFirst({
    where: {
      id: connectionId,
      tenantId,
      OR: [
        { keptGrant: notBeingRevoked(now) },
        { status: 'PENDING', createdAt: { lte: new Date(now.getTime() - PENDING_MS) } },
      ],
    },
  })
  if (row === null) return undefined
  await lockAccounts(transaction, [row])
  if (row.status === 'PENDING') {
    await endRow(transaction, connectionId, now)
    await recordAudit(transaction, { tenantId, actor: 'job', action: 'calendar_disconnected', subjectId: connectionId })
  }
  return endedGrant(transaction, row, now)
}
