import { z } from 'zod'
import { TOMBSTONE_KINDS, type TombstoneStore } from '../../ports/tombstones.ts'
import { withCalendarLock } from './bookings/calendar-lock.ts'
import { eraseBookings } from './bookings/erase-bookings.ts'
import type { Database } from './client.ts'
import { guarded } from './database-errors.ts'

const Kind = z.enum(TOMBSTONE_KINDS)

export const createTombstoneStore = (database: Database): TombstoneStore =>
  guarded<TombstoneStore>({
    async waiting(limit) {
      const rows = await database.tombstone.findMany({ orderBy: { id: 'asc' }, take: limit })
      return rows.map(({ id, kind, ...row }) => ({ ...row, id: String(id), kind: Kind.parse(kind) }))
    },

    async forget(ids) {
      await database.tombstone.deleteMany({ where: { id: { in: ids.map(BigInt) } } })
    },

    eraseAgain: async ({ tenantId, subjectId: id }, actor) =>
      withCalendarLock(database, tenantId, async (transaction) => {
        const found = await transaction.booking.count({ where: { id, tenantId } })
        return found > 0 && (await eraseBookings(transaction, [id], actor)) > 0
      }),
  })
