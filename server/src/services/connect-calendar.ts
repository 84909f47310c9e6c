import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import { CALENDAR_PROVIDER_TYPES, type CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf } from '../ports/calendar-providers.ts'
import type { Connection } from '../ports/connection-store.ts'
import type { Tenant, TenantStore, User } from '../ports/stores.ts'
import type { AdminConsentOutcome, CalendarOverview, ConnectCalendar } from './contracts.ts'
import { type ConnectParts, createOAuthFlow, redirectUri } from './oauth-flow.ts'
import { createPickCalendar } from './pick-calendar.ts'
import { createRevokeGrant } from './revoke-grant.ts'

/** An administrator may take her time. */
const ADMIN_LINK_MS = 7 * 86_400_000

export function createConnectCalendar(
  parts: ConnectParts & {
    readonly tenants: Pick<TenantStore, 'byId'>
    readonly bookings: Pick<BookingStore, 'requeue' | 'countConfirmed'>
    /** Signs the state of administrators' links. */
    readonly secret: string
  },
): ConnectCalendar {
  const { connections, providers, clock, log } = parts
  const adminStates = createAdminStates(parts.secret)
  const revoke = createRevokeGrant(parts)
  const pickCalendar = createPickCalendar(parts)

  const healthIn = (connection: Connection | undefined) =>
    healthOf(connection && { access: connection.access, ...connection.evidence })

  /** The same connection, as it is known after asking who serves it. */
  const checked = async (tenant: Tenant, connection: Connection | undefined): Promise<Connection | undefined> => {
    if (connection === undefined || waitsForPeople(healthIn(connection).state)) return connection
    const picked = await pickCalendar(tenant, connection)
    return picked instanceof CalendarError ? connections.active(tenant.id) : connection
  }

  const withFeatures = (connection: Connection) => ({
    connection,
    features: bindingOf(providers, connection.provider).features,
  })

  return {
    ...createOAuthFlow(parts),

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
      if (blockingIds.length === 0) return 'none_ticked'
      if (await connections.chooseCalendars(user.tenantId, connectionId, blockingIds, policy)) return 'saved'
      await foreign(user, connectionId)
      return 'unknown'
    },

    async adminConsentUrl(user, provider): Promise<URL | undefined> {
      const { connector, features } = bindingOf(providers, provider)
      const active = await connections.active(user.tenantId)
      return connector.adminConsentUrl?.({
        redirectUri: redirectUri(parts.appUrl, `${features.slug}-admin`),
        state: adminStates.issue(user.tenantId, provider, clock.now()),
        access: 'bookings',
        ...(active?.provider === provider && { accountKey: active.accountKey }),
      })
    },

    async finishAdminConsent({ provider, state, error }): Promise<AdminConsentOutcome> {
      const tenantId = adminStates.verify(state, provider, clock.now())
      if (tenantId === undefined) return 'unusable_state'
      const outcome = error === undefined ? 'approved' : 'refused'
      log.info(`admin_consent_${outcome}`, { tenantId, provider })
      await parts.audit.append({
        tenantId,
        actor: 'administrator',
        action: `admin_consent_${outcome}`,
        detail: { provider },
      })
      return outcome
    },
  }

  /** A form named a connection that is not this tenant's, or not any more. */
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

/**
 * The state of an administrator's link: she has no session here, so it is not bound to one. It proves that we made the
 * link for this tenant, within a week; it opens nothing.
 */
function createAdminStates(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'administrator consent state', 32))
  const sign = (body: string): string => createHmac('sha256', key).update(body).digest('base64url')

  return {
    issue(tenantId: string, provider: CalendarProviderType, now: Date): string {
      const body = [tenantId, provider, now.getTime() + ADMIN_LINK_MS, randomBytes(16).toString('base64url')].join('.')
      return `${body}.${sign(body)}`
    },

    verify(state: string, provider: CalendarProviderType, now: Date): string | undefined {
      const at = state.lastIndexOf('.')
      const body = state.slice(0, Math.max(at, 0))
      const [expected, given] = [sign(body), state.slice(at + 1)].map((text) => Buffer.from(text))
      if (expected === undefined || given === undefined || expected.length !== given.length) return undefined
      const [tenantId, forProvider, expiresAt] = body.split('.')
      const genuine = timingSafeEqual(expected, given) && forProvider === provider && Number(expiresAt) > now.getTime()
      return genuine ? tenantId : undefined
    },
  }
}
