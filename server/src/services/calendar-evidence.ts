import { MINUTE_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import { CalendarError, type CalendarFailure, CalendarsUnreadable, isTransient } from '../ports/calendar-failure.ts'
import { connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectedCalendar, Connection } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant } from '../ports/tenant-store.ts'
import { listCalendars, withoutNew } from './list-calendars.ts'
import {
  type CalendarFailures,
  calendarsBehind,
  isOfTheAccount,
  type Probe,
  probeCalendars,
} from './probe-calendars.ts'

/** For a listing of calendars. */
const LISTING_MS = 10_000
/** One connection is searched for the calendar behind a failure, and one missing calendar listed again, at most this often. */
const AGAIN_MS = MINUTE_MS
const REMEMBERED = 1_000

/** A connection that is read. */
export interface Reading {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly binding: CalendarBinding
}

/** Records what reads say of a connection: whether the failure is the account's, or that of single calendars. */
export interface CalendarEvidence {
  /**
   * What a failed read of the chosen calendars means is recorded. Calendars that are not there are listed again at once. Where
   * a failure that may pass does not name its calendars, they are searched for afterwards: see `settled`.
   */
  failed(reading: Reading, error: unknown): Promise<void>
  /** Records which calendars could not be read while others were. */
  unread(reading: Reading, failures: CalendarFailures): Promise<void>
  /** Lists the calendars and stores them. Rejects with a CalendarError where the account lists nothing. */
  list(reading: Reading): Promise<void>
  /**
   * Reads an hour of the chosen calendars, and of those that could not be read before they were ticked. Records what came of it,
   * and gives the account's failure, if it was that.
   */
  check(reading: Reading): Promise<CalendarError | undefined>
  /** Waits for a search that this process is at; false where there is none. */
  settled(connectionId: string): Promise<boolean>
}

export interface EvidenceParts {
  readonly connections: Pick<ConnectionStore, 'recordRead' | 'recordFailure' | 'recordUnread' | 'refreshCalendars'>
  readonly clock: Clock
  readonly log: Log
}

export function createCalendarEvidence({ connections, clock, log }: EvidenceParts): CalendarEvidence {
  const searches = new Map<string, Promise<void>>()
  const searched = new Recent(clock)
  const listed = new Recent(clock)

  const ofAccount = async ({ connection }: Reading, error: unknown): Promise<void> => {
    const { tenantId, id, evidence } = connection
    const reason = error instanceof CalendarError ? error.reason : 'garbled'
    if (evidence.failure !== reason) await connections.recordFailure(tenantId, id, reason, clock.now(), codeOf(error))
  }

  const unread = async (
    reading: Reading,
    failures: CalendarFailures,
    mended: readonly ConnectedCalendar[] = [],
  ): Promise<void> => {
    const { tenantId, id: connectionId, calendars, evidence } = reading.connection
    const failing = calendars.filter(({ externalId }) => failures.has(externalId))
    const told = new Map<string, CalendarFailure | undefined>(mended.map(({ id }) => [id, undefined]))
    for (const { id, externalId } of failing) {
      const { reason = 'garbled', code } = failures.get(externalId) ?? {}
      log.warn('calendar_unreadable', { tenantId, connectionId, calendarId: id, reason, code })
      told.set(id, reason)
    }
    if (evidence.failure !== undefined || !saysAlready(calendars, told))
      await connections.recordUnread(tenantId, connectionId, { failures: told, at: clock.now() })
    if (failing.some(({ id }) => told.get(id) === 'not_found' && listed.first(id))) await listAgain(reading)
  }

  const list = async ({ tenant, connection, binding }: Reading): Promise<void> => {
    const { tenantId, id, calendars: known } = connection
    const context = connectionContext(connection, tenant)
    const signal = AbortSignal.timeout(LISTING_MS)
    const found = await listCalendars({ binding, context, known, ticked: false, clock, signal })
    const { calendars, unread: left } =
      'error' in found.probe ? { calendars: withoutNew(found, known), unread: undefined } : found
    await connections.refreshCalendars(tenantId, id, calendars, clock.now(), left)
  }

  const listAgain = async (reading: Reading): Promise<void> => {
    const { tenantId, id: connectionId } = reading.connection
    try {
      await list(reading)
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      log.warn('connection_check_failed', { tenantId, connectionId, reason: error.reason })
    }
  }

  const probeOf = ({ tenant, connection, binding }: Reading, more: readonly ConnectedCalendar[] = []): Probe => {
    const context = connectionContext(connection, tenant)
    const calendarIds = [...context.calendarIds, ...more.map(({ externalId }) => externalId)]
    const defaultId = connection.calendars.find(({ isDefault }) => isDefault)?.externalId
    return { binding, context: { ...context, calendarIds }, defaultId, clock }
  }

  /** Whether single calendars were found behind the failure, and recorded. */
  const search = async (reading: Reading, error: unknown): Promise<boolean> => {
    try {
      const failures = await calendarsBehind(probeOf(reading), error)
      if (failures.size > 0) await unread(reading, failures)
      return failures.size > 0
    } catch (thrown) {
      if (thrown instanceof CalendarError) return false
      throw thrown
    }
  }

  const searchAfterwards = (reading: Reading, error: unknown): void => {
    const { id: connectionId, tenantId } = reading.connection
    const work = search(reading, error)
      .then(
        () => undefined,
        (thrown: unknown) => log.warn('calendar_search_failed', { tenantId, connectionId, code: codeOf(thrown) }),
      )
      .finally(() => searches.delete(connectionId))
    searches.set(connectionId, work)
  }

  return {
    unread,
    list,

    async failed(reading, error): Promise<void> {
      if (error instanceof CalendarsUnreadable) return unread(reading, error.failures)
      if (!(error instanceof CalendarError) || isOfTheAccount(error)) return ofAccount(reading, error)
      const { id, evidence } = reading.connection
      const passes = isTransient(error.reason)
      const first = searched.first(id)
      // What was found of single calendars stands until it is searched for again.
      if (!first && evidence.unreadSince !== undefined) return
      if (!passes && first && (await search(reading, error))) return
      await ofAccount(reading, error)
      if (passes && first) searchAfterwards(reading, error)
    },

    async check(reading): Promise<CalendarError | undefined> {
      const { tenantId, id, calendars } = reading.connection
      const readAt = clock.now()
      const aside = calendars.filter(({ blocks, failure }) => !blocks && failure !== undefined)
      try {
        const failures = await probeCalendars(probeOf(reading, aside))
        const mended = aside.filter(({ externalId }) => !failures.has(externalId))
        if (failures.size > 0 || mended.length > 0) await unread(reading, failures, mended)
        if (!calendars.some(({ blocks, externalId }) => blocks && failures.has(externalId)))
          await connections.recordRead(tenantId, id, readAt)
        return undefined
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error
        log.warn('connection_check_failed', { tenantId, connectionId: id, reason: error.reason })
        await ofAccount(reading, error)
        return error
      }
    },

    async settled(connectionId): Promise<boolean> {
      const running = searches.get(connectionId)
      await running
      return running !== undefined
    },
  }
}

/** Whether just these calendars are stored as failing, each for that reason. */
const saysAlready = (
  calendars: readonly ConnectedCalendar[],
  told: ReadonlyMap<string, CalendarFailure | undefined>,
): boolean => calendars.every(({ id, blocks, failure }) => told.get(id) === failure || (!blocks && !told.has(id)))

const codeOf = (error: unknown): string | undefined =>
  error instanceof CalendarError ? error.code : error instanceof Error ? error.name : undefined

/** What has happened within {@link AGAIN_MS}; bounded. */
class Recent {
  readonly #clock: Clock
  readonly #at = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether this is the first of its kind for a while, which it then was. */
  first(key: string): boolean {
    const now = this.#clock.now().getTime()
    if (now - (this.#at.get(key) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return false
    if (this.#at.size >= REMEMBERED) this.#at.clear()
    this.#at.set(key, now)
    return true
  }
}
