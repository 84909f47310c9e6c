import { randomUUID } from 'node:crypto'
import type { ConnectionRef, KeyRing, TokenVault } from 'booking-calendar-adapter'
import { type Database, databaseNow } from '../database.js'

type Row = { readonly id: string; readonly tenantId: string; readonly provider: string }

/** Which stored value this is: sealed with it, a text opens in its own row and version only. */
export const identityOf = ({ id, tenantId, provider }: Row, version: number) =>
  ({ table: 'CalendarConnection', tenantId, rowId: id, provider, field: 'tokenCache', version }) as const

/** A connection is live while its row is there. Leases and pauses end by the database's clock. */
export function createTokenStore(database: Database, ring: KeyRing): TokenVault {
  const connections = database.calendarConnection
  const mine = ({ tenantId, connectionId }: ConnectionRef) => ({ id: connectionId, tenantId })
  const after = async (milliseconds: number) => {
    const now = await databaseNow(database)
    return { now, until: new Date(now.getTime() + milliseconds) }
  }

  return {
    async read(ref) {
      const row = await connections.findFirst({ where: mine(ref) })
      if (row === null) return undefined
      const { tokenVersion: version, accessExpiresAt, scopes } = row
      const tokenCache = ring.decrypt(identityOf(row, version), row.tokenCache)
      return { tokenCache, version, accessExpiresAt: accessExpiresAt ?? undefined, scopes }
    },

    async status(ref) {
      const select = { provider: true, accountKey: true, tokenVersion: true }
      const row = await connections.findFirst({ where: mine(ref), select })
      if (row === null) return undefined
      const { provider, accountKey, tokenVersion: version } = row
      const pause = await database.calendarPause.findUnique({
        where: { provider_accountKey: { provider, accountKey } },
      })
      if (pause === null) return { version, pausedForMs: 0 }
      return { version, pausedForMs: Math.max(0, pause.until.getTime() - (await databaseNow(database)).getTime()) }
    },

    // A table of its own: a pause is the account's, and outlives the connection. It never becomes shorter.
    async pause(ref, milliseconds) {
      const row = await connections.findFirst({ where: mine(ref), select: { provider: true, accountKey: true } })
      if (row === null) return
      const { until } = await after(milliseconds)
      await database.calendarPause.createMany({ data: { ...row, until }, skipDuplicates: true })
      await database.calendarPause.updateMany({ where: { ...row, until: { lt: until } }, data: { until } })
    },

    async lease(ref, milliseconds) {
      const { now, until } = await after(milliseconds)
      const leaseOwner = randomUUID()
      const { count } = await connections.updateMany({
        where: { ...mine(ref), OR: [{ leaseUntil: null }, { leaseUntil: { lt: now } }] },
        data: { leaseOwner, leaseUntil: until },
      })
      return count === 1 ? leaseOwner : undefined
    },

    // One statement decides: the version, the lease and the row are as they were when the refresh began.
    async commit(ref, lease, basedOn, { tokenCache, accessExpiresAt, scopes }) {
      const row = await connections.findFirst({
        where: mine(ref),
        select: { id: true, tenantId: true, provider: true },
      })
      if (row === null) return undefined
      const version = basedOn + 1
      const { count } = await connections.updateMany({
        where: { ...row, leaseOwner: lease, tokenVersion: basedOn },
        data: {
          tokenCache: ring.encrypt(identityOf(row, version), tokenCache),
          tokenVersion: version,
          accessExpiresAt: accessExpiresAt ?? null,
          scopes: [...scopes],
          refreshedAt: new Date(),
          leaseOwner: null,
          leaseUntil: null,
        },
      })
      return count === 1 ? version : undefined
    },

    async release(ref, lease) {
      const data = { leaseOwner: null, leaseUntil: null }
      await connections.updateMany({ where: { ...mine(ref), leaseOwner: lease }, data })
    },
  }
}
