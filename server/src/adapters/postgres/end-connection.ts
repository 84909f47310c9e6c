import type { EndedGrant } from '../../ports/connection-store.ts'
import { recordAudit } from './audit.ts'
import type { Transaction } from './client.ts'
import { PENDING_MS } from './connection-rows.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'
import { unqueueOutboxJobs } from './outbox-jobs.ts'

interface Ending {
  readonly tenantId: string
  readonly connectionId: string
  readonly now: Date
  /** Absent: whoever connected the account. */
  readonly actor: string | undefined
}

/** The promises of ConnectionStore.disconnect, inside a transaction that holds the calendar's lock. */
export async function disconnect(
  transaction: Transaction,
  { tenantId, connectionId, now, actor }: Ending,
): Promise<EndedGrant | undefined> {
  const row = await transaction.calendarConnection.findFirst({
    where: { id: connectionId, tenantId, status: { in: ['ACTIVE', 'PENDING'] } },
  })
  if (row === null) return undefined
  await lockAccounts(transaction, [row])
  await shred(transaction, connectionId, now)
  // One that only waited never wrote an event.
  if (row.status === 'ACTIVE') await abandonEvents(transaction, tenantId, { keepUnwritten: false })
  await recordAudit(transaction, {
    tenantId,
    actor: actor ?? createdBy(row),
    action: 'calendar_disconnected',
    subjectId: connectionId,
  })
  return endedGrant(transaction, row, now)
}

/** The promises of ConnectionStore.confirmPending, inside a transaction that holds the calendar's lock. */
export async function confirmPending(
  transaction: Transaction,
  { tenantId, connectionId, now, actor }: Ending,
): Promise<{ readonly replaced: EndedGrant | undefined } | undefined> {
  const { calendarConnection } = transaction
  const pending = await calendarConnection.findFirst({
    where: { id: connectionId, ...pendingAt(tenantId, now) },
    select: { provider: true, access: true, createdBy: true },
  })
  if (pending === null) return undefined
  const replaced = await calendarConnection.findFirst({ where: { tenantId, status: 'ACTIVE' } })
  if (replaced !== null) {
    await lockAccounts(transaction, [replaced])
    await shred(transaction, replaced.id, now)
    await abandonEvents(transaction, tenantId, { keepUnwritten: pending.access === 'BOOKINGS' })
  }
  await calendarConnection.update({ where: { id: connectionId }, data: { status: 'ACTIVE' }, select: { id: true } })
  await transaction.tenant.update({ where: { id: tenantId }, data: { calendarProvider: pending.provider } })
  await recordAudit(transaction, {
    tenantId,
    actor: actor ?? createdBy(pending),
    action: replaced === null ? 'calendar_connected' : 'calendar_replaced',
    subjectId: connectionId,
    detail: { provider: pending.provider, ...(replaced === null ? {} : { replaced: replaced.id }) },
  })
  return { replaced: replaced === null ? undefined : await endedGrant(transaction, replaced, now) }
}

export const pendingAt = (tenantId: string, now: Date) => ({
  tenantId,
  status: 'PENDING' as const,
  createdAt: { gt: new Date(now.getTime() - PENDING_MS) },
})

async function shred(transaction: Transaction, id: string, now: Date): Promise<void> {
  await transaction.connectedCalendar.deleteMany({ where: { connectionId: id } })
  await transaction.calendarConnection.update({
    where: { id },
    data: {
      status: 'DISCONNECTED',
      disconnectedAt: now,
      tokenCache: null,
      accountAddress: null,
      accessExpiresAt: null,
      leaseOwner: null,
      leaseUntil: null,
      failureReason: null,
      failingSince: null,
    },
    select: { id: true },
  })
}

/**
 * Nobody can change events of the old account any more: removals still owed have failed for good, but for those of
 * bookings whose event nobody began to write. Events not written yet wait for the new account, where it takes them, or are
 * not wanted any more.
 */
async function abandonEvents(
  transaction: Transaction,
  tenantId: string,
  { keepUnwritten }: { keepUnwritten: boolean },
) {
  const neverBegun = await transaction.booking.updateManyAndReturn({
    where: { tenantId, eventStatus: 'REMOVING', eventId: null, eventConnectionId: null },
    data: { eventStatus: 'REMOVED' },
    select: { id: true },
  })
  const owed = await transaction.booking.updateManyAndReturn({
    where: { tenantId, eventStatus: 'REMOVING' },
    data: { eventStatus: 'FAILED', eventFailure: 'forbidden' },
    select: { id: true },
  })
  const unwritten = keepUnwritten
    ? []
    : await transaction.booking.updateManyAndReturn({
        where: { tenantId, eventStatus: 'PENDING' },
        data: { eventStatus: 'NOT_WANTED' },
        select: { id: true },
      })
  await unqueueOutboxJobs(
    transaction,
    [...neverBegun, ...owed, ...unwritten].map(({ id }) => id),
  )
}

const createdBy = (row: { createdBy: string | null }): string =>
  row.createdBy === null ? 'operator' : `user:${row.createdBy}`
