import { randomUUID } from 'node:crypto'
import type { ReconcileStore } from 'booking-calendar-adapter'
import { type Database, databaseNow } from '../database.js'

const NOT_DUE = { eventFailures: 0, eventFailure: null, eventDueAt: null }
const FREE = { eventClaim: null, eventClaimUntil: null }

/** What is known of the events of bookings, in columns of their rows. */
export function createBookingEvents(database: Database): ReconcileStore {
  const bookings = database.booking
  const mine = ({ id, claim }: { readonly id: string; readonly claim: string }) => ({ id, eventClaim: claim })

  return {
    async claim(id, milliseconds) {
      const now = await databaseNow(database)
      const claim = randomUUID()
      const { count } = await bookings.updateMany({
        where: { id, OR: [{ eventClaimUntil: null }, { eventClaimUntil: { lt: now } }] },
        data: { eventClaim: claim, eventClaimUntil: new Date(now.getTime() + milliseconds) },
      })
      const row = count === 0 ? null : await bookings.findUnique({ where: { id }, include: { tenant: true } })
      if (row === null) return undefined
      const { tenantId, startsAt: start, endsAt: end, eventAccountKey: accountKey, eventBegunAt: begunAt } = row
      return {
        id,
        tenantId,
        claim,
        wanted: row.cancelled ? undefined : { start, end, timeZone: row.tenant.timeZone, title: 'Appointment' },
        eventId: row.eventId ?? undefined,
        write: accountKey === null || begunAt === null ? undefined : { accountKey, begunAt },
        failures: row.eventFailures,
      }
    },

    async begin(booking, eventAccountKey, eventBegunAt) {
      const where = { ...mine(booking), cancelled: false }
      return (await bookings.updateMany({ where, data: { eventAccountKey, eventBegunAt } })).count === 1
    },

    async written(booking, { id: eventId }) {
      const stands = { ...mine(booking), cancelled: false }
      const { count } = await bookings.updateMany({ where: stands, data: { eventId, ...NOT_DUE, ...FREE } })
      // Cancelled while it was written: its removal needs the id.
      const due = { eventId, ...NOT_DUE, eventDueAt: new Date(), ...FREE }
      if (count === 0) await bookings.updateMany({ where: mine(booking), data: due })
    },

    async removed(booking) {
      const gone = { eventId: null, eventAccountKey: null, eventBegunAt: null }
      await bookings.updateMany({ where: mine(booking), data: { ...gone, ...NOT_DUE, ...FREE } })
    },

    async later(booking, { waitMs, failures, failure }) {
      const eventDueAt = new Date(Date.now() + waitMs)
      const data = { eventFailures: failures, eventFailure: failure ?? null, eventDueAt, ...FREE }
      await bookings.updateMany({ where: mine(booking), data })
    },
  }
}
