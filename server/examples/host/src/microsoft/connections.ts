import type {
  CalendarBinding,
  CalendarFailure,
  CalendarListing,
  ConnectionContext,
  Grant,
  KeyRing,
} from 'booking-calendar-adapter'
import type { Database } from '../database.js'
import type { CalendarConnection } from '../generated/client.js'
import { identityOf } from './token-store.js'

const PROVIDER = 'MICROSOFT'
const SILENT = { lastReadAt: null, failure: null, failingSince: null }

/** The connection as the adapter wants it. */
export const contextOf = (row: CalendarConnection, timeZone: string): ConnectionContext => ({
  id: row.id,
  tenantId: row.tenantId,
  accountKey: row.accountKey,
  access: row.access === 'bookings' ? 'bookings' : 'availability',
  timeZone,
  calendarIds: row.calendarIds,
  policy: { tentativeBlocks: true, workingElsewhereBlocks: false },
})

export const evidenceOf = ({ lastReadAt, failure, failingSince }: CalendarConnection) => ({
  lastReadAt: lastReadAt ?? undefined,
  failure: (failure ?? undefined) as CalendarFailure | undefined,
  failingSince: failingSince ?? undefined,
})

export function createConnections(database: Database, ring: KeyRing) {
  const columns = (
    row: { id: string; tenantId: string },
    version: number,
    grant: Grant,
    listed: readonly CalendarListing[],
  ) => {
    return {
      accountKey: grant.accountKey,
      accountAddress: grant.accountAddress ?? null,
      access: grant.access,
      scopes: [...grant.scopes],
      // Those of others and the provider's own (holidays, birthdays) are hers to tick.
      calendarIds: listed.filter(({ kind }) => kind === undefined).map(({ id }) => id),
      knownCalendarIds: listed.map(({ id }) => id),
      tokenCache: ring.encrypt(identityOf({ ...row, provider: PROVIDER }, version), grant.tokenCache),
      tokenVersion: version,
      accessExpiresAt: grant.accessExpiresAt ?? null,
      refreshedAt: new Date(),
      ...SILENT,
    }
  }

  return {
    of: (tenantId: string) =>
      database.calendarConnection.findUnique({ where: { tenantId }, include: { tenant: true } }),

    async add(tenantId: string, id: string, grant: Grant, listed: readonly CalendarListing[]): Promise<void> {
      const row = { id, tenantId }
      await database.$transaction([
        database.calendarConnection.create({ data: { ...row, provider: PROVIDER, ...columns(row, 1, grant, listed) } }),
        database.tenant.update({ where: { id: tenantId }, data: { calendarProvider: PROVIDER } }),
      ])
    },

    /** The same account again: the next version, and whoever refreshed meanwhile has lost. False where the row has moved on. */
    async renew(row: CalendarConnection, grant: Grant, listed: readonly CalendarListing[]): Promise<boolean> {
      const version = row.tokenVersion + 1
      const { count } = await database.calendarConnection.updateMany({
        where: { id: row.id, tokenVersion: row.tokenVersion },
        data: { ...columns(row, version, grant, listed), leaseOwner: null, leaseUntil: null },
      })
      // Events that waited for it are due.
      const waiting = { tenantId: row.tenantId, eventDueAt: { not: null } }
      await database.booking.updateMany({ where: waiting, data: { eventDueAt: new Date() } })
      return count === 1
    },

    /** A grant that nothing here uses is not left behind at its provider. Where another tenant uses the account, it would end too. */
    async endGrant(binding: CalendarBinding, { accountKey, tokenCache }: Pick<Grant, 'accountKey' | 'tokenCache'>) {
      if ((await database.calendarConnection.count({ where: { provider: PROVIDER, accountKey } })) > 0) return
      await binding.connector.revoke(tokenCache, AbortSignal.timeout(3_000)).catch(() => undefined)
    },

    async remove({ id, tenantId }: CalendarConnection): Promise<void> {
      await database.$transaction([
        database.calendarConnection.delete({ where: { id } }),
        database.tenant.update({ where: { id: tenantId }, data: { calendarProvider: 'MOCK' } }),
      ])
    },
  }
}

export type Connections = ReturnType<typeof createConnections>
