import type { EventComparisonStore } from '../../../ports/event-comparison-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import {
  queueComparison,
  queueDue,
  recordAsBooked,
  recordDifference,
  recordWithoutConflict,
  takeDueEvents,
} from './event-comparisons.ts'
import { noticesOf, recordPutBack, sayOfDifference, takeBack } from './event-differences.ts'

export const createEventComparisonStore = (database: Database): EventComparisonStore =>
  guarded<EventComparisonStore>({
    queueDue: () => queueDue(database),
    queue: async (tenantId) => void (await queueComparison(database, tenantId)),
    takeDue: (tenantId, limit) => takeDueEvents(database, tenantId, limit),
    recordAsBooked: (bookingIds) => recordAsBooked(database, bookingIds),
    recordWithoutConflict: (bookingIds) => recordWithoutConflict(database, bookingIds),
    recordDifference: (event, difference) => recordDifference(database, event, difference),
    notices: (tenantId, now, limit) => noticesOf(database, tenantId, now, limit),
    say: (said) => sayOfDifference(database, said),
    recordPutBack: (bookingId, changeKey) => recordPutBack(database, bookingId, changeKey),
    takeBack: (notice, actor) => takeBack(database, notice, actor),
  })
