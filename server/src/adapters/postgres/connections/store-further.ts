import { isSameMailbox } from '../../../ports/connection.ts'
import { type FurtherOutcome, MAX_FURTHER_ACCOUNTS, type NewConnection } from '../../../ports/connection-store.ts'
import type { Transaction } from '../client.ts'
import { IN_USE } from './connection-rows.ts'
import { lockAccounts } from './ended-grant.ts'
import { create, GRANTED, mailboxOf, renew } from './store-grant.ts'

const SLOTS = Array.from({ length: MAX_FURTHER_ACCOUNTS }, (_, index) => index + 1)

/** ConnectionStore.storeFurther, in a transaction that has taken the calendar's lock. */
export async function storeFurther(
  transaction: Transaction,
  given: NewConnection,
  how: 'add' | 'renew',
): Promise<FurtherOutcome> {
  // Whatever its grant would allow, a further account is read and nothing else.
  const brought: NewConnection = { ...given, grant: { ...given.grant, access: 'availability' } }
  const mailbox = mailboxOf(brought)
  await lockAccounts(transaction, [mailbox])
  // The rows are locked, because a refresh commits without the calendar's lock: two writes could get one version.
  await transaction.$executeRaw`
    SELECT 1 FROM calendar_connection
    WHERE tenant_id = ${brought.tenantId}::uuid AND status IN ('ACTIVE', 'BLOCKING') FOR UPDATE`
  const connected = await transaction.calendarConnection.findMany({
    where: { tenantId: brought.tenantId, status: { in: [...IN_USE] } },
    select: { ...GRANTED, slot: true },
  })
  const same = connected.find((one) => isSameMailbox(one, mailbox))
  if (how === 'renew') {
    if (same === undefined || same.slot === null) return { outcome: 'not_connected' }
    await renew(transaction, brought, same)
    return { outcome: 'reconnected', connectionId: same.id }
  }
  if (same !== undefined) return { outcome: 'already_connected' }
  const slot = SLOTS.find((free) => connected.every((one) => one.slot !== free))
  if (slot === undefined) return { outcome: 'too_many' }
  return { outcome: 'connected', connectionId: await create(transaction, brought, { status: 'BLOCKING', slot }) }
}
