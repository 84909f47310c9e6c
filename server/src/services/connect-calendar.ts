import type { EventsLeft } from '../domain/account-ending.ts'
import { type ConnectionHealth, healthOf, waitsForPeople } from '../domain/connection-health.ts'
import { type Offering, offeringOf } from '../domain/offering.ts'
import type { BookingStore, StandingEvents, WrittenEvents } from '../ports/booking-store.ts'
import { type CalendarFeatures, featuresIn } from '../ports/calendar-binding.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { CALENDAR_PROVIDER_TYPES, type CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf } from '../ports/calendar-registry.ts'
import { type Connection, isSameMailbox } from '../ports/connection.ts'
import type { ConnectionStore, KeptAccount } from '../ports/connection-store.ts'
import type { TenantSnapshots } from '../ports/tenant-snapshot.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'
import { type AdminConsent, type AdminConsentParts, createAdminConsent } from './admin-consent.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type ChooseCalendars, createChooseCalendars } from './choose-calendars.ts'
import { createOAuthFlow, type OAuthFlow, type OAuthFlowParts } from './oauth-flow.ts'
import { createPickCalendar } from './pick-calendar.ts'
import { createReleaseGrants } from './release-grants.ts'
import { createRevokeGrant } from './revoke-grant.ts'

export interface ConnectCalendar extends OAuthFlow, AdminConsent, ChooseCalendars {
  /** What the settings page shows. */
  overview(user: User): Promise<CalendarOverview>
  /**
   * The pending account replaces the connected one, or what we may do there; sessions to come go along. Undefined when it is
   * pending no more.
   */
  confirm(user: User, connectionId: string, events: EventsLeft): Promise<'replaced' | 'narrowed' | undefined>
  /** False when the connection is not this tenant's, or has ended. Works with the provider down. */
  disconnect(user: User, connectionId: string, events: EventsLeft): Promise<boolean>
  /** To be called when the therapist has said that she removed an event herself: no grant is kept for it any more. */
  releaseGrants(user: User): Promise<void>
}

/** One whose calendars only block. */
export interface FurtherAccount {
  readonly connection: Connection
  readonly health: ConnectionHealth
  readonly features: CalendarFeatures | undefined
}

/** Providers speak the practice's language in it. */
export interface CalendarOverview {
  readonly tenant: Tenant
  /** Of the account that receives, as all that is not said of others. */
  readonly health: ConnectionHealth
  readonly connection: Connection | undefined
  /** Of the connected account's provider. */
  readonly features: CalendarFeatures | undefined
  readonly pending:
    | {
        readonly connection: Connection
        readonly features: CalendarFeatures
        /** It is the connected account, which we may do less in. */
        readonly isSameAccount: boolean
      }
    | undefined
  /** The oldest first. */
  readonly further: readonly FurtherAccount[]
  /** Events of sessions to come that stand in the connected account. */
  readonly standing: StandingEvents
  /** Which calendars of it our events stand in, and how many are still to be written. */
  readonly written: WrittenEvents
  /** Accounts that were given up and from which events are still to be removed. */
  readonly kept: readonly (KeptAccount & { readonly features: CalendarFeatures | undefined })[]
  /** Providers that can be connected here, in the order to show. */
  readonly providers: readonly { readonly type: CalendarProviderType; readonly features: CalendarFeatures }[]
  readonly upcomingSessions: number
  /** What she is asked of events that stand otherwise than booked. */
  readonly openNotices: number
  /** Whether anything can be booked at all, whatever the calendar says. */
  readonly offering: Offering
}

export interface ConnectCalendarParts extends OAuthFlowParts, AdminConsentParts {
  readonly connections: ConnectionStore
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly snapshots: Pick<TenantSnapshots, 'byId'>
  readonly bookings: Pick<BookingStore, 'requeue' | 'countUpcoming' | 'countStanding' | 'countWritten'>
  readonly evidence: CalendarEvidence
}

export function createConnectCalendar(parts: ConnectCalendarParts): ConnectCalendar {
  const { connections, providers, clock, log } = parts
  const revoke = createRevokeGrant(parts)
  const calendars = createChooseCalendars(parts)
  const releaseGrants = createReleaseGrants(parts)
  const pickCalendar = createPickCalendar(parts)

  const healthIn = (connection: Connection | undefined) =>
    healthOf(connection && { access: connection.access, ...connection.evidence })

  /** The connection with the failure recorded, where no adapter serves it: the page then says that it is our fault. */
  const checked = async (tenant: Tenant, connection: Connection): Promise<Connection | undefined> => {
    if (waitsForPeople(healthIn(connection).state)) return connection
    // A search for the calendar behind a failure is not over yet: the page waits for what it finds.
    if (await parts.evidence.settled(connection.id)) return again(connection)
    const picked = await pickCalendar(tenant, connection)
    return picked instanceof CalendarError ? again(connection) : connection
  }

  /** Undefined where it has ended meanwhile. */
  const again = async ({ tenantId, id }: Connection): Promise<Connection | undefined> =>
    (await connections.connected(tenantId)).find((one) => one.id === id)

  const pendingBeside = (connection: Connection, active: Connection | undefined, { locale }: Tenant) => ({
    connection,
    features: featuresIn(bindingOf(providers, connection.provider).features, locale.language),
    isSameAccount: active !== undefined && isSameMailbox(connection, active),
  })

  const standingIn = (connection: Connection | undefined): Promise<StandingEvents> =>
    connection === undefined
      ? Promise.resolve({ sessions: 0, withVideo: 0 })
      : parts.bookings.countStanding(connection.tenantId, connection, clock.now())

  const writtenIn = (connection: Connection | undefined): Promise<WrittenEvents> =>
    connection === undefined
      ? Promise.resolve({ calendars: [], waiting: 0 })
      : parts.bookings.countWritten(connection.tenantId, connection, clock.now())

  return {
    ...createOAuthFlow(parts),
    ...createAdminConsent(parts),
    ...calendars,

    async overview(user: User): Promise<CalendarOverview> {
      const now = clock.now()
      const [snapshot, pending, upcoming, kept] = await Promise.all([
        parts.snapshots.byId(user.tenantId, { start: now, end: now }),
        connections.pending(user.tenantId, now),
        parts.bookings.countUpcoming(user.tenantId, now),
        connections.kept(user.tenantId, now),
      ])
      if (snapshot === undefined) throw new Error('a user without a tenant')
      const { tenant, services, workingHours } = snapshot
      const all = (await Promise.all(snapshot.connections.map((one) => checked(tenant, one)))).filter(
        (one) => one !== undefined,
      )
      const active = all.find(({ role }) => role === 'receives')
      const others = all.filter(({ role }) => role === 'blocks')
      const featuresOf = (type: CalendarProviderType): CalendarFeatures | undefined => {
        const features = providers[type]?.features
        return features && featuresIn(features, tenant.locale.language)
      }
      const [standing, written] = await Promise.all([standingIn(active), writtenIn(active)])
      return {
        tenant,
        health: healthIn(active),
        connection: active,
        features: active && featuresOf(active.provider),
        pending: pending && pendingBeside(pending, active, tenant),
        further: others.map((connection) => ({
          connection,
          health: healthIn(connection),
          features: featuresOf(connection.provider),
        })),
        standing,
        written,
        kept: kept.map((account) => ({ ...account, features: featuresOf(account.provider) })),
        providers: CALENDAR_PROVIDER_TYPES.flatMap((type) => {
          const features = featuresOf(type)
          return features === undefined ? [] : [{ type, features }]
        }),
        upcomingSessions: upcoming.sessions,
        openNotices: upcoming.notices,
        offering: offeringOf(services, workingHours, tenant.closed),
      }
    },

    async confirm(user, connectionId, events) {
      const { id: userId, tenantId } = user
      const confirmed = await connections.confirmPending(tenantId, connectionId, clock.now(), `user:${userId}`, events)
      if (confirmed === undefined) return foreign(user, connectionId)
      log.info(confirmed.isSameAccount ? 'calendar_narrowed' : 'calendar_replaced', {
        tenantId,
        userId,
        connectionId,
        events,
      })
      await parts.bookings.requeue(tenantId)
      await revoke(confirmed.replaced)
      return confirmed.isSameAccount ? 'narrowed' : 'replaced'
    },

    async disconnect(user, connectionId, events) {
      const { id: userId, tenantId } = user
      const ended = await connections.disconnect(tenantId, connectionId, clock.now(), `user:${userId}`, events)
      if (ended === undefined) {
        await foreign(user, connectionId)
        return false
      }
      log.info('calendar_disconnected', { tenantId, userId, connectionId, events })
      await revoke(ended)
      return true
    },

    releaseGrants: ({ tenantId }) => releaseGrants(tenantId),

    async chooseCalendars(user, connectionId, blockingIds, policy, writing) {
      const choice = await calendars.chooseCalendars(user, connectionId, blockingIds, policy, writing)
      if (choice === 'unknown') await foreign(user, connectionId)
      return choice
    },
  }

  /** For a form that named a connection which is not this tenant's, or not any more. */
  async function foreign(user: User, connectionId: string): Promise<undefined> {
    const { tenantId, id } = user
    log.warn('connection_not_theirs', { tenantId, userId: id, connectionId })
    await parts.audit.append({
      tenantId,
      actor: `user:${id}`,
      action: 'connection_not_theirs',
      subjectId: connectionId,
    })
    return undefined
  }
}
