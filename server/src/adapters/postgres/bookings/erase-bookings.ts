import type { Transaction } from '../client.ts'
import { ERASED, NOTHING } from './booking-rows.ts'
import { unqueueOutboxJobs } from './outbox-jobs.ts'

/**
 * Erases what is personal of bookings that are cancelled or over, in a transaction that has taken the calendar's lock, and
 * audits each. The hash of what was asked for is personal, too: who knows a name and an address could try them. An event of a
 * session that is over is not written any more; removals go on, which need no name.
 */
export async function eraseBookings(transaction: Transaction, ids: readonly string[], actor: string): Promise<number> {
  if (ids.length === 0) return 0
  const erased = await transaction.$executeRaw`
    WITH erased AS (
      UPDATE booking SET client_name = ${NOTHING}, client_email = ${ERASED}, request_hash = ${ERASED},
        manage_token_hash = 'erased:' || id, idempotency_key_hash = 'erased:' || id, event_join_url = NULL,
        event_status = CASE event_status WHEN 'PENDING' THEN 'NOT_WANTED' ELSE event_status END
      WHERE id = ANY (${[...ids]}::uuid[]) AND client_email <> ${ERASED}
      RETURNING id, tenant_id
    )
    INSERT INTO audit_event (tenant_id, actor, action, subject_id)
    SELECT tenant_id, ${actor}, 'booking_erased', id::text FROM erased`
  await transaction.formerEvent.updateMany({ where: { bookingId: { in: [...ids] } }, data: { joinUrl: null } })
  const written = await transaction.booking.findMany({
    where: { id: { in: [...ids] }, eventStatus: 'NOT_WANTED' },
    select: { id: true },
  })
  await unqueueOutboxJobs(
    transaction,
    written.map(({ id }) => id),
  )
  return erased
}
