import { DAY_MS } from '../domain/durations.ts'
import { CANCELLED_RETENTION_DAYS, erasedBefore, retentionDays, retentionYears } from '../domain/retention.ts'
import type { Clock } from '../ports/clock.ts'
import type { RetentionStore } from '../ports/retention-store.ts'
import type { User } from '../ports/user-store.ts'

/** For how long a practice keeps its clients' data. */
export interface ClientRetention {
  /** In years after a session. Undefined: they are never erased by itself. */
  setting(user: User): Promise<number | undefined>
  /** How many bookings would be erased with that setting; changes nothing. */
  count(user: User, years: number): Promise<number>
  /** `changed`: not as many as she was shown would be erased, so nothing was decided. */
  decide(user: User, decision: { readonly years: number; readonly shown: number }): Promise<'decided' | 'changed'>
  /**
   * Erases what is to be erased, at most so much in one run: the next one goes on. Rejects with the reason of `stopping` between
   * two practices once that is aborted.
   */
  erase(stopping?: AbortSignal): Promise<{ readonly erasedBookings: number; readonly erasedConnections: number }>
}

const BATCH = 200
/** Of a run. Not so many practices: with many of them the last ones would never have their turn. */
const MOST_BOOKINGS = 100_000
/** So long after a session its entries in an account from before are shown to the therapist. */
const SETTLED_MS = 30 * DAY_MS

export function createClientRetention(parts: {
  readonly retention: RetentionStore
  readonly clock: Clock
}): ClientRetention {
  const { retention, clock } = parts
  const count = ({ tenantId }: User, years: number): Promise<number> =>
    retention.count(tenantId, erasedBefore(retentionDays(years), clock.now()))

  const eraseBookings = async (now: Date, stopping?: AbortSignal): Promise<number> => {
    let erased = 0
    for (const { tenantId, days } of await retention.due(now))
      for (let batch = BATCH; batch === BATCH && erased < MOST_BOOKINGS; ) {
        stopping?.throwIfAborted()
        batch = await retention.erase(tenantId, erasedBefore(days, now), BATCH)
        erased += batch
      }
    return erased
  }

  return {
    async setting({ tenantId }) {
      const days = await retention.setting(tenantId)
      return days === undefined ? undefined : retentionYears(days)
    },

    count,

    async decide(user, { years, shown }) {
      if ((await count(user, years)) !== shown) return 'changed'
      await retention.decide(user.tenantId, { days: retentionDays(years), shown }, `user:${user.id}`)
      return 'decided'
    },

    async erase(stopping) {
      const now = clock.now()
      const before = new Date(now.getTime() - CANCELLED_RETENTION_DAYS * DAY_MS)
      const settled = new Date(now.getTime() - SETTLED_MS)
      return {
        erasedBookings: await eraseBookings(now, stopping),
        erasedConnections: await retention.eraseConnections({ before, settled, limit: BATCH }),
      }
    },
  }
}
