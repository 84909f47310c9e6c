import type { Interval } from '../domain/interval.ts'
import { dayInterval, isDay } from '../domain/zoned-time.ts'
import { CalendarError, type CalendarFailure } from '../ports/calendar-failure.ts'
import type { ICalendarProvider } from '../ports/calendar-provider.ts'

/** For one read: a page of slots waits for it. */
const READ_DEADLINE_MS = 8_000

/** Why it is not known when somebody is busy. */
export interface UnknownBusy {
  readonly tenantId: string
  readonly window: Interval
  readonly reason: CalendarFailure
  /** For the log. */
  readonly code: string | undefined
  readonly retryAfterMs: number | undefined
}

export interface BusyBridgeParts {
  /** The tenant's calendar, with her IANA zone; `none` where she has connected no calendar. */
  calendarOf(
    tenantId: string,
  ): Promise<{ readonly calendar: Pick<ICalendarProvider, 'getFreeBusy'>; readonly timeZone: string } | 'none'>
  /**
   * Told each time that a window is answered as busy because it is unknown: to be logged, and shown to the therapist. Its own
   * failure changes no answer.
   */
  onUnknown(unknown: UnknownBusy): void | Promise<void>
  /** A host's own cache, by tenant and window. Only what was read reaches it. */
  readonly cache?: BusyCache
}

export interface BusyCache {
  get(key: string): Promise<readonly Interval[] | undefined>
  set(key: string, busy: readonly Interval[]): Promise<void>
}

/**
 * For hosts whose port promises busy times and no failure. Unknown is busy: where the calendar cannot be read, the whole window
 * is, so that nothing is offered in it. That is never cached, and `onUnknown` is told why.
 */
export interface BusyBridge {
  /** Half-open spans, sorted and merged. Never rejects. */
  getBusyTimes(tenantId: string, from: Date, to: Date): Promise<Interval[]>
  /** Whether nothing at all is in the calendar on that day (`YYYY-MM-DD`) of the tenant's zone. Never rejects. */
  isDateAvailable(tenantId: string, day: string): Promise<boolean>
}

export function createBusyBridge({ calendarOf, onUnknown, cache }: BusyBridgeParts): BusyBridge {
  /** A host that answers a rejection with no busy times would offer the window because its own log was away. */
  const tell = async (unknown: UnknownBusy): Promise<void> => {
    try {
      await onUnknown(unknown)
    } catch {
      // What the host does not take down is still answered as unknown.
    }
  }

  /** Undefined: unknown. */
  const read = async (
    tenantId: string,
    windowIn: (timeZone: string) => Interval,
  ): Promise<readonly Interval[] | undefined> => {
    let window = NO_WINDOW
    try {
      const found = await calendarOf(tenantId)
      if (found === 'none') return []
      window = windowIn(found.timeZone)
      const key = `${tenantId} ${window.start.toISOString()} ${window.end.toISOString()}`
      const known = await cache?.get(key)
      if (known !== undefined) return known
      const { busy } = await found.calendar.getFreeBusy({ ...window, signal: AbortSignal.timeout(READ_DEADLINE_MS) })
      await cache?.set(key, busy)
      return busy
    } catch (error) {
      await tell({ tenantId, window, ...reasonOf(error) })
      return undefined
    }
  }

  return {
    async getBusyTimes(tenantId, from, to): Promise<Interval[]> {
      const window = { start: from, end: to }
      const busy = await read(tenantId, () => window)
      return busy === undefined ? [window] : [...busy]
    },
    async isDateAvailable(tenantId, day): Promise<boolean> {
      const busy = await read(tenantId, (timeZone) => {
        if (!isDay(day)) throw new CalendarError('misconfigured', 'a day is YYYY-MM-DD', { code: 'day' })
        return dayInterval(day, timeZone)
      })
      return busy?.length === 0 && isDay(day)
    },
  }
}

const NO_WINDOW: Interval = { start: new Date(0), end: new Date(0) }

/** A failure that is none of the calendar's, the host's database for one, leaves it as unknown. */
const reasonOf = (error: unknown): Pick<UnknownBusy, 'reason' | 'code' | 'retryAfterMs'> =>
  error instanceof CalendarError
    ? { reason: error.reason, code: error.code, retryAfterMs: error.retryAfterMs }
    : { reason: 'unavailable', code: codeOf(error), retryAfterMs: undefined }

/** Libraries of databases and sockets say what happened in `code`; a message may hold what is private. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
