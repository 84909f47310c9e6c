import { DAY_MS, HOUR_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { ConnectedAccount, ConnectionContext } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

/** For each question that a connection is asked. */
const DEADLINE_MS = 10_000
/** Refresh tokens may end after ninety days without use; refreshing after a week leaves room for a long outage. */
const QUIET_MS = 7 * DAY_MS

export interface ConnectionToCheck {
  readonly account: ConnectedAccount
  /** When its tokens were last refreshed. */
  readonly refreshedAt: Date | undefined
  /** Whether reading failed when it was last tried, of any of its calendars. */
  readonly failing: boolean
  /** Lists the account's calendars, and keeps what it lists. */
  list(signal: AbortSignal): Promise<void>
  /** The connection as it is after that, to read an hour of; undefined where no calendar blocks. */
  context(): Promise<ConnectionContext | undefined>
}

/** What the read of an hour came to. */
export type CheckedRead = { readonly readAt: Date } | { readonly failure: CalendarError }

/**
 * Keeps a connection alive and its calendars known. A refresh or a listing that fails says nothing of its health: then, and
 * where a failure stands from before, an hour is read, and that read decides. Undefined where none was needed.
 */
export async function checkConnection(
  binding: CalendarBinding,
  { account, refreshedAt, failing, list, context }: ConnectionToCheck,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<CheckedRead | undefined> {
  const { connector } = binding
  const ids = { tenantId: account.tenantId, connectionId: account.id }

  /** Whether it succeeded; a failure is logged. */
  const works = async (work: (signal: AbortSignal) => Promise<void>): Promise<boolean> => {
    try {
      await work(AbortSignal.timeout(DEADLINE_MS))
      return true
    } catch (error) {
      log.warn('connection_check_failed', {
        ...ids,
        reason: error instanceof CalendarError ? error.reason : 'garbled',
      })
      return false
    }
  }

  const readOneHour = async (): Promise<CheckedRead | undefined> => {
    const open = await context()
    if (open === undefined || open.calendarIds.length === 0) return undefined
    const start = clock.now()
    const end = new Date(start.getTime() + HOUR_MS)
    try {
      const calendar = binding.calendarFor(open)
      const { readAt } = await calendar.getFreeBusy({ start, end, signal: AbortSignal.timeout(DEADLINE_MS) })
      return { readAt }
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      log.warn('connection_check_failed', { ...ids, reason: error.reason })
      return { failure: error }
    }
  }

  const quiet = refreshedAt === undefined || clock.now().getTime() - refreshedAt.getTime() > QUIET_MS
  const refreshed = !quiet || (await works((signal) => connector.keepAlive(account, signal)))
  const isListed = await works(list)
  return refreshed && isListed && !failing ? undefined : readOneHour()
}
