import { statusesBefore } from '../../../domain/booking-event.ts'
import type { EventChange } from '../../../ports/booking-store.ts'
import type { Database, Transaction } from '../client.ts'
import { TRANSACTION_BUDGET } from './calendar-lock.ts'
import { keepChange, keepVersion } from './event-versions.ts'

/**
 * The promises of BookingStore.recordEvent. An event that is left alone and what has become of it are recorded together: the
 * therapist is told of both.
 */
export const recordEvent = (database: Database, id: string, change: EventChange): Promise<boolean> =>
  change.change === undefined
    ? record(database, id, change)
    : database.$transaction((transaction) => record(transaction, id, change), TRANSACTION_BUDGET)

async function record(database: Transaction, id: string, change: EventChange): Promise<boolean> {
  const { count } = await database.booking.updateMany({
    where: {
      id,
      eventStatus: { in: statusesBefore(change.to, 'reconcile') },
      ...(change.claim && { eventClaim: { claimedBy: change.claim.by } }),
      // Of this row itself, for another table's is not read again when the end of a connection has held the row meanwhile.
      ...(change.claim && change.connectionId && { eventConnectionId: change.connectionId }),
    },
    data: eventColumns(change),
  })
  if (count === 0) return false
  if (change.changeKey !== undefined) await keepVersion(database, id, change.changeKey)
  if (change.change !== undefined) await keepChange(database, id, change.change)
  const { claim } = change
  // Lost before this, the claim only makes a removal look once more, and what is not kept is not compared.
  if (claim?.hasEnded) await database.eventClaim.deleteMany({ where: { bookingId: id, claimedBy: claim.by } })
  return true
}

/** What a change does not name stays, but for the failure: it belongs to the status. */
const eventColumns = ({ to, id, connectionId, joinUrl, failure }: EventChange) => ({
  eventStatus: to,
  eventFailure: failure ?? null,
  ...(id === undefined ? {} : { eventId: id }),
  ...(connectionId === undefined ? {} : { eventConnectionId: connectionId }),
  ...(joinUrl === undefined ? {} : { eventJoinUrl: joinUrl }),
})
