import type { EventComparisonStore } from '../../../ports/event-comparison-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import {
  giveBackEvents,
  queueComparison,
  queueDue,
  recordAsBooked,
  recordDifference,
  takeDueEvents,
} from './event-comparisons.ts'
import { recordConflicts } from './event-conflicts.ts'
import { noticesOf, recordPutBack, sayOfDifference, takeBack } from './event-differences.ts'

export const createEventComparisonStore = (database: Database): EventComparisonStore =>
  guarded<EventComparisonStore>({
    queueDue: () => queueDue(database),
    queue: async (tenantId) => void (await queueComparison(database, tenantId)),
    takeDue: (tenantId, limit) => takeDueEvents(database, tenantId, limit),
    giveBack: (bookingIds) => giveBackEvents(database, bookingIds),
    recordAsBooked: (bookingIds) => recordAsBooked(database, bookingIds),
    recordDifference: (event, difference) => recordDifference(database, event, difference),
    recordConflicts: (found) => recordConflicts(database, found),
    notices: (tenantId, now, limit) => noticesOf(database, tenantId, now, limit),
    say: (said) => sayOfDifference(database, said),
    recordPutBack: (bookingId, changeKey) => recordPutBack(database, bookingId, changeKey),
    takeBack: (notice, actor) => takeBack(database, notice, actor),
  })
