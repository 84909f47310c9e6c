import type { CalendarBinding, ConnectionContext } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'
import type { Connection } from './connection-store.ts'
import type { Tenant } from './stores.ts'

/** Who answers for each provider; undefined where this installation has no registration with it. */
export type CalendarProviders = Readonly<Record<CalendarProviderType, CalendarBinding | undefined>>

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
