import { statusesBefore } from '../../../domain/booking-event.ts'
import type { Booking, BookingStore, EventChange } from '../../../ports/booking-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { isUuid } from '../ids.ts'
import { blockedIn, bookingByKey, endingAfter, unremovedEvents } from './booking-queries.ts'
import { toBooking, WITH_SERVICE } from './booking-rows.ts'
import { cancelBooking } from './cancel-booking.ts'
import { insertBooking } from './insert-booking.ts'
import { queueOutboxJob, requeueOutbox } from './outbox-jobs.ts'

export const createBookingStore = (database: Database): BookingStore =>
  guarded<BookingStore>({
    blocked: (tenantId, window) => blockedIn(database, tenantId, window),

    byIdempotencyKey: (tenantId, keyHash) => bookingByKey(database, tenantId, keyHash),

    insert: (booking, limits, isOffered) => insertBooking(database, booking, limits, isOffered),

    byId: (tenantId, id) => (isUuid(id) ? one(database, { tenantId, id }) : Promise.resolve(undefined)),

    byManageToken: (manageTokenHash) => one(database, { manageTokenHash }),

    async upcoming(tenantId, from) {
      const rows = await database.booking.findMany({
        where: { tenantId, ...endingAfter(from) },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
        include: WITH_SERVICE,
      })
      return rows.map(toBooking)
    },

    unremoved: (tenantId, bounds) => unremovedEvents(database, tenantId, bounds),

    countConfirmed: (tenantId, from) =>
      database.booking.count({ where: { tenantId, status: 'CONFIRMED', ...endingAfter(from) } }),

    cancel: (tenantId, id, now, actor = 'client') =>
      isUuid(id) ? cancelBooking(database, { tenantId, id, now, actor }) : Promise.resolve(undefined),

    forReconcile: (id) => (isUuid(id) ? one(database, { id }) : Promise.resolve(undefined)),

    async recordEvent(id, change) {
      const { count } = await database.booking.updateMany({
        where: { id, eventStatus: { in: statusesBefore(change.to, 'reconcile') } },
        data: eventColumns(change),
      })
      return count === 1
    },

    requeue: (tenantId) => requeueOutbox(database, tenantId),

    reconcileLater: (id, delayMs, throttled) => queueOutboxJob(database, id, delayMs, throttled),
  })

async function one(
  database: Database,
  where: { id: string; tenantId?: string } | { manageTokenHash: string },
): Promise<Booking | undefined> {
  const row = await database.booking.findUnique({ where, include: WITH_SERVICE })
  return row === null ? undefined : toBooking(row)
}

/** What a change does not name stays, but for the failure: it belongs to the status. */
const eventColumns = ({ to, id, connectionId, joinUrl, failure }: EventChange) => ({
  eventStatus: to,
  eventFailure: failure ?? null,
  ...(id === undefined ? {} : { eventId: id }),
  ...(connectionId === undefined ? {} : { eventConnectionId: connectionId }),
  ...(joinUrl === undefined ? {} : { eventJoinUrl: joinUrl }),
})
