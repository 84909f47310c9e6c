import { DAY_MS, HOUR_MS } from '../../domain/durations.ts'
import type { EndedGrant } from '../../ports/connection-store.ts'
import { withCalendarLock } from './bookings/calendar-lock.ts'
import type { Database } from './client.ts'
import { release } from './connections/release-grant.ts'
import { guarded } from './database-errors.ts'

/** How many rows were removed, by kind. */
export interface Purged {
  readonly authorizationRequests: number
  readonly webSessions: number
  readonly passwordLinks: number
  readonly pendingConnections: number
  readonly rateLimits: number
  readonly auditEvents: number
  readonly pauses: number
}

export interface Retention {
  /** Removes the rows whose retention time is over; all retention times stand in this file. */
  purge(now: Date): Promise<Purged>
}

/** What is done with the grant of an account that was removed. */
type OnEnded = (ended: EndedGrant) => Promise<unknown>

export const createRetention = (database: Database, onEnded: OnEnded = async () => {}): Retention =>
  guarded<Retention>({
    async purge(now) {
      const before = (milliseconds: number) => new Date(now.getTime() - milliseconds)
      const authorizationRequests = await database.oAuthAttempt.deleteMany({
        where: { createdAt: { lt: before(DAY_MS) } },
      })
      const webSessions = await database.session.deleteMany({ where: { expire: { lt: now } } })
      const passwordLinks = await database.passwordLink.deleteMany({ where: { expiresAt: { lt: now } } })
      const rateLimits = await database.rateLimit.deleteMany({ where: { expire: { lt: now.getTime() } } })
      return {
        authorizationRequests: authorizationRequests.count,
        webSessions: webSessions.count,
        passwordLinks: passwordLinks.count,
        pendingConnections: await shredForgotten(database, now, onEnded),
        rateLimits: rateLimits.count,
        auditEvents: await dropOldAudit(database),
        pauses: await dropEndedPauses(database),
      }
    },
  })

/** An account whose confirmation never came is removed with its tokens and calendars. */
async function shredForgotten(database: Database, now: Date, onEnded: OnEnded): Promise<number> {
  const createdAt = { lt: new Date(now.getTime() - HOUR_MS) }
  const forgotten = await database.calendarConnection.findMany({
    where: { status: 'PENDING', createdAt },
    select: { id: true, tenantId: true },
  })
  let count = 0
  for (const { id, tenantId } of forgotten) {
    const ended = await withCalendarLock(database, tenantId, (tx) => release(tx, { tenantId, connectionId: id, now }))
    if (ended === undefined) continue
    count += 1
    await onEnded(ended)
  }
  return count
}

/**
 * Compares with the database's clock, for the trigger on the table does: a row it calls too young would fail the purge. It is
 * now() and not clock_timestamp(), because PostgreSQL uses no index for a comparison with a volatile function.
 */
const dropOldAudit = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM audit_event WHERE at < now() - interval '6 years'`

/** Pauses end by the database's clock, which also started them. */
const dropEndedPauses = (database: Database): Promise<number> =>
  database.$executeRaw`DELETE FROM mailbox_hold WHERE held_until < clock_timestamp()`
