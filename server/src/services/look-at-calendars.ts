import { DAY_MS } from '../domain/durations.ts'
import { merge } from '../domain/interval.ts'
import { CalendarError, CalendarsUnreadable } from '../ports/calendar-failure.ts'
import type { CalendarBusy } from '../ports/calendar-provider.ts'
import { connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { type CalendarLooks, type ConnectedCalendar, LOOK_DAYS } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Reading } from './calendar-evidence.ts'

/** For all reads of one look. */
const DEADLINE_MS = 4_000
/** At most so many calendars are looked at that are not ticked. */
const UNTICKED = 20

/**
 * Counts the busy times of the account's calendars in the days that follow, and stores how many they are, never when. Looked at
 * are those that are ticked and, so that she sees what ticking would change, those of her own that are not; calendars of others
 * only when she has ticked them. Never fails for a failure of the provider's: what could not be looked at is not counted.
 */
export type LookAtCalendars = (reading: Reading) => Promise<void>

export function createLookAtCalendars(parts: {
  readonly connections: Pick<ConnectionStore, 'recordLooks'>
  readonly clock: Clock
}): LookAtCalendars {
  return async (reading) => {
    const { tenantId, id, calendars } = reading.connection
    const ticked = calendars.filter(({ blocks }) => blocks)
    const own = calendars.filter(({ blocks, kind }) => !blocks && kind === undefined).slice(0, UNTICKED)
    const at = parts.clock.now()
    const signal = AbortSignal.timeout(DEADLINE_MS)
    const read = (these: readonly ConnectedCalendar[]) => countIn(reading, these, at, signal)
    const found = (await readable(read, [...ticked, ...own])) ?? (own.length > 0 && (await readable(read, ticked)))
    if (found) await parts.connections.recordLooks(tenantId, id, { at, found })
  }
}

type Found = CalendarLooks['found']

/** What is found in those that can be read, where the failure names the others; undefined where it does not. */
async function readable(
  read: (these: readonly ConnectedCalendar[]) => Promise<Found>,
  calendars: readonly ConnectedCalendar[],
): Promise<Found | undefined> {
  try {
    return await read(calendars)
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error
    if (!(error instanceof CalendarsUnreadable)) return undefined
    const others = calendars.filter(({ externalId }) => !error.failures.has(externalId))
    return read(others).catch(unlessOurs)
  }
}

function unlessOurs(error: unknown): undefined {
  if (!(error instanceof CalendarError)) throw error
}

async function countIn(
  { tenant, connection, binding }: Reading,
  these: readonly ConnectedCalendar[],
  start: Date,
  signal: AbortSignal,
): Promise<Found> {
  if (these.length === 0) return new Map()
  const context = { ...connectionContext(connection, tenant), calendarIds: these.map(({ externalId }) => externalId) }
  const end = new Date(start.getTime() + LOOK_DAYS * DAY_MS)
  const { calendars = [] } = await binding.calendarFor(context).getFreeBusy({ start, end, byCalendar: true, signal })
  const busyOf = new Map(calendars.map((calendar) => [calendar.calendarId, calendar]))
  return new Map(
    these.flatMap(({ id, externalId }) => {
      const calendar = busyOf.get(externalId)
      return calendar === undefined ? [] : [[id, counted(calendar)]]
    }),
  )
}

const counted = ({ busy, isAllFree }: CalendarBusy) => ({ busyTimes: merge(busy).length, isAllFree })
