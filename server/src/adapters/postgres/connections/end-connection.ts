import { z } from 'zod'
import { afterDisconnecting, changedBy, EVENT_STATUSES } from '../../../domain/booking-event.ts'
import type { EndedGrant } from '../../../ports/connection-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import { toKnownEvent } from '../bookings/booking-rows.ts'
import { unqueueOutboxJobs } from '../bookings/outbox-jobs.ts'
import type { Transaction } from '../client.ts'
import { PENDING_MS } from './connection-rows.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'

interface Ending {
  readonly tenantId: string
  readonly connectionId: string
  readonly now: Date
  /** Absent: the user who connected the account. */
  readonly actor: string | undefined
}

/** ConnectionStore.disconnect, in a transaction that has taken the calendar's lock. */
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
  // A pending connection has written no events.
  if (row.status === 'ACTIVE') await abandonEvents(transaction, tenantId, { keepUnwritten: false })
  await recordAudit(transaction, {
    tenantId,
    actor: actor ?? createdBy(row),
    action: 'calendar_disconnected',
    subjectId: connectionId,
  })
  return endedGrant(transaction, row, now)
}

/** ConnectionStore.confirmPending, in a transaction that has taken the calendar's lock. */
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

/** Gives each event the status that {@link afterDisconnecting} says, and takes back the outbox jobs of those that changed. */
async function abandonEvents(
  transaction: Transaction,
  tenantId: string,
  { keepUnwritten }: { keepUnwritten: boolean },
) {
  // The rows are locked, because outbox jobs that run meanwhile record event statuses without the calendar's lock.
  const rows = await transaction.$queryRaw`
    SELECT id, event_status AS "eventStatus", event_id AS "eventId", event_connection_id AS "eventConnectionId"
    FROM booking
    WHERE tenant_id = ${tenantId}::uuid AND event_status = ANY (${changedBy('disconnect')}::"EventStatus"[])
    ORDER BY id FOR UPDATE`
  const changes = EventRows.parse(rows).flatMap((row) => {
    const after = afterDisconnecting(toKnownEvent(row), keepUnwritten)
    return after === undefined ? [] : [{ id: row.id, ...after }]
  })
  await transaction.$executeRaw`
    UPDATE booking SET event_status = after.status, event_failure = after.failure
    FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb)
      AS after (id uuid, status "EventStatus", failure text)
    WHERE booking.id = after.id`
  await unqueueOutboxJobs(
    transaction,
    changes.map(({ id }) => id),
  )
}

const EventRows = z.array(
  z.object({
    id: z.uuid(),
    eventStatus: z.enum(EVENT_STATUSES),
    eventId: z.string().nullable(),
    eventConnectionId: z.uuid().nullable(),
  }),
)

const createdBy = (row: { createdBy: string | null }): string =>
  row.createdBy === null ? 'operator' : `user:${row.createdBy}`
