import { randomUUID } from 'node:crypto'
import { isSameMailbox, type Mailbox } from '../../../ports/connection.ts'
import type { EndedGrant, NewConnection } from '../../../ports/connection-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import { standingEvents } from '../bookings/booking-queries.ts'
import type { Transaction } from '../client.ts'
import type { CalendarAccess, ConnectionStatus } from '../generated/enums.ts'
import { syncCalendars } from './connected-calendars.ts'
import { fromAccess } from './connection-rows.ts'
import { confirmPending, endRow } from './end-connection.ts'
import { endedGrant, lockAccounts } from './ended-grant.ts'
import { countOwed } from './kept-grants.ts'
import { keepKind } from './writing-settings.ts'

interface Stored {
  readonly connectionId: string
  readonly outcome: 'connected' | 'reconnected' | 'pending'
}

/** What is known of a stored connection whose tokens are written anew. */
export const GRANTED = {
  id: true,
  provider: true,
  accountKey: true,
  tokenVersion: true,
  access: true,
  status: true,
} as const

interface Granted {
  readonly id: string
  readonly tokenVersion: number
  readonly access: CalendarAccess
  readonly status: ConnectionStatus
}

/** ConnectionStore.store, in a transaction that has taken the calendar's lock. */
export async function storeGrant(
  transaction: Transaction,
  brought: NewConnection,
): Promise<Stored & { readonly ended: readonly EndedGrant[] }> {
  const { tenantId, provider, grant, now } = brought
  const waiting = await transaction.calendarConnection.findFirst({ where: { tenantId, status: 'PENDING' } })
  await lockAccounts(transaction, [{ provider, accountKey: grant.accountKey }, ...(waiting === null ? [] : [waiting])])
  // The pending connection from before is overtaken.
  if (waiting !== null) await endRow(transaction, waiting.id, now)
  const stored = await storeLive(transaction, brought)
  const overtaken = waiting === null ? [] : [await endedGrant(transaction, waiting, now)]
  return { ...stored, ended: [...overtaken, ...stored.ended] }
}

async function storeLive(
  transaction: Transaction,
  brought: NewConnection,
): Promise<Stored & { readonly ended: readonly EndedGrant[] }> {
  const { tenantId, provider, grant } = brought
  // The row is locked, because a refresh commits without the calendar's lock: two writes could get one version.
  await transaction.$executeRaw`
    SELECT 1 FROM calendar_connection WHERE tenant_id = ${tenantId}::uuid AND status IN ('ACTIVE', 'BLOCKING') FOR UPDATE`
  const active = await transaction.calendarConnection.findFirst({
    where: { tenantId, status: 'ACTIVE' },
    select: GRANTED,
  })
  if (active === null) {
    const connectionId =
      (await promote(transaction, brought)) ?? (await create(transaction, brought, { status: 'ACTIVE' }))
    await nameProvider(transaction, brought)
    return { connectionId, outcome: 'connected', ended: [] }
  }
  if (isSameMailbox(active, { provider, accountKey: grant.accountKey })) {
    const isNarrower = active.access === 'BOOKINGS' && grant.access === 'availability'
    if (isNarrower && (await standsOrIsOwed(transaction, brought))) return narrow(transaction, brought)
    await renew(transaction, brought, active)
    // Signing in again to the connected account also mends a column that names another provider.
    await nameProvider(transaction, brought)
    return { connectionId: active.id, outcome: 'reconnected', ended: [] }
  }
  const connectionId = await create(transaction, brought, { status: 'PENDING' })
  return { connectionId, outcome: 'pending', ended: [] }
}

/** A further account that is connected as the one that receives is a further one no longer. Undefined: it is none. */
async function promote(transaction: Transaction, brought: NewConnection): Promise<string | undefined> {
  const { tenantId } = brought
  const further = await transaction.calendarConnection.findFirst({
    where: { tenantId, status: 'BLOCKING', ...mailboxOf(brought) },
    select: GRANTED,
  })
  if (further === null) return undefined
  await renew(transaction, brought, further, { status: 'ACTIVE', slot: null })
  return further.id
}

export const mailboxOf = ({ provider, grant: { accountKey } }: NewConnection): Mailbox => ({ provider, accountKey })

/** Whether events are in the account, or still to be removed from it, that the narrower grant could not remove. */
const standsOrIsOwed = async (transaction: Transaction, brought: NewConnection): Promise<boolean> =>
  (await countOwed(transaction, brought.tenantId, mailboxOf(brought))) > 0 || (await stands(transaction, brought))

const stands = async (transaction: Transaction, brought: NewConnection): Promise<boolean> =>
  (await standingEvents(transaction, brought.tenantId, mailboxOf(brought), brought.now)).sessions > 0

/** The therapist decides of events of sessions to come; removals that are owed need the grant from before in any case. */
async function narrow(transaction: Transaction, brought: NewConnection) {
  const { tenantId, now, userId } = brought
  const connectionId = await create(transaction, brought, { status: 'PENDING' })
  if (await stands(transaction, brought)) return { connectionId, outcome: 'pending' as const, ended: [] }
  const actor = actorOf(userId)
  const confirmed = await confirmPending(transaction, { tenantId, connectionId, now, actor, events: 'leave' })
  const ended = confirmed?.replaced === undefined ? [] : [confirmed.replaced]
  return { connectionId, outcome: 'reconnected' as const, ended }
}

/** The tenant's column names the provider of its active connection: both are written in one transaction. */
export const nameProvider = (transaction: Transaction, { tenantId, provider }: NewConnection) =>
  transaction.tenant.update({ where: { id: tenantId }, data: { calendarProvider: provider }, select: { id: true } })

/** `slot`: of a further account. */
interface Place {
  readonly status: 'ACTIVE' | 'PENDING' | 'BLOCKING'
  readonly slot?: number | null
}

const CREATED = { ACTIVE: 'calendar_connected', PENDING: 'calendar_pending', BLOCKING: 'calendar_connected' } as const

export async function create(
  transaction: Transaction,
  { tenantId, userId, provider, grant, now, ...listed }: NewConnection,
  place: Place,
): Promise<string> {
  const id = randomUUID()
  await transaction.calendarConnection.create({
    data: {
      id,
      tenantId,
      provider,
      ...place,
      accountKey: grant.accountKey,
      tokenVersion: 1,
      createdBy: userId ?? null,
      createdAt: now,
      ...grantColumns(grant, now),
    },
    select: { id: true },
  })
  await keepKind(transaction, { id, tenantId }, grant.accountKind)
  await syncCalendars(transaction, { id, tenantId, provider }, listed, now)
  await recordAudit(transaction, {
    tenantId,
    actor: actorOf(userId),
    action: CREATED[place.status],
    subjectId: id,
    detail: { provider, access: grant.access, ...roleOf(place.status) },
  })
  return id
}

const actorOf = (userId: string | undefined): string => (userId === undefined ? 'operator' : `user:${userId}`)

const roleOf = (status: ConnectionStatus) => (status === 'BLOCKING' ? { role: 'blocks' } : {})

/** Writes the tokens of a stored connection anew, which stays what it is unless `place` says otherwise. */
export async function renew(
  transaction: Transaction,
  { tenantId, userId, provider, grant, now, ...listed }: NewConnection,
  before: Granted,
  place: Partial<Place> = {},
): Promise<void> {
  await transaction.calendarConnection.update({
    where: { id: before.id, tenantId, provider },
    data: {
      ...place,
      tokenVersion: before.tokenVersion + 1,
      leaseOwner: null,
      leaseUntil: null,
      failureReason: null,
      failingSince: null,
      ...grantColumns(grant, now),
    },
    select: { id: true },
  })
  await keepKind(transaction, { id: before.id, tenantId }, grant.accountKind)
  await syncCalendars(transaction, { id: before.id, tenantId, provider }, listed, now)
  const status = place.status ?? before.status
  // Not by the scopes: those of the row are what its last refresh asked for, which may have been for reading alone.
  const renewed = before.access === fromAccess(grant.access) ? 'calendar_reconnected' : 'calendar_access_changed'
  await recordAudit(transaction, {
    tenantId,
    actor: actorOf(userId),
    action: place.status === undefined ? renewed : CREATED[place.status],
    subjectId: before.id,
    detail: { provider, access: grant.access, ...roleOf(status) },
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
