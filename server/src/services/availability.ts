import type { CalendarCheck } from '../domain/booking.ts'
import { type Interval, merge } from '../domain/interval.ts'
import { type CalendarFailure, isTransient } from '../ports/calendar-failure.ts'
import type { CalendarBusy } from '../ports/calendar-provider.ts'

/** What is known of a therapist's external busy time. Unknown is never free. */
export type Availability = Known | Unreadable

export interface Known {
  readonly known: true
  readonly busy: readonly Interval[]
  /** Undefined where it was not asked for by calendar, or is not known so of every account. */
  readonly calendars?: readonly ConnectedBusy[] | undefined
  /** When the calendars were read, of several accounts the oldest read; undefined when no calendar is connected. */
  readonly checkedAt: Date | undefined
  readonly check: CalendarCheck
  /** The connections that were read. */
  readonly connectionIds: readonly string[]
}

/** Of one calendar. The provider's ids tell calendars apart within one connection only. */
export interface ConnectedBusy extends CalendarBusy {
  readonly connectionId: string
}

export interface Unreadable {
  readonly known: false
  readonly because: CalendarFailure
  readonly retryAfterMs: number | undefined
  /** The connections that could not be read. */
  readonly connectionIds?: readonly string[]
}

/**
 * What the accounts of a practice come to: busy where any is busy, as old as the oldest read, and unknown where one is unknown,
 * for the reason that is least likely to pass.
 */
export function mergeAvailability(accounts: readonly Availability[]): Availability {
  const unread = accounts.filter((account) => !account.known)
  const worst = unread.find(({ because }) => !isTransient(because)) ?? unread[0]
  if (worst !== undefined)
    return {
      known: false,
      because: worst.because,
      retryAfterMs: latest(unread.map(({ retryAfterMs }) => retryAfterMs)),
      connectionIds: unread.flatMap(({ connectionIds = [] }) => connectionIds),
    }
  const read = accounts.filter((account) => account.known)
  const oldest = earliest(read.map(({ checkedAt }) => checkedAt))
  return {
    known: true,
    busy: merge(read.flatMap(({ busy }) => busy)),
    calendars: byCalendar(read),
    checkedAt: oldest,
    check: read.length === 0 ? 'NONE' : read.some(({ check }) => check === 'REMEMBERED') ? 'REMEMBERED' : 'FRESH',
    connectionIds: read.flatMap(({ connectionIds }) => connectionIds),
  }
}

function latest(waits: readonly (number | undefined)[]): number | undefined {
  const named = waits.filter((wait) => wait !== undefined)
  return named.length === 0 ? undefined : Math.max(...named)
}

function earliest(moments: readonly (Date | undefined)[]): Date | undefined {
  const known = moments.filter((moment) => moment !== undefined)
  return known.length === 0 ? undefined : new Date(Math.min(...known.map((moment) => moment.getTime())))
}

const byCalendar = (read: readonly Known[]): readonly ConnectedBusy[] | undefined =>
  read.length > 0 && read.every(({ calendars }) => calendars !== undefined)
    ? read.flatMap(({ calendars = [] }) => calendars)
    : undefined
