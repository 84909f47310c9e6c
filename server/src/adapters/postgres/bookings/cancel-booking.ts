import { isCancellable } from '../../../domain/booking.ts'
import { afterCancelling, isInOutbox } from '../../../domain/booking-event.ts'
import type { Booking } from '../../../ports/booking-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { withRetries } from '../database-errors.ts'
import { BOOKING_PARTS, toBooking, toKnownEvent } from './booking-rows.ts'
import { lockCalendar, TRANSACTION_BUDGET } from './calendar-lock.ts'
import { queueFormerEvents, queueOutboxJob } from './outbox-jobs.ts'

interface Cancellation {
  readonly tenantId: string
  readonly id: string
  readonly now: Date
  readonly actor: string
}

/** The promises of BookingStore.cancel. */
export const cancelBooking = (
  database: Database,
  { tenantId, id, now, actor }: Cancellation,
): Promise<Booking | undefined> =>
  withRetries(() =>
    database.$transaction(async (tx) => {
      await lockCalendar(tx, tenantId)
      const found = await tx.booking.findUnique({ where: { id, tenantId } })
      if (found === null || !isCancellable(found, now)) return undefined
      const eventStatus = afterCancelling(toKnownEvent(found))
      const row = await tx.booking.update({
        where: { id },
        data: {
          status: 'CANCELLED',
          cancelledAt: now,
          eventStatus,
          eventFailure: eventStatus === found.eventStatus ? found.eventFailure : null,
        },
        include: BOOKING_PARTS,
      })
      if (isInOutbox(eventStatus)) await queueOutboxJob(tx, id)
      await removeFormerEvents(tx, id, now)
      await recordAudit(tx, { tenantId, actor, action: 'booking_cancelled', subjectId: id })
      return toBooking(row)
    }, TRANSACTION_BUDGET),
  )

/** What stays in accounts from before while the session is on is to leave them with it. */
async function removeFormerEvents(transaction: Transaction, bookingId: string, now: Date): Promise<void> {
  const { count } = await transaction.formerEvent.updateMany({
    where: { bookingId, status: 'WRITTEN' },
    data: { status: 'REMOVING', leftAt: now },
  })
  if (count > 0) await queueFormerEvents(transaction, [bookingId])
}
