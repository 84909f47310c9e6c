import { z } from 'zod'
import { CANCELLED_RETENTION_DAYS, type ErasedBefore } from '../../../domain/retention.ts'
import type { RetentionStore } from '../../../ports/retention-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { Prisma } from '../generated/client.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { eraseBookings } from './erase-bookings.ts'

const Ids = z.array(z.object({ id: z.string() }))
const Due = z.array(z.object({ tenantId: z.string(), days: z.number() }))

const Counts = z.tuple([z.object({ count: z.number() })])

/**
 * Two queries, each with the partial index of its own kind; bookings that were erased are in neither. The words stand in the
 * statement, for PostgreSQL compares an index's condition with those alone and not with parameters.
 */
const held = (tenantId: string, before: Date): Prisma.Sql =>
  Prisma.sql`tenant_id = ${tenantId}::uuid AND client_email <> 'erased' AND ends_at < ${before}::timestamptz`
const cancelled = (tenantId: string, { held: from, cancelled: before }: ErasedBefore): Prisma.Sql =>
  Prisma.sql`${held(tenantId, before)} AND status = 'CANCELLED' AND ends_at >= ${from}::timestamptz`

export const createRetentionStore = (database: Database): RetentionStore =>
  guarded<RetentionStore>({
    async setting(id) {
      const tenant = await database.tenant.findUnique({ where: { id }, select: { retentionDays: true } })
      return tenant?.retentionDays ?? undefined
    },

    async count(tenantId, before) {
      const rows = await database.$queryRaw`
        SELECT ((SELECT count(*) FROM booking WHERE ${held(tenantId, before.held)})
          + (SELECT count(*) FROM booking WHERE ${cancelled(tenantId, before)}))::int AS count`
      return Counts.parse(rows)[0].count
    },

    async decide(id, { days, shown }, actor) {
      await database.$transaction(async (tx) => {
        await tx.tenant.update({ where: { id }, data: { retentionDays: days }, select: { id: true } })
        const detail = { days, shown }
        await recordAudit(tx, { tenantId: id, actor, action: 'retention_decided', subjectId: id, detail })
      })
    },

    async due(now) {
      // The oldest of each kind, which its index begins with: EXISTS would be free to look for any.
      const rows = await database.$queryRaw`
        SELECT t.id::text AS "tenantId", t.retention_days AS days FROM tenant t
        WHERE t.retention_days IS NOT NULL AND (
          (SELECT b.ends_at FROM booking b WHERE b.tenant_id = t.id AND b.client_email <> 'erased'
            ORDER BY b.ends_at LIMIT 1) < ${now}::timestamptz - t.retention_days * interval '1 day'
          OR (SELECT b.ends_at FROM booking b WHERE b.tenant_id = t.id AND b.client_email <> 'erased' AND b.status = 'CANCELLED'
            ORDER BY b.ends_at LIMIT 1)
            < ${now}::timestamptz - least(t.retention_days, ${CANCELLED_RETENTION_DAYS}::int) * interval '1 day')
        ORDER BY t.id`
      return Due.parse(rows)
    },

    erase: (tenantId, before, limit) =>
      withCalendarLock(database, tenantId, async (tx) => {
        const ids = await oldest(tx, held(tenantId, before.held), limit)
        const more = await oldest(tx, cancelled(tenantId, before), limit - ids.length)
        return eraseBookings(tx, [...ids, ...more], 'job')
      }),

    async eraseConnections({ before, settled, limit }) {
      const found = await database.$queryRaw`
        SELECT c.id::text FROM calendar_connection c JOIN tenant t ON t.id = c.tenant_id
        WHERE c.status = 'DISCONNECTED' AND left(c.account_key, 7) <> 'erased:'
          AND c.disconnected_at < ${before}::timestamptz AND t.retention_days IS NOT NULL
        ORDER BY c.disconnected_at LIMIT ${limit}`
      const ids = Ids.parse(found).map(({ id }) => id)
      return ids.length === 0 ? 0 : eraseSettled(database, ids, settled)
    },
  })

/** Sessions that are recent, or to come, are few; those of a connection may be all that a practice ever had. */
const eraseSettled = (database: Database, ids: readonly string[], settled: Date): Promise<number> =>
  database.$executeRaw`
    WITH over AS (
      UPDATE calendar_connection c SET account_key = 'erased:' || c.id, scopes = '{}'
      WHERE c.id = ANY (${[...ids]}::uuid[])
        AND (SELECT 1 FROM booking b LEFT JOIN former_event f ON f.booking_id = b.id AND f.connection_id = c.id
          WHERE b.tenant_id = c.tenant_id AND b.client_email <> 'erased' AND b.ends_at > ${settled}::timestamptz
            AND (b.event_connection_id = c.id OR f.key IS NOT NULL) LIMIT 1) IS NULL
      RETURNING c.id, c.tenant_id
    )
    INSERT INTO audit_event (tenant_id, actor, action, subject_id)
    SELECT tenant_id, 'job', 'connection_erased', id::text FROM over`

async function oldest(transaction: Transaction, where: Prisma.Sql, limit: number): Promise<string[]> {
  const rows = await transaction.$queryRaw`SELECT id::text FROM booking WHERE ${where} ORDER BY ends_at LIMIT ${limit}`
  return Ids.parse(rows).map(({ id }) => id)
}
