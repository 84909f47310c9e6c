import { isSameMailbox } from '../../../ports/connection.ts'
import type { FirstOutcome, NewConnection } from '../../../ports/connection-store.ts'
import type { Transaction } from '../client.ts'
import { LIVE } from './connection-rows.ts'
import { isConnected, lockAccounts } from './ended-grant.ts'
import { create, mailboxOf, nameProvider } from './store-grant.ts'

/** ConnectionStore.storeFirst, in a transaction that has taken the calendar's lock. */
export async function storeFirst(transaction: Transaction, brought: NewConnection): Promise<FirstOutcome> {
  const { tenantId, now } = brought
  const mailbox = mailboxOf(brought)
  await lockAccounts(transaction, [mailbox])
  const live = await transaction.calendarConnection.findMany({
    where: { tenantId, status: { in: [...LIVE] } },
    select: { provider: true, accountKey: true, status: true },
  })
  if (live.some((one) => isSameMailbox(one, mailbox))) return { outcome: 'already_connected' }
  if (live.some(({ status }) => status !== 'BLOCKING')) return { outcome: 'other_connected' }
  if (await isConnected(transaction, mailbox, now)) return { outcome: 'connected_elsewhere' }
  const connectionId = await create(transaction, brought, { status: 'ACTIVE' })
  await nameProvider(transaction, brought)
  return { outcome: 'connected', connectionId }
}
