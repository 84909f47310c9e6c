import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarListing, ConnectionContext } from '../ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectedCalendar } from '../ports/connection.ts'
import type { ListedCalendars } from '../ports/connection-store.ts'
import { PROBED_AT_ONCE, probeCalendars } from './probe-calendars.ts'

export interface Listed extends ListedCalendars {
  /** What came of the one read of the calendars that are about to be ticked and, where asked for, of those that are. */
  readonly probe: { readonly failures: ReadonlyMap<string, CalendarError> } | { readonly error: CalendarError }
  /** When that read began. */
  readonly readAt: Date
}

/**
 * The account's calendars. New ones that are hers are read before they are ticked, the first {@link PROBED_AT_ONCE} of them,
 * the default calendar before the others; the rest are left for her to tick. Rejects with a CalendarError where the account
 * lists nothing.
 */
export async function listCalendars(asked: {
  readonly binding: CalendarBinding
  /** Its `calendarIds` are not looked at. */
  readonly context: ConnectionContext
  /** What is stored of the same account. */
  readonly known: readonly ConnectedCalendar[]
  /** Whether those that are ticked are read, too. */
  readonly ticked: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<Listed> {
  const { binding, context, known, clock, signal } = asked
  const calendars = await binding.connector.listCalendars(context, signal)
  const readAt = clock.now()
  const fresh = defaultFirst(newOwn(calendars, known))
  const candidates = fresh.slice(0, PROBED_AT_ONCE)
  const left = fresh.slice(PROBED_AT_ONCE).map((id): [string, undefined] => [id, undefined])
  const calendarIds = [...candidates, ...(asked.ticked ? tickedOf(calendars, known) : [])]
  const unread = new Map<string, CalendarFailure | undefined>(left)
  if (calendarIds.length === 0) return { calendars, unread, probe: { failures: new Map() }, readAt }
  const defaultId = calendars.find(({ isDefault }) => isDefault)?.id
  try {
    const failures = await probeCalendars({ binding, context: { ...context, calendarIds }, defaultId, clock })
    for (const id of candidates) if (failures.has(id)) unread.set(id, failures.get(id)?.reason)
    return { calendars, unread, probe: { failures }, readAt }
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error
    return { calendars, unread, probe: { error }, readAt }
  }
}

function newOwn(calendars: readonly CalendarListing[], known: readonly ConnectedCalendar[]): CalendarListing[] {
  const stored = new Set(known.map(({ externalId }) => externalId))
  return calendars.filter(({ id, kind }) => kind === undefined && !stored.has(id))
}

function tickedOf(calendars: readonly CalendarListing[], known: readonly ConnectedCalendar[]): string[] {
  const listed = new Set(calendars.map(({ id }) => id))
  return known.filter(({ blocks, externalId }) => blocks && listed.has(externalId)).map(({ externalId }) => externalId)
}

const defaultFirst = (calendars: readonly CalendarListing[]): string[] => [
  ...new Set([...calendars].sort((a, b) => Number(b.isDefault) - Number(a.isDefault)).map(({ id }) => id)),
]

/** Without the new calendars, which are found again with the next listing: their read failed with the account's. */
export const withoutNew = ({ calendars }: Listed, known: readonly ConnectedCalendar[]): CalendarListing[] => {
  const fresh = new Set(newOwn(calendars, known).map(({ id }) => id))
  return calendars.filter(({ id }) => !fresh.has(id))
}
