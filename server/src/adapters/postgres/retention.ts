import { DAY_MS, HOUR_MS } from '../../domain/durations.ts'
import type { Database } from './client.ts'
import { guarded } from './database-errors.ts'

/** Rows removed, by kind. */
export interface Purged {
  readonly attempts: number
  readonly sessions: number
  readonly pendingConnections: number
  readonly rateLimits: number
  readonly auditEvents: number
  readonly holds: number
}

export interface Retention {
  /** Removes what is kept no longer: the one table of retention times in the program. */
  purge(now: Date): Promise<Purged>
}

export const createRetention = (database: Database): Retention =>
  guarded<Retention>({
    async purge(now) {
      const before = (milliseconds: number) => new Date(now.getTime() - milliseconds)
      const attempts = await database.oAuthAttempt.deleteMany({ where: { createdAt: { lt: before(DAY_MS) } } })
      const sessions = await database.session.deleteMany({ where: { expire: { lt: now } } })
      const rateLimits = await database.rateLimit.deleteMany({ where: { expire: { lt: now.getTime() } } })
      return {
        attempts: attempts.count,
        sessions: sessions.count,
        pendingConnections: await shredForgotten(database, before(HOUR_MS)),
        rateLimits: rateLimits.count,
        auditEvents: await dropOldAudit(database),
        holds: await dropEndedHolds(database),
      }
    },
  })

/** An account nobody confirmed goes with its tokens and calendars. */
const shredForgotten = (database: Database, before: Date): Promise<number> =>
  database.$executeRaw`
    WITH gone AS (
      DELETE FROM calendar_connection WHERE status = 'PENDING' AND created_at < ${before}::timestamptz
      RETURNING id, tenant_id
    )
    INSERT INTO audit_event (tenant_id, actor, action, subject_id)
    SELECT tenant_id, 'job', 'calendar_disconnected', id::text FROM gone`

/**
 * By the database's clock, as the trigger that guards the table judges. now(), not clock_timestamp(): PostgreSQL uses no
 * index for a comparison with a volatile function.
 */
const dropOldAudit = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM audit_event WHERE at < now() - interval '6 years'`

/** By the database's clock, as they were set. */
const dropEndedHolds = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM mailbox_hold WHERE held_until < clock_timestamp()`
