import { CALENDAR_FAILURES, isTransient } from '../../../ports/calendar-failure.ts'
import { Prisma } from '../generated/client.ts'

/** Until it is read again, her pages say that it does not answer and that clients cannot book. */
const MINUTES = 5
const PASSING = Prisma.join(CALENDAR_FAILURES.filter(isTransient))

/** When a connection is due again: at `moment`, or within minutes where its reading has failed and may soon succeed. */
export const soonerWhileFailing = (moment: Prisma.Sql, failure: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`CASE WHEN ${failure} IN (${PASSING})
    THEN least(${moment}, statement_timestamp() + ${MINUTES}::int * interval '1 minute') ELSE ${moment} END`
