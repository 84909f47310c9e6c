import { z } from 'zod'
import { MAINTENANCE_PAGE, type MaintenanceStore } from '../../../ports/maintenance-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { Prisma } from '../generated/client.ts'
import { stepAfter } from '../own-steps.ts'
import { findInUse } from './connection-rows.ts'
import { soonerWhileFailing } from './failing-turn.ts'

const HOUR_SECONDS = 3600
/** After this others take what a process has taken that crashed: longer than the maintenance of those taken together lasts. */
const TAKEN_MINUTES = 5
/** Jobs queued, and rows scheduled, by one statement. */
const MOST_PAGES = 20
const AT_ONCE = MOST_PAGES * MAINTENANCE_PAGE

/** Of a connection `c`: when it is due again. */
const NEXT = stepAfter(Prisma.sql`statement_timestamp()`, HOUR_SECONDS, Prisma.sql`c.id`)

const IN_USE = Prisma.sql`status IN ('ACTIVE', 'BLOCKING')`
// Not with clock_timestamp(): PostgreSQL uses no index for a comparison with a volatile function.
const DUE = Prisma.sql`${IN_USE} AND maintain_at <= statement_timestamp()`

const Ids = z.array(z.object({ id: z.uuid() }))

export const createMaintenanceStore = (database: Database): MaintenanceStore =>
  guarded<MaintenanceStore>({
    async queueDue() {
      // The ids in an array, which the planner takes for a short one: for a join it would read the whole table.
      await database.$executeRaw`
        UPDATE calendar_connection c SET maintain_at = ${NEXT}
        WHERE c.id = ANY (ARRAY(
          SELECT id FROM calendar_connection WHERE ${IN_USE} AND maintain_at IS NULL LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED))`
      // A key whose job is executed, or whose process has crashed, is left alone: the job library would forget that job's key.
      // They run after all other jobs, one at a time in a process. Connections that a job does not get to stay due, for the next.
      await database.$executeRaw`
        SELECT graphile_worker.add_job(
          'maintain_page',
          run_at => clock_timestamp(),
          priority => 10,
          job_key => page.key,
          job_key_mode => 'preserve_run_at',
          flags => ARRAY['maintain'])
        FROM (
          SELECT 'maintain:' || n AS key FROM generate_series(1, ${MOST_PAGES}::int) n
          WHERE NOT EXISTS (SELECT 1 FROM graphile_worker.jobs j WHERE j.key = 'maintain:' || n AND j.locked_at IS NOT NULL)
          ORDER BY n LIMIT (
            SELECT ceil(count(*) / ${MAINTENANCE_PAGE}::float8)::bigint FROM (SELECT 1 FROM calendar_connection WHERE ${DUE} LIMIT ${AT_ONCE}) due)
        ) page`
    },

    async takeDue(limit) {
      const taken = await database.$queryRaw`
        UPDATE calendar_connection c SET maintain_at = statement_timestamp() + ${TAKEN_MINUTES}::int * interval '1 minute'
        WHERE c.id = ANY (ARRAY(
          SELECT id FROM calendar_connection WHERE ${DUE} ORDER BY maintain_at LIMIT ${limit} FOR UPDATE SKIP LOCKED))
        RETURNING c.id`
      return findInUse(
        database,
        Ids.parse(taken).map(({ id }) => id),
      )
    },

    async recordMaintained(connectionId) {
      const moment = soonerWhileFailing(NEXT, Prisma.sql`c.failure_reason`)
      await database.$executeRaw`UPDATE calendar_connection c SET maintain_at = ${moment} WHERE c.id = ${connectionId}::uuid`
    },

    async giveBack(connectionIds) {
      await database.$executeRaw`
        UPDATE calendar_connection SET maintain_at = statement_timestamp() WHERE id = ANY (${[...connectionIds]}::uuid[])`
    },
  })
