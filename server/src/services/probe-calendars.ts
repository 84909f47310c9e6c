import { HOUR_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { ConnectionContext } from '../ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure, CalendarsUnreadable, readFailure } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'

/** At most so many calendars are read at once where each is to be known by itself. */
export const PROBED_AT_ONCE = 20
/** For each read of a probe. */
const DEADLINE_MS = 4_000

export type CalendarFailures = ReadonlyMap<string, CalendarError>

export interface Probe {
  readonly binding: CalendarBinding
  /** `calendarIds`: those to read. */
  readonly context: ConnectionContext
  /** The provider's id of the account's default calendar. */
  readonly defaultId: string | undefined
  readonly clock: Clock
}

/**
 * Reads an hour of these calendars. Gives the calendars that could not be read, by the provider's id, and rejects with a
 * CalendarError where the failure is the account's and no calendar is to blame.
 */
export async function probeCalendars(probe: Probe): Promise<CalendarFailures> {
  try {
    await read(probe, probe.context.calendarIds)
    return new Map()
  } catch (error) {
    return calendarsBehind(probe, error)
  }
}

/**
 * Finds the calendars behind the failure of a read of all of them, by reading each alone where the failure does not name them;
 * empty where each can be read alone. Rejects with the failure where it is the account's.
 */
export async function calendarsBehind(probe: Probe, error: unknown): Promise<CalendarFailures> {
  if (error instanceof CalendarsUnreadable) return error.failures
  if (!(error instanceof CalendarError) || isOfTheAccount(error)) throw error
  const { calendarIds } = probe.context
  const [only] = calendarIds
  const failures =
    only !== undefined && calendarIds.length === 1 ? new Map([[only, error]]) : await readEach(probe, calendarIds)
  if (failures.size === 0) return failures
  if (readFailure(failures, calendarIds.length) instanceof CalendarsUnreadable) return failures
  // All failed alike. Where her default calendar is not among them, the account may be well: it then lists its calendars.
  const { defaultId } = probe
  if (defaultId !== undefined && !failures.has(defaultId) && (await lists(probe))) return failures
  throw error
}

const OF_TOKENS: ReadonlySet<CalendarFailure> = new Set(['reconnect', 'admin_consent'])

/** Whether a failure is certainly the account's: that of its tokens, and one that names a time to wait, when nothing more is asked. */
export const isOfTheAccount = ({ reason, retryAfterMs }: CalendarError): boolean =>
  OF_TOKENS.has(reason) || retryAfterMs !== undefined

async function readEach(probe: Probe, calendarIds: readonly string[]): Promise<Map<string, CalendarError>> {
  const failures = new Map<string, CalendarError>()
  if (calendarIds.length > PROBED_AT_ONCE) {
    for (let from = 0; from < calendarIds.length; from += PROBED_AT_ONCE)
      for (const [id, error] of await failuresIn(probe, calendarIds.slice(from, from + PROBED_AT_ONCE)))
        failures.set(id, error)
    return failures
  }
  await Promise.all(
    calendarIds.map(async (id) => {
      const error = await failureOf(read(probe, [id]))
      if (error !== undefined) failures.set(id, error)
    }),
  )
  return failures
}

async function failuresIn(probe: Probe, calendarIds: readonly string[]): Promise<CalendarFailures> {
  const error = await failureOf(read(probe, calendarIds))
  if (error === undefined) return new Map()
  return error instanceof CalendarsUnreadable ? error.failures : readEach(probe, calendarIds)
}

async function lists({ binding, context }: Probe): Promise<boolean> {
  const listing = binding.connector.listCalendars(context, AbortSignal.timeout(DEADLINE_MS))
  return (await failureOf(listing)) === undefined
}

function read({ binding, context, clock }: Probe, calendarIds: readonly string[]): Promise<unknown> {
  const start = clock.now()
  const end = new Date(start.getTime() + HOUR_MS)
  const signal = AbortSignal.timeout(DEADLINE_MS)
  return binding.calendarFor({ ...context, calendarIds }).getFreeBusy({ start, end, signal })
}

async function failureOf(work: Promise<unknown>): Promise<CalendarError | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof CalendarError) return error
    throw error
  }
}
