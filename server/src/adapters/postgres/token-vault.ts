import { randomUUID } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import type { ConnectionRef, TokenVault } from '../../ports/token-vault.ts'
import type { Database } from './client.ts'
import { guarded } from './errors.ts'

const live = ({ tenantId, connectionId }: ConnectionRef) => ({
  id: connectionId,
  tenantId,
  status: { in: ['ACTIVE' as const, 'PENDING' as const] },
})

/** `clock` dates refreshes only; leases run by the database's clock, which all processes share (F-71). */
export const createTokenVault = (database: Database, clock: Clock): TokenVault =>
  guarded<TokenVault>({
    async read(ref) {
      const row = await database.calendarConnection.findFirst({ where: live(ref) })
      if (row === null) return undefined
      const { tokenCache, tokenVersion: version, accessExpiresAt, scopes } = row
      return tokenCache === null
        ? undefined
        : { tokenCache, version, accessExpiresAt: accessExpiresAt ?? undefined, scopes }
    },

    async version(ref) {
      const row = await database.calendarConnection.findFirst({ where: live(ref), select: { tokenVersion: true } })
      return row?.tokenVersion
    },

    async lease({ tenantId, connectionId }, milliseconds) {
      const owner = randomUUID()
      const count = await database.$executeRaw`
        UPDATE calendar_connection
        SET lease_owner = ${owner}::uuid,
          lease_until = clock_timestamp() + make_interval(secs => ${milliseconds}::float8 / 1000)
        WHERE id = ${connectionId}::uuid AND tenant_id = ${tenantId}::uuid AND status IN ('ACTIVE', 'PENDING')
          AND (lease_until IS NULL OR lease_until < clock_timestamp())`
      return count === 1 ? owner : undefined
    },

    async commit(ref, lease, basedOn, { tokenCache, accessExpiresAt, scopes }) {
      const row = await database.calendarConnection.findFirst({ where: live(ref), select: { provider: true } })
      if (row === null) return undefined
      const version = basedOn + 1
      const { count } = await database.calendarConnection.updateMany({
        where: { ...live(ref), provider: row.provider, tokenVersion: basedOn, leaseOwner: lease },
        data: {
          tokenCache,
          tokenVersion: version,
          accessExpiresAt: accessExpiresAt ?? null,
          scopes: [...scopes],
          refreshedAt: clock.now(),
          leaseOwner: null,
          leaseUntil: null,
        },
      })
      return count === 1 ? version : undefined
    },

    async release({ tenantId, connectionId }, lease) {
      await database.calendarConnection.updateMany({
        where: { id: connectionId, tenantId, leaseOwner: lease },
        data: { leaseOwner: null, leaseUntil: null },
      })
    },
  })
