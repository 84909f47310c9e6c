import { DAY_MS, HOUR_MS } from '../../domain/durations.ts'
import type { Database } from './client.ts'
import { guarded } from './database-errors.ts'

/** How many rows were removed, by kind. */
export interface Purged {
  readonly authorizationRequests: number
  readonly webSessions: number
  readonly pendingConnections: number
  readonly rateLimits: number
  readonly auditEvents: number
  readonly pauses: number
}

export interface Retention {
  /** Removes the rows whose retention time is over; all retention times stand in this file. */
  purge(now: Date): Promise<Purged>
}

export const createRetention = (database: Database): Retention =>
  guarded<Retention>({
    async purge(now) {
      const before = (milliseconds: number) => new Date(now.getTime() - milliseconds)
      const authorizationRequests = await database.oAuthAttempt.deleteMany({
        where: { createdAt: { lt: before(DAY_MS) } },
      })
      const webSessions = await database.session.deleteMany({ where: { expire: { lt: now } } })
      const rateLimits = await database.rateLimit.deleteMany({ where: { expire: { lt: now.getTime() } } })
      return {
        authorizationRequests: authorizationRequests.count,
        webSessions: webSessions.count,
        pendingConnections: await shredForgotten(database, before(HOUR_MS)),
        rateLimits: rateLimits.count,
        auditEvents: await dropOldAudit(database),
        pauses: await dropEndedPauses(database),
      }
    },
  })

/** An account whose confirmation never came is removed with its tokens and calendars. */
const shredForgotten = (database: Database, before: Date): Promise<number> =>
  database.$executeRaw`
    WITH gone AS (
      DELETE FROM calendar_connection WHERE status = 'PENDING' AND created_at < ${before}::timestamptz
      RETURNING id, tenant_id
    )
    INSERT INTO audit_event (tenant_id, actor, action, subject_id)
    SELECT tenant_id, 'job', 'calendar_disconnected', id::text FROM gone`

/**
 * Compares with the database's clock, for the trigger on the table does: a row it calls too young would fail the purge. It is
 * now() and not clock_timestamp(), because PostgreSQL uses no index for a comparison with a volatile function.
 */
const dropOldAudit = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM audit_event WHERE at < now() - interval '6 years'`

/** Pauses end by the database's clock, which also started them. */
const dropEndedPauses = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM mailbox_hold WHERE held_until < clock_timestamp()`
