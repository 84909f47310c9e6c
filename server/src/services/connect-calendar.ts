import { type ConnectionHealth, healthOf, waitsForPeople } from '../domain/connection-health.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarFeatures } from '../ports/calendar-binding.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import { CALENDAR_PROVIDER_TYPES, type CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf } from '../ports/calendar-registry.ts'
import type { Connection, ConnectionStore } from '../ports/connection-store.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { User } from '../ports/user-store.ts'
import { type AdminConsent, type AdminConsentParts, createAdminConsent } from './admin-consent.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type ChooseCalendars, createChooseCalendars } from './choose-calendars.ts'
import { createOAuthFlow, type OAuthFlow, type OAuthFlowParts } from './oauth-flow.ts'
import { createPickCalendar } from './pick-calendar.ts'
import { createRevokeGrant } from './revoke-grant.ts'

export interface ConnectCalendar extends OAuthFlow, AdminConsent, ChooseCalendars {
  /** What the settings page shows. */
  overview(user: User): Promise<CalendarOverview>
  /** The pending account replaces the connected one. False when it is pending no more. */
  confirm(user: User, connectionId: string): Promise<boolean>
  /** False when the connection is not this tenant's active one. Works with the provider down. */
  disconnect(user: User, connectionId: string): Promise<boolean>
}

export interface CalendarOverview {
  readonly tenant: Tenant
  readonly health: ConnectionHealth
  readonly connection: Connection | undefined
  /** Of the connected account's provider. */
  readonly features: CalendarFeatures | undefined
  readonly pending: { readonly connection: Connection; readonly features: CalendarFeatures } | undefined
  /** Providers that can be connected here, in the order to show. */
  readonly providers: readonly { readonly type: CalendarProviderType; readonly features: CalendarFeatures }[]
  readonly upcomingSessions: number
}

export interface ConnectCalendarParts extends OAuthFlowParts, AdminConsentParts {
  readonly connections: ConnectionStore
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly bookings: Pick<BookingStore, 'requeue' | 'countConfirmed'>
  readonly evidence: CalendarEvidence
}

export function createConnectCalendar(parts: ConnectCalendarParts): ConnectCalendar {
  const { connections, providers, clock, log } = parts
  const revoke = createRevokeGrant(parts)
  const calendars = createChooseCalendars(parts)
  const pickCalendar = createPickCalendar(parts)

  const healthIn = (connection: Connection | undefined) =>
    healthOf(connection && { access: connection.access, ...connection.evidence })

  /** The connection with the failure recorded, where no adapter serves it: the page then says that it is our fault. */
  const checked = async (tenant: Tenant, connection: Connection | undefined): Promise<Connection | undefined> => {
    if (connection === undefined || waitsForPeople(healthIn(connection).state)) return connection
    // A search for the calendar behind a failure is not over yet: the page waits for what it finds.
    if (await parts.evidence.settled(connection.id)) return connections.active(tenant.id)
    const picked = await pickCalendar(tenant, connection)
    return picked instanceof CalendarError ? connections.active(tenant.id) : connection
  }

  const withFeatures = (connection: Connection) => ({
    connection,
    features: bindingOf(providers, connection.provider).features,
  })

  return {
    ...createOAuthFlow(parts),
    ...createAdminConsent(parts),
    ...calendars,

    async overview(user: User): Promise<CalendarOverview> {
      const now = clock.now()
      const [tenant, found, pending, upcomingSessions] = await Promise.all([
        parts.tenants.byId(user.tenantId),
        connections.active(user.tenantId),
        connections.pending(user.tenantId, now),
        parts.bookings.countConfirmed(user.tenantId, now),
      ])
      if (tenant === undefined) throw new Error('a user without a tenant')
      const active = await checked(tenant, found)
      return {
        tenant,
        health: healthIn(active),
        connection: active,
        features: active && providers[active.provider]?.features,
        pending: pending && withFeatures(pending),
        providers: CALENDAR_PROVIDER_TYPES.flatMap((type) => {
          const features = providers[type]?.features
          return features === undefined ? [] : [{ type, features }]
        }),
        upcomingSessions,
      }
    },

    async confirm(user, connectionId): Promise<boolean> {
      const confirmed = await connections.confirmPending(user.tenantId, connectionId, clock.now(), `user:${user.id}`)
      if (confirmed === undefined) return foreign(user, connectionId)
      log.info('calendar_replaced', { tenantId: user.tenantId, userId: user.id, connectionId })
      await parts.bookings.requeue(user.tenantId)
      await revoke(confirmed.replaced)
      return true
    },

    async disconnect(user, connectionId): Promise<boolean> {
      const ended = await connections.disconnect(user.tenantId, connectionId, clock.now(), `user:${user.id}`)
      if (ended === undefined) return foreign(user, connectionId)
      log.info('calendar_disconnected', { tenantId: user.tenantId, userId: user.id, connectionId })
      await revoke(ended)
      return true
    },

    async chooseCalendars(user, connectionId, blockingIds, policy) {
      const choice = await calendars.chooseCalendars(user, connectionId, blockingIds, policy)
      if (choice === 'unknown') await foreign(user, connectionId)
      return choice
    },
  }

  /** For a form that named a connection which is not this tenant's, or not any more. */
  async function foreign(user: User, connectionId: string): Promise<false> {
    const { tenantId, id } = user
    log.warn('connection_not_theirs', { tenantId, userId: id, connectionId })
    await parts.audit.append({
      tenantId,
      actor: `user:${id}`,
      action: 'connection_not_theirs',
      subjectId: connectionId,
    })
    return false
  }
}
