import { firstStatus, isInOutbox } from '../../../domain/booking-event.ts'
import { DAY_MS } from '../../../domain/durations.ts'
import type { Interval } from '../../../domain/interval.ts'
import type { InsertOutcome, NewBooking } from '../../../ports/booking-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { isCheckViolation, isExclusionViolation, isUniqueViolation, withRetries } from '../database-errors.ts'
import { blockedIn, bookingByKey } from './booking-queries.ts'
import { BOOKING_PARTS, toBooking } from './booking-rows.ts'
import { lockCalendar, TRANSACTION_BUDGET } from './calendar-lock.ts'
import { queueOutboxJob } from './outbox-jobs.ts'

type IsOffered = (blocked: readonly Interval[]) => boolean

/**
 * The promises of BookingStore.insert. A connection lost during COMMIT leaves the outcome unknown (F-65): the transaction
 * runs again and finds by the idempotency key what the first try left behind.
 */
export async function insertBooking(
  database: Database,
  booking: NewBooking,
  now: Date,
  isOffered: IsOffered,
): Promise<InsertOutcome> {
  try {
    return await withRetries(
      () => database.$transaction((tx) => insertOnce(tx, booking, now, isOffered), TRANSACTION_BUDGET),
      { repeatable: true },
    )
  } catch (error) {
    if (isExclusionViolation(error, 'booking_no_overlap')) return { kind: 'taken' }
    if (isCheckViolation(error, 'booking_practice_open')) return { kind: 'closed' }
    if (isCheckViolation(error, 'booking_reads_every_account')) return { kind: 'account_unread' }
    if (!isUniqueViolation(error, 'booking_tenant_id_idempotency_key_hash_key')) throw error
    const outcome = await earlier(database, booking)
    if (outcome === undefined) throw error
    return outcome
  }
}

async function insertOnce(
  transaction: Transaction,
  booking: NewBooking,
  now: Date,
  isOffered: IsOffered,
): Promise<InsertOutcome> {
  await lockCalendar(transaction, booking.tenantId)
  const outcome = await earlier(transaction, booking)
  if (outcome !== undefined) return outcome
  if (!isOffered(await blockedIn(transaction, booking.tenantId, around(booking.session)))) return { kind: 'taken' }

  const read = booking.readConnectionIds.join(',')
  await transaction.$executeRaw`SELECT set_config('booking.accounts_read', ${read}, true)`
  const row = await transaction.booking.create({ data: columns(booking, now), include: BOOKING_PARTS })
  if (isInOutbox(row.eventStatus)) await queueOutboxJob(transaction, booking.id)
  await recordAudit(transaction, {
    tenantId: booking.tenantId,
    actor: 'client',
    action: 'booking_created',
    subjectId: booking.id,
  })
  return { kind: 'booked', booking: toBooking(row) }
}

/** What an earlier request under this key led to. This very booking was made by a try whose answer we never heard. */
async function earlier(database: Transaction, booking: NewBooking): Promise<InsertOutcome | undefined> {
  const found = await bookingByKey(database, booking.tenantId, booking.idempotencyKeyHash)
  if (found === undefined) return undefined
  if (found.requestHash !== booking.requestHash) return { kind: 'key_reused' }
  return { kind: found.booking.id === booking.id ? 'booked' : 'replayed', booking: found.booking }
}

const around = ({ start, end }: Interval): Interval => ({
  start: new Date(start.getTime() - DAY_MS),
  end: new Date(end.getTime() + DAY_MS),
})

const columns = (booking: NewBooking, now: Date) => ({
  id: booking.id,
  tenantId: booking.tenantId,
  serviceId: booking.serviceId,
  startsAt: booking.session.start,
  endsAt: booking.session.end,
  blockedFrom: booking.blocked.start,
  blockedUntil: booking.blocked.end,
  clientName: booking.clientName,
  clientEmail: booking.clientEmail,
  manageTokenHash: booking.manageTokenHash,
  idempotencyKeyHash: booking.idempotencyKeyHash,
  requestHash: booking.requestHash,
  calendarCheck: booking.calendarCheck,
  calendarCheckedAt: booking.calendarCheckedAt ?? null,
  eventStatus: firstStatus(booking.wantsEvent),
  createdAt: now,
})
