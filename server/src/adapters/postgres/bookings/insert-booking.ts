import { z } from 'zod'
import { firstStatus, isInOutbox } from '../../../domain/booking-event.ts'
import { DAY_MS } from '../../../domain/durations.ts'
import type { Interval } from '../../../domain/interval.ts'
import type { Booking, InsertOutcome, NewBooking } from '../../../ports/booking-store.ts'
import { currentRequestId } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { isCheckViolation, isExclusionViolation, isUniqueViolation } from '../database-errors.ts'
import { blockedBounds, bookingByKey } from './booking-queries.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { outboxJob } from './outbox-jobs.ts'

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
    return await withCalendarLock(database, booking.tenantId, (tx) => insertOnce(tx, booking, now, isOffered), {
      repeatable: true,
    })
  } catch (error) {
    if (isExclusionViolation(error, 'booking_no_overlap')) return { kind: 'taken' }
    if (isCheckViolation(error, 'booking_practice_open')) return { kind: 'closed' }
    if (isCheckViolation(error, 'booking_reads_every_account')) return { kind: 'account_unread' }
    if (!isUniqueViolation(error, 'booking_tenant_id_idempotency_key_hash_key')) throw error
    const outcome = await madeEarlier(database, booking)
    if (outcome === undefined) throw error
    return outcome
  }
}

/** Three statements beside BEGIN and COMMIT: rivals wait for the lock meanwhile, however far away the database is. */
async function insertOnce(
  transaction: Transaction,
  booking: NewBooking,
  now: Date,
  isOffered: IsOffered,
): Promise<InsertOutcome> {
  const { isKnown, blocked, takesSessions } = await standing(transaction, booking)
  const outcome = isKnown ? await madeEarlier(transaction, booking) : undefined
  if (outcome !== undefined) return outcome
  if (!isOffered(blocked)) return { kind: 'taken' }
  const wanted = { ...booking, wantsEvent: booking.wantsEvent || takesSessions }
  return { kind: 'booked', booking: await insertWanted(transaction, wanted, now) }
}

const Standing = z.tuple([
  z.object({
    isKnown: z.boolean(),
    takesSessions: z.boolean(),
    /** Pairs of milliseconds. */
    blocked: z.array(z.tuple([z.number(), z.number()])),
  }),
])

/**
 * What the database holds under the lock: whether there is a booking of this key, what is blocked around the session, and whether
 * an account takes sessions by now. Tells the trigger `booking_reads_every_account` which accounts were read.
 */
async function standing(transaction: Transaction, { tenantId, session, ...booking }: NewBooking) {
  const window = { start: new Date(session.start.getTime() - DAY_MS), end: new Date(session.end.getTime() + DAY_MS) }
  const { startsAt } = blockedBounds(window)
  const rows = await transaction.$queryRaw`
    SELECT set_config('booking.accounts_read', ${booking.readConnectionIds.join(',')}, true),
      EXISTS (
        SELECT FROM booking
        WHERE tenant_id = ${tenantId}::uuid AND idempotency_key_hash = ${booking.idempotencyKeyHash}) AS "isKnown",
      EXISTS (
        SELECT FROM calendar_connection
        WHERE tenant_id = ${tenantId}::uuid AND status = 'ACTIVE' AND access = 'BOOKINGS') AS "takesSessions",
      (SELECT coalesce(json_agg(json_build_array(
          extract(epoch FROM blocked_from) * 1000, extract(epoch FROM blocked_until) * 1000)), '[]')
        FROM booking
        WHERE tenant_id = ${tenantId}::uuid AND status = 'CONFIRMED'
          AND starts_at > ${startsAt.gt}::timestamptz AND starts_at < ${startsAt.lt}::timestamptz
          AND blocked_from < ${window.end}::timestamptz AND blocked_until > ${window.start}::timestamptz) AS blocked`
  const [found] = Standing.parse(rows)
  return { ...found, blocked: found.blocked.map(([from, until]) => ({ start: new Date(from), end: new Date(until) })) }
}

const Services = z.tuple([
  z.object({
    id: z.string(),
    name: z.string(),
    durationMinutes: z.number(),
    bufferBeforeMinutes: z.number(),
    bufferAfterMinutes: z.number(),
    online: z.boolean(),
  }),
])

/** The row with its job and its audit row, in one statement. */
async function insertWanted(transaction: Transaction, booking: NewBooking, now: Date): Promise<Booking> {
  const { id, tenantId, serviceId, session, blocked, clientName, clientEmail, calendarCheck, calendarCheckedAt } =
    booking
  const status = firstStatus(booking.wantsEvent)
  const rows = await transaction.$queryRaw`
    WITH made AS (
      INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
        client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, calendar_checked_at,
        event_status, created_at)
      VALUES (${id}::uuid, ${tenantId}::uuid, ${serviceId}::uuid, ${session.start}::timestamptz,
        ${session.end}::timestamptz, ${blocked.start}::timestamptz, ${blocked.end}::timestamptz, ${clientName},
        ${clientEmail}, ${booking.manageTokenHash}, ${booking.idempotencyKeyHash}, ${booking.requestHash},
        ${calendarCheck}::"CalendarCheck", ${calendarCheckedAt ?? null}::timestamptz, ${status}::"EventStatus",
        ${now}::timestamptz)
      RETURNING id, tenant_id, service_id
    ), audited AS (
      INSERT INTO audit_event (tenant_id, actor, action, subject_id, request_id)
      SELECT tenant_id, 'client', 'booking_created', id::text, ${currentRequestId() ?? null}::text FROM made
    ), queued AS (
      SELECT ${outboxJob()} AS job FROM made WHERE ${isInOutbox(status)}::boolean
    )
    SELECT s.id, s.name, s.duration_minutes AS "durationMinutes", s.buffer_before_minutes AS "bufferBeforeMinutes",
      s.buffer_after_minutes AS "bufferAfterMinutes", s.online,
      -- A query in WITH that changes nothing itself is carried out as far as it is read.
      (SELECT count(job) FROM queued) AS jobs
    FROM made JOIN service s ON s.id = made.service_id`
  const [service] = Services.parse(rows)
  return {
    id,
    tenantId,
    service,
    startsAt: session.start,
    endsAt: session.end,
    status: 'CONFIRMED',
    clientName,
    clientEmail,
    calendarCheck,
    calendarCheckedAt,
    cancelledAt: undefined,
    event: {
      status,
      id: undefined,
      connectionId: undefined,
      mailbox: undefined,
      joinUrl: undefined,
      failure: undefined,
      calendarId: undefined,
      isInvited: false,
    },
  }
}

/** What an earlier request under this key led to. This very booking was made by a try whose answer we never heard. */
async function madeEarlier(database: Transaction, booking: NewBooking): Promise<InsertOutcome | undefined> {
  const found = await bookingByKey(database, booking.tenantId, booking.idempotencyKeyHash)
  if (found === undefined) return undefined
  if (found.requestHash !== booking.requestHash) return { kind: 'key_reused' }
  const { booking: earlier, manageTokenHash } = found
  return earlier.id === booking.id
    ? { kind: 'booked', booking: earlier }
    : { kind: 'replayed', booking: earlier, manageTokenHash }
}
