import type { Booking, BookingStore } from '../../../ports/booking-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { isUuid } from '../ids.ts'
import {
  blockedIn,
  bookedIn,
  bookingByKey,
  countUpcoming,
  endingAfter,
  standingEvents,
  unremovedEvents,
  writtenEvents,
} from './booking-queries.ts'
import { BOOKING_PARTS, toBooking } from './booking-rows.ts'
import { cancelBooking } from './cancel-booking.ts'
import { claimAgeMs, claimWrite } from './event-claims.ts'
import { keptChangeKey, recordLook, takeDueForLook } from './event-versions.ts'
import { sayOfEvent } from './event-word.ts'
import { insertBooking } from './insert-booking.ts'
import { makeOutboxDue, queueOutboxJob, requeueOutbox } from './outbox-jobs.ts'
import { recordEvent } from './record-event.ts'

export const createBookingStore = (database: Database): BookingStore =>
  guarded<BookingStore>({
    blocked: (tenantId, window) => blockedIn(database, tenantId, window),

    booked: (tenantId, window) => bookedIn(database, tenantId, window),

    byIdempotencyKey: (tenantId, keyHash) => bookingByKey(database, tenantId, keyHash),

    async replaceManageToken(tenantId, id, former, manageTokenHash) {
      await database.booking.updateMany({
        where: { tenantId, id, manageTokenHash: former },
        data: { manageTokenHash },
      })
    },

    insert: (booking, limits, isOffered) => insertBooking(database, booking, limits, isOffered),

    byId: (tenantId, id) => (isUuid(id) ? one(database, { tenantId, id }) : Promise.resolve(undefined)),

    byManageToken: (manageTokenHash) => one(database, { manageTokenHash }),

    async upcoming(tenantId, from) {
      const rows = await database.booking.findMany({
        where: { tenantId, ...endingAfter(from) },
        orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
        include: BOOKING_PARTS,
      })
      return rows.map(toBooking)
    },

    unremoved: (tenantId, bounds) => unremovedEvents(database, tenantId, bounds),

    countUpcoming: (tenantId, from) => countUpcoming(database, tenantId, from),

    countStanding: (tenantId, mailbox, from) => standingEvents(database, tenantId, mailbox, from),

    countWritten: (tenantId, mailbox, from) => writtenEvents(database, tenantId, mailbox, from),

    cancel: (tenantId, id, now, actor = 'client') =>
      isUuid(id) ? cancelBooking(database, { tenantId, id, now, actor }) : Promise.resolve(undefined),

    sayOfEvent: (tenantId, id, word, actor) =>
      isUuid(id) ? sayOfEvent(database, { tenantId, id, word, actor }) : Promise.resolve(undefined),

    async forReconcile(id) {
      if (!isUuid(id)) return undefined
      const row = await database.booking.findUnique({ where: { id }, include: { ...BOOKING_PARTS, eventKey: true } })
      return row === null ? undefined : { ...toBooking(row), eventKey: row.eventKey?.key ?? id }
    },

    recordEvent: (id, change) => recordEvent(database, id, change),

    changeKey: (id) => keptChangeKey(database, id),

    takeDueForLook: (limit) => takeDueForLook(database, limit),

    recordLook: (id, changeKey) => recordLook(database, id, changeKey),

    claimWrite: (id, connectionId, eventKey = id, place = {}) =>
      claimWrite(database, { id, connectionId, eventKey, ...place }),

    claimAgeMs: (id) => claimAgeMs(database, id),

    async requeue(tenantId) {
      if (tenantId !== undefined) await makeOutboxDue(database, tenantId)
      await requeueOutbox(database, tenantId)
    },

    makeDue: (tenantId) => makeOutboxDue(database, tenantId),

    reconcileLater: (id, delayMs, failures) => queueOutboxJob(database, id, delayMs, failures),
  })

async function one(
  database: Database,
  where: { id: string; tenantId?: string } | { manageTokenHash: string },
): Promise<Booking | undefined> {
  const row = await database.booking.findUnique({ where, include: BOOKING_PARTS })
  return row === null ? undefined : toBooking(row)
}
