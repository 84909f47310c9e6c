import { randomUUID } from 'node:crypto'
import type { EndedGrant, NewConnection } from '../../../ports/connection-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Transaction } from '../client.ts'
import type { CalendarAccess } from '../generated/enums.ts'
import { syncCalendars } from './connected-calendars.ts'
import { fromAccess } from './connection-rows.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'

interface Stored {
  readonly connectionId: string
  readonly outcome: 'connected' | 'reconnected' | 'pending'
}

interface Active {
  readonly id: string
  readonly tokenVersion: number
  readonly access: CalendarAccess
  readonly scopes: readonly string[]
}

/** ConnectionStore.store, in a transaction that has taken the calendar's lock. */
export async function storeGrant(
  transaction: Transaction,
  brought: NewConnection,
): Promise<Stored & { readonly overtaken: EndedGrant | undefined }> {
  const { tenantId, provider, grant, now } = brought
  const waiting = await transaction.calendarConnection.findFirst({ where: { tenantId, status: 'PENDING' } })
  await lockAccounts(transaction, [{ provider, accountKey: grant.accountKey }, ...(waiting === null ? [] : [waiting])])
  // The pending connection from before is overtaken; its tokens are removed with its row.
  await transaction.calendarConnection.deleteMany({ where: { tenantId, status: 'PENDING' } })
  const stored = await storeLive(transaction, brought)
  return { ...stored, overtaken: waiting === null ? undefined : await endedGrant(transaction, waiting, now) }
}

async function storeLive(transaction: Transaction, brought: NewConnection): Promise<Stored> {
  const { tenantId, provider, grant } = brought
  // The row is locked, because a refresh commits without the calendar's lock: two writes could get one version.
  await transaction.$executeRaw`
    SELECT 1 FROM calendar_connection WHERE tenant_id = ${tenantId}::uuid AND status = 'ACTIVE' FOR UPDATE`
  const active = await transaction.calendarConnection.findFirst({
    where: { tenantId, status: 'ACTIVE' },
    select: { id: true, provider: true, accountKey: true, tokenVersion: true, access: true, scopes: true },
  })
  if (active === null) {
    const connectionId = await create(transaction, brought, 'ACTIVE')
    await nameProvider(transaction, brought)
    return { connectionId, outcome: 'connected' }
  }
  if (active.provider === provider && active.accountKey === grant.accountKey) {
    await renew(transaction, brought, active)
    // Signing in again to the connected account also mends a column that names another provider.
    await nameProvider(transaction, brought)
    return { connectionId: active.id, outcome: 'reconnected' }
  }
  return { connectionId: await create(transaction, brought, 'PENDING'), outcome: 'pending' }
}

/** The tenant's column names the provider of its active connection: both are written in one transaction. */
const nameProvider = (transaction: Transaction, { tenantId, provider }: NewConnection) =>
  transaction.tenant.update({ where: { id: tenantId }, data: { calendarProvider: provider }, select: { id: true } })

async function create(
  transaction: Transaction,
  { tenantId, userId, provider, grant, now, ...listed }: NewConnection,
  status: 'ACTIVE' | 'PENDING',
): Promise<string> {
  const id = randomUUID()
  await transaction.calendarConnection.create({
    data: {
      id,
      tenantId,
      provider,
      status,
      accountKey: grant.accountKey,
      tokenVersion: 1,
      createdBy: userId,
      createdAt: now,
      ...grantColumns(grant, now),
    },
    select: { id: true },
  })
  await syncCalendars(transaction, { id, tenantId, provider }, listed, now)
  const action = status === 'ACTIVE' ? 'calendar_connected' : 'calendar_pending'
  await recordAudit(transaction, {
    tenantId,
    actor: `user:${userId}`,
    action,
    subjectId: id,
    detail: { provider, access: grant.access },
  })
  return id
}

async function renew(
  transaction: Transaction,
  { tenantId, userId, provider, grant, now, ...listed }: NewConnection,
  active: Active,
): Promise<void> {
  await transaction.calendarConnection.update({
    where: { id: active.id, tenantId, provider },
    data: {
      tokenVersion: active.tokenVersion + 1,
      leaseOwner: null,
      leaseUntil: null,
      failureReason: null,
      failingSince: null,
      ...grantColumns(grant, now),
    },
    select: { id: true },
  })
  await syncCalendars(transaction, { id: active.id, tenantId, provider }, listed, now)
  const changed = active.access !== fromAccess(grant.access) || !sameSet(active.scopes, grant.scopes)
  await recordAudit(transaction, {
    tenantId,
    actor: `user:${userId}`,
    action: changed ? 'calendar_access_changed' : 'calendar_reconnected',
    subjectId: active.id,
    detail: { provider, access: grant.access },
  })
}

const grantColumns = (grant: NewConnection['grant'], now: Date) => ({
  access: fromAccess(grant.access),
  accountAddress: grant.accountAddress ?? null,
  scopes: [...grant.scopes],
  tokenCache: grant.tokenCache,
  accessExpiresAt: grant.accessExpiresAt ?? null,
  refreshedAt: now,
})

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((item) => b.includes(item))
