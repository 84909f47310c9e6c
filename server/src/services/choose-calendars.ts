import type { BusyPolicy } from '../ports/calendar-connector.ts'
import { CalendarError, type CalendarFailure } from '../ports/calendar-failure.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection, WritingChange } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'
import type { CalendarEvidence, Reading } from './calendar-evidence.ts'
import { createLookAtCalendars } from './look-at-calendars.ts'
import { createPickCalendar } from './pick-calendar.ts'
import { probeCalendars } from './probe-calendars.ts'

/**
 * `saved_partly`: some that were newly ticked could not be read, and stay unticked. `none_read`: all of them, and nothing was
 * saved. `calendars_changed`: one that was chosen is gone, or sessions may no longer be written to it; nothing was saved.
 */
export type Choice = 'saved' | 'saved_partly' | 'none_ticked' | 'none_read' | 'calendars_changed' | 'unknown'

export interface ChooseCalendars {
  /**
   * `blockingIds` are ids of ConnectedCalendar, at least one; `policy` has what is to change of what else counts as busy. Those
   * that are newly ticked are read once before. `writing` has what is to change of where and how sessions are written.
   */
  chooseCalendars(
    user: User,
    connectionId: string,
    blockingIds: readonly string[],
    policy: Partial<BusyPolicy>,
    writing?: WritingChange,
  ): Promise<Choice>
  /**
   * Lists and reads the chosen calendars afresh, of this account or of the one that receives, and counts what they hold; the
   * overview then says what was found.
   */
  checkCalendars(user: Pick<User, 'tenantId'>, connectionId?: string): Promise<'checked' | 'unknown'>
  /** Lists the calendars of the account that receives afresh, and reads none. */
  listCalendars(user: User): Promise<'listed' | 'unknown'>
}

export function createChooseCalendars(parts: {
  readonly connections: Pick<
    ConnectionStore,
    'connected' | 'byId' | 'chooseCalendars' | 'recordFailure' | 'recordMismatch' | 'recordLooks'
  >
  readonly evidence: Pick<CalendarEvidence, 'check' | 'list'>
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): ChooseCalendars {
  const { connections, evidence, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)
  const lookAt = createLookAtCalendars(parts)

  const readingOf = async (tenant: Tenant, connection: Connection): Promise<Reading | undefined> => {
    const binding = await pickCalendar(tenant, connection)
    return binding instanceof CalendarError ? undefined : { tenant, connection, binding }
  }

  /** Why newly ticked calendars cannot be read, by our ids. */
  const unreadAmong = async (
    { tenant, connection, binding }: Reading,
    tickedIds: ReadonlySet<string>,
  ): Promise<Map<string, CalendarFailure>> => {
    const fresh = connection.calendars.filter(({ id, blocks }) => tickedIds.has(id) && !blocks)
    const failures = new Map<string, CalendarFailure>()
    if (fresh.length === 0) return failures
    const calendarIds = fresh.map(({ externalId }) => externalId)
    const context = { ...connectionContext(connection, tenant), calendarIds }
    const defaultId = connection.calendars.find(({ isDefault }) => isDefault)?.externalId
    try {
      const found = await probeCalendars({ binding, context, defaultId, clock })
      for (const { id, externalId } of fresh) {
        const failure = found.get(externalId)
        if (failure !== undefined) failures.set(id, failure.reason)
      }
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      for (const { id } of fresh) failures.set(id, error.reason)
    }
    return failures
  }

  /** `id` undefined: the account that receives. */
  const connected = async (tenant: Tenant, id: string | undefined): Promise<Connection | undefined> =>
    (await connections.connected(tenant.id)).find((one) => (id === undefined ? one.role === 'receives' : one.id === id))

  const check = async (tenant: Tenant, id: string | undefined): Promise<boolean> => {
    const connection = await connected(tenant, id)
    if (connection === undefined) return false
    const reading = await readingOf(tenant, connection)
    if (reading === undefined || !connection.calendars.some(({ blocks }) => blocks)) return true
    if ((await evidence.check(reading)) === undefined) await lookAt(reading)
    return true
  }

  const list = async (tenant: Tenant, id: string | undefined): Promise<void> => {
    const connection = await connected(tenant, id)
    const reading = connection && (await readingOf(tenant, connection))
    if (reading === undefined) return
    try {
      await evidence.list(reading)
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      const { tenantId, id: connectionId } = reading.connection
      log.warn('connection_check_failed', { tenantId, connectionId, reason: error.reason })
    }
  }

  return {
    async chooseCalendars(user, connectionId, blockingIds, policy, writing = {}): Promise<Choice> {
      if (blockingIds.length === 0) return 'none_ticked'
      const { tenantId } = user
      const [tenant, connection] = await Promise.all([
        parts.tenants.byId(tenantId),
        connections.byId(tenantId, connectionId),
      ])
      if (tenant === undefined || connection === undefined) return 'unknown'
      const reading = await readingOf(tenant, connection)
      const failures = reading === undefined ? new Map() : await unreadAmong(reading, new Set(blockingIds))
      if ([...failures.values()].includes('not_found')) await list(tenant, connectionId)
      const proved = blockingIds.filter((id) => !failures.has(id))
      if (proved.length === 0) return 'none_read'
      const unread = { failures, at: clock.now() }
      // Nothing is ever written to a further account: there is nothing to choose of it.
      const said = connection.role === 'receives' ? { ...writing, actor: `user:${user.id}` } : {}
      if (!(await connections.chooseCalendars(tenantId, connectionId, proved, policy, unread, said)))
        return (await connected(tenant, connectionId)) === undefined ? 'unknown' : 'calendars_changed'
      await check(tenant, connectionId)
      return failures.size === 0 ? 'saved' : 'saved_partly'
    },

    async checkCalendars({ tenantId }, connectionId): Promise<'checked' | 'unknown'> {
      const tenant = await parts.tenants.byId(tenantId)
      if (tenant === undefined) return 'unknown'
      await list(tenant, connectionId)
      return (await check(tenant, connectionId)) ? 'checked' : 'unknown'
    },

    async listCalendars({ tenantId }): Promise<'listed' | 'unknown'> {
      const tenant = await parts.tenants.byId(tenantId)
      if (tenant === undefined || (await connected(tenant, undefined)) === undefined) return 'unknown'
      await list(tenant, undefined)
      return 'listed'
    },
  }
}
