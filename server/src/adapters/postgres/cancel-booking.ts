import type { EventStatus } from '../../domain/booking.ts'
import { isCancellable } from '../../domain/booking.ts'
import type { Booking } from '../../ports/booking-store.ts'
import { recordAudit } from './audit.ts'
import { toBooking, WITH_SERVICE } from './booking-rows.ts'
import { lockCalendar, TRANSACTION_BUDGET } from './calendar-lock.ts'
import type { Database } from './client.ts'
import { withRetries } from './errors.ts'
import { queueOutboxJob } from './outbox-jobs.ts'

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
      const eventStatus = afterCancelling(found)
      const row = await tx.booking.update({
        where: { id },
        data: {
          status: 'CANCELLED',
          cancelledAt: now,
          eventStatus,
          eventFailure: eventStatus === found.eventStatus ? found.eventFailure : null,
        },
        include: WITH_SERVICE,
      })
      if (eventStatus === 'REMOVING') await queueOutboxJob(tx, id)
      await recordAudit(tx, { tenantId, actor, action: 'booking_cancelled', subjectId: id })
      return toBooking(row)
    }, TRANSACTION_BUDGET),
  )

/** An event we know nothing of yet may have been made all the same (F-24): it is looked for and removed. */
function afterCancelling(row: {
  readonly eventStatus: EventStatus
  readonly eventId: string | null
  readonly eventConnectionId: string | null
}): EventStatus {
  // Once a write has begun, no status but REMOVED says that nothing was made: its answer may have been lost.
  const begun = row.eventId !== null || row.eventConnectionId !== null
  if (row.eventStatus === 'REMOVED' || (row.eventStatus === 'NOT_WANTED' && !begun)) return row.eventStatus
  return row.eventStatus === 'FAILED' && !begun ? 'REMOVED' : 'REMOVING'
}
