import { startDeadline } from '../concurrency/deadline.ts'
import type { Interval } from '../domain/interval.ts'
import type { TenantSnapshot } from '../ports/tenant-snapshot.ts'
import { type Availability, mergeAvailability } from './availability.ts'
import {
  type AccountWindow,
  CONFIRMATION_DEADLINE_MS,
  createReadAccount,
  type ReadAccountParts,
} from './read-account.ts'

/** What pages for the therapist ask for besides. */
export interface ReadOptions {
  readonly byCalendar?: boolean
  /** A read that begins after the call, whatever the cache holds. */
  readonly afresh?: boolean
}

/** Whose calendars are read: every account that is connected, as it was found. */
export type Accounts = Pick<TenantSnapshot, 'tenant' | 'connections'>

/**
 * Reads every account whose calendars block, side by side: each with a cache, shared reads and evidence of its own. Unknown in
 * one is unknown in all. Where a person must act for one of them, none is read.
 */
export interface ReadFreeBusy {
  /** For slot pages: from the cache while that is fresh, else a read; after a transient failure, an older one from the cache. */
  forSlots(accounts: Accounts, window: Interval, signal?: AbortSignal, options?: ReadOptions): Promise<Availability>
  /**
   * For a confirmation: always reads that begin after the call; after a transient failure, one from the cache. One deadline holds
   * for all accounts.
   */
  forConfirmation(accounts: Accounts, window: Interval, signal?: AbortSignal): Promise<Availability>
}

export function createReadFreeBusy(parts: ReadAccountParts): ReadFreeBusy {
  const account = createReadAccount(parts)

  /** What to read; an answer where a person must act first. */
  const open = async (
    { tenant, connections }: Accounts,
    window: Interval,
    byCalendar = false,
  ): Promise<readonly AccountWindow[] | Availability> => {
    const opened = await Promise.all(
      connections.map((connection) => account.open(tenant, connection, { window, byCalendar })),
    )
    const closed = opened.filter((one) => 'known' in one)
    return closed.length > 0 ? mergeAvailability(closed) : opened.filter((one) => 'key' in one)
  }

  return {
    async forSlots(accounts, window, signal, { byCalendar = false, afresh = false } = {}): Promise<Availability> {
      const asked = await open(accounts, window, byCalendar)
      if ('known' in asked) return asked
      return mergeAvailability(await Promise.all(asked.map((one) => account.forSlots(one, afresh, signal))))
    },

    async forConfirmation(accounts, window, signal): Promise<Availability> {
      const asked = await open(accounts, window)
      if ('known' in asked) return asked
      const deadline = startDeadline(parts.clock, CONFIRMATION_DEADLINE_MS, signal)
      try {
        const read = asked.map((one) => account.forConfirmation(one, deadline.signal, signal))
        return mergeAvailability(await Promise.all(read))
      } finally {
        deadline.end()
      }
    },
  }
}
