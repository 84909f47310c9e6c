import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../ports/clock.ts'
import type { ConnectionRef, TokenStatus, TokenVault } from '../../../ports/token-vault.ts'
import type { OpenDatabase } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { keptAt, LIVE } from './connection-rows.ts'

const live = ({ tenantId, connectionId }: ConnectionRef, now: Date) => ({
  id: connectionId,
  tenantId,
  OR: [{ status: { in: [...LIVE] } }, keptAt(now)],
})

// mailbox_hold is the table of pauses.
const STATUS = `
  SELECT c.token_version AS version,
    GREATEST(0, ceil(extract(epoch FROM h.held_until - clock_timestamp()) * 1000))::float8 AS "pausedForMs"
  FROM calendar_connection c
  LEFT JOIN mailbox_hold h ON h.provider = c.provider AND h.account_key = c.account_key
  LEFT JOIN kept_grant k ON k.connection_id = c.id
  WHERE c.id = $1::uuid AND c.tenant_id = $2::uuid
    AND (c.status IN ('ACTIVE', 'BLOCKING', 'PENDING') OR (k.kept_until > $3::timestamptz AND k.revocation_began_at IS NULL))`

/** `clock` dates refreshes and ends kept grants; leases and pauses end by the database's clock, which all processes share (F-71). */
export const createTokenVault = (
  { database, pool }: Pick<OpenDatabase, 'database' | 'pool'>,
  clock: Clock,
): TokenVault =>
  guarded<TokenVault>({
    async read(ref) {
      const row = await database.calendarConnection.findFirst({ where: live(ref, clock.now()) })
      if (row === null) return undefined
      const { tokenCache, tokenVersion: version, accessExpiresAt, scopes } = row
      return tokenCache === null
        ? undefined
        : { tokenCache, version, accessExpiresAt: accessExpiresAt ?? undefined, scopes }
    },

    // Without Prisma, which takes six times as long (docs/benchmarks.md): the status is read before each call to a provider.
    async status({ tenantId, connectionId }) {
      const { rows } = await pool.query<TokenStatus>(STATUS, [connectionId, tenantId, clock.now()])
      return rows[0]
    },

    async pause({ tenantId, connectionId }, milliseconds) {
      await database.$executeRaw`
        INSERT INTO mailbox_hold (provider, account_key, held_until)
        SELECT provider, account_key, clock_timestamp() + make_interval(secs => ${milliseconds}::float8 / 1000)
        FROM calendar_connection WHERE id = ${connectionId}::uuid AND tenant_id = ${tenantId}::uuid
        ON CONFLICT (provider, account_key)
        DO UPDATE SET held_until = GREATEST(mailbox_hold.held_until, excluded.held_until)`
    },

    async lease({ tenantId, connectionId }, milliseconds) {
      const owner = randomUUID()
      const count = await database.$executeRaw`
        UPDATE calendar_connection
        SET lease_owner = ${owner}::uuid,
          lease_until = clock_timestamp() + make_interval(secs => ${milliseconds}::float8 / 1000)
        WHERE id = ${connectionId}::uuid AND tenant_id = ${tenantId}::uuid
          AND (status IN ('ACTIVE', 'BLOCKING', 'PENDING') OR EXISTS (
            SELECT 1 FROM kept_grant k
            WHERE k.connection_id = calendar_connection.id AND k.kept_until > ${clock.now()}::timestamptz
              AND k.revocation_began_at IS NULL))
          AND (lease_until IS NULL OR lease_until < clock_timestamp())`
      return count === 1 ? owner : undefined
    },

    async commit(ref, lease, basedOn, { tokenCache, accessExpiresAt, scopes }) {
      const row = await database.calendarConnection.findFirst({
        where: live(ref, clock.now()),
        select: { provider: true },
      })
      if (row === null) return undefined
      const version = basedOn + 1
      const { count } = await database.calendarConnection.updateMany({
        where: { ...live(ref, clock.now()), provider: row.provider, tokenVersion: basedOn, leaseOwner: lease },
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
