import { isSlug } from '../../../domain/slug.ts'
import type { AdministeredTenant, TenantAdministration, TenantChange } from '../../../ports/tenant-administration.ts'
import type { Database, Transaction } from '../client.ts'
import { CONNECTION_PARTS, toConnection } from '../connections/connection-rows.ts'
import { guarded, isUniqueViolation } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { isUuid } from '../ids.ts'
import { recordAudit } from './audit-log.ts'

const PARTS = {
  connections: {
    where: { status: { in: ['ACTIVE' as const, 'BLOCKING' as const] } },
    orderBy: [{ slot: { sort: 'asc' as const, nulls: 'first' as const } }],
    ...CONNECTION_PARTS,
  },
}

type Row = Prisma.TenantGetPayload<{ include: typeof PARTS }>

export const createTenantAdministration = (database: Database): TenantAdministration =>
  guarded<TenantAdministration>({
    async list(afterSlug, limit) {
      const rows = await database.tenant.findMany({
        where: afterSlug === undefined ? {} : { slug: { gt: afterSlug } },
        orderBy: { slug: 'asc' },
        take: limit,
        include: PARTS,
      })
      const waiting = await waitingEvents(
        database,
        rows.map(({ id }) => id),
      )
      return rows.map((row) => toAdministered(row, waiting.get(row.id) ?? 0))
    },

    async bySlug(slug) {
      const row = isSlug(slug) ? await database.tenant.findUnique({ where: { slug }, include: PARTS }) : null
      if (row === null) return undefined
      return toAdministered(row, (await waitingEvents(database, [row.id])).get(row.id) ?? 0)
    },

    async change(tenantId, change, now, actor) {
      if (!isUuid(tenantId)) return 'unknown'
      try {
        return await database.$transaction((tx) => changeTenant(tx, tenantId, change, { now, actor }))
      } catch (error) {
        if (isUniqueViolation(error)) return 'slug_taken'
        throw error
      }
    },
  })

async function changeTenant(
  transaction: Transaction,
  id: string,
  change: TenantChange,
  { now, actor }: { readonly now: Date; readonly actor: string },
): Promise<'changed' | 'unchanged' | 'unknown' | 'offboarding'> {
  await transaction.$executeRaw`SELECT 1 FROM tenant WHERE id = ${id}::uuid FOR UPDATE`
  const before = await transaction.tenant.findUnique({ where: { id } })
  if (before === null) return 'unknown'
  const { slug, name, timeZone, suspended, closed } = change
  if (before.offboardingAt !== null && (suspended === false || closed === false)) return 'offboarding'
  const actions = [
    ...(suspended !== undefined && suspended !== (before.suspendedAt !== null)
      ? [suspended ? 'tenant_suspended' : 'tenant_resumed']
      : []),
    ...(closed !== undefined && closed !== (before.closedAt !== null)
      ? [closed ? 'tenant_closed' : 'tenant_reopened']
      : []),
    ...((slug ?? before.slug) !== before.slug || (name ?? before.name) !== before.name ? ['tenant_renamed'] : []),
    ...((timeZone ?? before.timeZone) === before.timeZone ? [] : ['tenant_time_zone_changed']),
  ]
  if (actions.length === 0) return 'unchanged'
  await transaction.tenant.update({
    where: { id },
    data: {
      ...(slug !== undefined && { slug }),
      ...(name !== undefined && { name }),
      ...(timeZone !== undefined && { timeZone }),
      ...(suspended !== undefined && { suspendedAt: suspended ? (before.suspendedAt ?? now) : null }),
      ...(closed !== undefined && { closedAt: closed ? (before.closedAt ?? now) : null }),
    },
  })
  for (const action of actions) await recordAudit(transaction, { tenantId: id, actor, action, subjectId: id })
  return 'changed'
}

/** Of each of these tenants that has some. */
async function waitingEvents(database: Database, tenantIds: readonly string[]): Promise<Map<string, number>> {
  const tenantId = { in: [...tenantIds] }
  const [bookings, former] = await Promise.all([
    database.booking.groupBy({
      by: ['tenantId'],
      where: { tenantId, eventStatus: { in: ['PENDING', 'REMOVING'] } },
      _count: { _all: true },
    }),
    database.formerEvent.groupBy({
      by: ['tenantId'],
      where: { tenantId, status: 'REMOVING' },
      _count: { _all: true },
    }),
  ])
  const counts = new Map<string, number>()
  for (const { tenantId: id, _count } of [...bookings, ...former]) counts.set(id, (counts.get(id) ?? 0) + _count._all)
  return counts
}

const toAdministered = (row: Row, waiting: number): AdministeredTenant => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  timeZone: row.timeZone,
  createdAt: row.createdAt,
  suspendedAt: row.suspendedAt ?? undefined,
  closedAt: row.closedAt ?? undefined,
  offboardingAt: row.offboardingAt ?? undefined,
  accounts: row.connections.map((account) => {
    const { id, provider, access, evidence } = toConnection(account)
    return { id, provider, access, receives: account.slot === null, evidence }
  }),
  waitingEvents: waiting,
})
