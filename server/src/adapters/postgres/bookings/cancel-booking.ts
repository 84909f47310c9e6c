import { isCancellable } from '../../../domain/booking.ts'
import { afterCancelling, isInOutbox, type KnownEvent } from '../../../domain/booking-event.ts'
import { currentRequestId } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { toKnownEvent } from './booking-rows.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { formerEventJobs, outboxJob } from './outbox-jobs.ts'

interface Cancellation {
  readonly tenantId: string
  readonly id: string
  readonly now: Date
  readonly actor: string
}

const SEEN = {
  status: true,
  startsAt: true,
  eventStatus: true,
  eventId: true,
  eventConnectionId: true,
} as const

/** The promises of BookingStore.cancel. Three statements beside BEGIN and COMMIT, as for a booking. */
export const cancelBooking = (
  database: Database,
  cancellation: Cancellation,
): Promise<{ readonly event: KnownEvent } | undefined> =>
  withCalendarLock(database, cancellation.tenantId, async (tx) => {
    const { tenantId, id, now } = cancellation
    const found = await tx.booking.findUnique({ where: { id, tenantId }, select: SEEN })
    if (found === null || !isCancellable(found, now)) return undefined
    const before = toKnownEvent(found)
    const event = { ...before, status: afterCancelling(before) }
    await cancelFound(tx, cancellation, event)
    return { event }
  })

/** The row, its event's job and its audit row; what stands in accounts from before while the session is on leaves them with it. */
async function cancelFound(transaction: Transaction, { id, now, actor }: Cancellation, { status }: KnownEvent) {
  await transaction.$queryRaw`
    WITH cancelled AS (
      UPDATE booking SET status = 'CANCELLED', cancelled_at = ${now}::timestamptz, event_status = ${status}::"EventStatus",
        event_failure = CASE event_status WHEN ${status}::"EventStatus" THEN event_failure END
      WHERE id = ${id}::uuid
      RETURNING id, tenant_id
    ), leaving AS (
      UPDATE former_event SET status = 'REMOVING', left_at = ${now}::timestamptz
      FROM cancelled WHERE booking_id = cancelled.id AND status = 'WRITTEN'
      RETURNING key, former_event.tenant_id
    ), audited AS (
      INSERT INTO audit_event (tenant_id, actor, action, subject_id, request_id)
      SELECT tenant_id, ${actor}, 'booking_cancelled', id::text, ${currentRequestId() ?? null}::text FROM cancelled
    ), queued AS (
      SELECT ${outboxJob()} AS job FROM cancelled WHERE ${isInOutbox(status)}::boolean
    ), also_queued AS (
      SELECT ${formerEventJobs()} AS job FROM leaving HAVING count(*) > 0
    )
    -- A query in WITH that changes nothing itself is carried out as far as it is read.
    SELECT (SELECT count(job) FROM queued) + (SELECT count(job) FROM also_queued) AS jobs`
}
