import type { CalendarBinding } from './calendar-binding.ts'
import type { ConnectionContext } from './calendar-connector.ts'
import { CalendarError } from './calendar-provider.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { Connection } from './connection-store.ts'
import type { Tenant } from './tenant-store.ts'

/**
 * Who answers for each provider; undefined where this installation has no registration with it. The composition root makes
 * it once: with `CALENDAR_ADAPTERS=mock` the mock calendar stands behind every provider, with `real` its own adapter.
 */
export type CalendarRegistry = Readonly<Record<CalendarProviderType, CalendarBinding | undefined>>

/**
 * The tenant's column names another provider than that of its active connection, so nobody can say which calendar is hers.
 * Connecting, replacing and reconnecting write both in one transaction: somebody else wrote one of them alone.
 */
export class ProviderMismatch extends CalendarError {
  constructor() {
    super('misconfigured', 'the tenant and its connection name different providers', { code: 'provider_mismatch' })
  }
}

/** The binding of a provider that the caller names: one to connect with, or the one that gave tokens it holds. */
export function bindingOf(providers: CalendarRegistry, provider: CalendarProviderType): CalendarBinding {
  const binding = providers[provider]
  if (binding === undefined)
    throw new CalendarError('misconfigured', 'no registration with this provider', { code: 'not_registered' })
  return binding
}

/**
 * The one place that picks the adapter of a tenant: by `tenant.calendarProvider`. Who stands behind that name, the mock
 * calendar among them, is the matter of {@link CalendarRegistry} (server/docs/decisions/011-the-tenant-picks-the-adapter.md).
 *
 * @param connection - the tenant's active connection, if it has one: it must be of the same provider.
 * @throws ProviderMismatch where it is not; a CalendarError `misconfigured` where nobody answers for the provider.
 */
export function bindingFor(
  providers: CalendarRegistry,
  tenant: Pick<Tenant, 'calendarProvider'>,
  connection?: Pick<Connection, 'provider'>,
): CalendarBinding {
  if (connection !== undefined && connection.provider !== tenant.calendarProvider) throw new ProviderMismatch()
  return bindingOf(providers, tenant.calendarProvider)
}

/** What an adapter needs to know of a connection, from what is stored of it and of its tenant. */
export const connectionContext = (
  connection: Connection,
  tenant: Pick<Tenant, 'timeZone' | 'policy'>,
): ConnectionContext => ({
  id: connection.id,
  tenantId: connection.tenantId,
  accountKey: connection.accountKey,
  access: connection.access,
  timeZone: tenant.timeZone,
  calendarIds: connection.calendars.filter(({ blocks }) => blocks).map(({ externalId }) => externalId),
  policy: tenant.policy,
})
