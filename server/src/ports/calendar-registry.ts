import type { CalendarBinding } from './calendar-binding.ts'
import type { ConnectionContext } from './calendar-connector.ts'
import { CalendarError } from './calendar-failure.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { Connection } from './connection.ts'
import type { Tenant } from './tenant-store.ts'

/**
 * The binding of each provider; undefined where this installation has no registration with it. The composition root makes
 * the record once: with `CALENDAR_ADAPTERS=mock` from the mock calendar for every provider, with `real` from its own adapter.
 */
export type CalendarRegistry = Readonly<Record<CalendarProviderType, CalendarBinding | undefined>>

/**
 * The tenant's column names another provider than that of the connection that receives, so it is unknown which calendar counts. The
 * program writes both in one transaction: one of them was written alone, by hand or by another program.
 */
export class ProviderMismatch extends CalendarError {
  constructor() {
    super('misconfigured', 'the tenant and its connection name different providers', { code: 'provider_mismatch' })
  }
}

/** The binding of a provider that the caller names: one to connect with, or the one that issued the tokens in question. */
export function bindingOf(providers: CalendarRegistry, provider: CalendarProviderType): CalendarBinding {
  const binding = providers[provider]
  if (binding === undefined)
    throw new CalendarError('misconfigured', 'no registration with this provider', { code: 'not_registered' })
  return binding
}

/**
 * The one place that picks the adapter of a tenant, by `tenant.calendarProvider`
 * (server/docs/decisions/011-the-tenant-picks-the-adapter.md). A further account is opened by the adapter of its own provider.
 *
 * @param connection - one of the tenant's, if it has any: the one that receives must be of the same provider.
 * @throws ProviderMismatch where it is not; a CalendarError `misconfigured` where the registry has no binding of the provider.
 */
export function bindingFor(
  providers: CalendarRegistry,
  tenant: Pick<Tenant, 'calendarProvider'>,
  connection?: Pick<Connection, 'provider' | 'role'>,
): CalendarBinding {
  if (connection?.role === 'blocks') return bindingOf(providers, connection.provider)
  if (connection !== undefined && connection.provider !== tenant.calendarProvider) throw new ProviderMismatch()
  return bindingOf(providers, tenant.calendarProvider)
}

/** The connection context, from the stored connection and its tenant. */
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
  ...(connection.writing.writesTo !== undefined && { writesTo: connection.writing.writesTo }),
  policy: tenant.policy,
})
