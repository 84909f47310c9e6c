import type { EventsLeft } from '../../../domain/account-ending.ts'
import { isSameMailbox, type Mailbox } from '../../../ports/connection.ts'
import type { EndedGrant } from '../../../ports/connection-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import { endEvents } from '../bookings/end-events.ts'
import type { Transaction } from '../client.ts'
import type { CalendarAccess as Access } from '../generated/enums.ts'
import { keptAt, LIVE, PENDING_MS, toAccess } from './connection-rows.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'
import { takeWriting } from './writing-settings.ts'

export interface Ending {
  readonly tenantId: string
  readonly connectionId: string
  readonly now: Date
  /** Absent: the user who connected the account. */
  readonly actor: string | undefined
  readonly events: EventsLeft
}

/** ConnectionStore.disconnect, in a transaction that has taken the calendar's lock. */
export async function disconnect(
  transaction: Transaction,
  { tenantId, connectionId, now, actor, events }: Ending,
): Promise<EndedGrant | undefined> {
  const row = await transaction.calendarConnection.findFirst({
    where: {
      id: connectionId,
      tenantId,
      OR: [{ status: { in: [...LIVE] } }, keptAt(now)],
    },
  })
  if (row === null) return undefined
  await lockAccounts(transaction, [row])
  // A pending connection has written no events, nor has one that only blocked.
  if (row.status === 'ACTIVE')
    await endEvents(transaction, {
      tenantId,
      ended: accountOf(row),
      next: undefined,
      events,
      now,
    })
  if (row.status === 'ENDING') await keepNoLonger(transaction, connectionId, now)
  else await endRow(transaction, connectionId, now)
  await recordAudit(transaction, {
    tenantId,
    actor: actor ?? createdBy(row),
    action: row.status === 'ENDING' ? 'calendar_grant_given_up' : 'calendar_disconnected',
    subjectId: connectionId,
    ...(row.status === 'BLOCKING' && { detail: { role: 'blocks' } }),
  })
  return endedGrant(transaction, row, now)
}

/** ConnectionStore.confirmPending, in a transaction that has taken the calendar's lock. */
export async function confirmPending(
  transaction: Transaction,
  { tenantId, connectionId, now, actor, events }: Ending,
): Promise<{ readonly replaced: EndedGrant | undefined; readonly isSameAccount: boolean } | undefined> {
  const { calendarConnection } = transaction
  const pending = await calendarConnection.findFirst({
    where: { id: connectionId, ...pendingAt(tenantId, now) },
    select: { provider: true, access: true, accountKey: true, createdBy: true },
  })
  if (pending === null) return undefined
  const replaced = await calendarConnection.findFirst({ where: { tenantId, status: 'ACTIVE' } })
  const isSameAccount = replaced !== null && isSameMailbox(replaced, pending)
  await lockAccounts(transaction, replaced === null ? [pending] : [pending, replaced])
  await endFurther(transaction, { tenantId, connectionId, now, mailbox: pending })
  if (replaced !== null) {
    if (isSameAccount) {
      await takeChoices(transaction, replaced.id, connectionId)
      await takeWriting(transaction, replaced.id, connectionId, pending.access === 'AVAILABILITY')
    }
    await endEvents(transaction, {
      tenantId,
      ended: accountOf(replaced),
      next: { ...pending, access: toAccess(pending.access) },
      events,
      now,
    })
    await endRow(transaction, replaced.id, now)
  }
  await calendarConnection.update({ where: { id: connectionId }, data: { status: 'ACTIVE' }, select: { id: true } })
  await transaction.tenant.update({ where: { id: tenantId }, data: { calendarProvider: pending.provider } })
  await recordAudit(transaction, {
    tenantId,
    actor: actor ?? createdBy(pending),
    action: auditOf(replaced, isSameAccount),
    subjectId: connectionId,
    detail: { provider: pending.provider, ...(replaced === null ? {} : { replaced: replaced.id }) },
  })
  return { replaced: replaced === null ? undefined : await endedGrant(transaction, replaced, now), isSameAccount }
}

const auditOf = (replaced: Mailbox | null, isSameAccount: boolean): string => {
  if (replaced === null) return 'calendar_connected'
  return isSameAccount ? 'calendar_access_changed' : 'calendar_replaced'
}

interface Promoted {
  readonly tenantId: string
  /** The connection that takes its place. */
  readonly connectionId: string
  readonly mailbox: Mailbox
  readonly now: Date
}

/**
 * An account that comes to receive is a further one no longer: its connection from before ends, and which of its calendars block
 * stays as the therapist chose. The account's lock is taken already.
 */
export async function endFurther(
  transaction: Transaction,
  { tenantId, connectionId, mailbox: { provider, accountKey }, now }: Promoted,
): Promise<void> {
  const further = await transaction.calendarConnection.findFirst({
    where: { tenantId, status: 'BLOCKING', provider, accountKey },
  })
  if (further === null) return
  await takeChoices(transaction, further.id, connectionId)
  await endRow(transaction, further.id, now)
  await endedGrant(transaction, further, now)
}

export const pendingAt = (tenantId: string, now: Date) => ({
  tenantId,
  status: 'PENDING' as const,
  createdAt: { gt: new Date(now.getTime() - PENDING_MS) },
})

// Field by field: reading the token cache decrypts it.
const accountOf = ({
  id,
  provider,
  accountKey,
  access,
}: Mailbox & { readonly id: string; readonly access: Access }) => ({
  id,
  provider,
  accountKey,
  access: toAccess(access),
})

/** Ends a live connection but for its tokens, of which {@link endedGrant} decides. */
export async function endRow(transaction: Transaction, id: string, now: Date): Promise<void> {
  await transaction.connectedCalendar.deleteMany({ where: { connectionId: id } })
  await transaction.calendarConnection.update({
    where: { id },
    data: {
      status: 'ENDING',
      slot: null,
      disconnectedAt: now,
      accountAddress: null,
      failureReason: null,
      failingSince: null,
    },
    select: { id: true },
  })
}

/** The same account: which calendars block stays the therapist's choice, unless none of those is there any more. */
const takeChoices = (transaction: Transaction, from: string, to: string) =>
  transaction.$executeRaw`
    UPDATE connected_calendar c SET blocks = o.blocks FROM connected_calendar o
    WHERE c.connection_id = ${to}::uuid AND o.connection_id = ${from}::uuid AND o.external_id = c.external_id
      AND EXISTS (
        SELECT 1 FROM connected_calendar n JOIN connected_calendar p ON p.external_id = n.external_id
        WHERE n.connection_id = ${to}::uuid AND p.connection_id = ${from}::uuid AND p.blocks)`

const keepNoLonger = (transaction: Transaction, connectionId: string, keptUntil: Date) =>
  transaction.keptGrant.update({ where: { connectionId }, data: { keptUntil } })

const createdBy = (row: { createdBy: string | null }): string =>
  row.createdBy === null ? 'operator' : `user:${row.createdBy}`
