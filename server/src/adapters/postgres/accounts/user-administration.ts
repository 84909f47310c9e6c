import type { AdministeredUser, UserAdministration } from '../../../ports/user-administration.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded, isUniqueViolation } from '../database-errors.ts'
import type { Prisma } from '../generated/client.ts'
import { isStorable, isUuid } from '../ids.ts'
import { recordAudit } from './audit-log.ts'
import { endAccess } from './user-store.ts'

const PARTS = { tenant: { select: { slug: true } } } as const

type Row = Prisma.UserGetPayload<{ include: typeof PARTS }>

interface Change {
  readonly userId: string
  readonly actor: string
  readonly action: string
}

export const createUserAdministration = (database: Database): UserAdministration =>
  guarded<UserAdministration>({
    async list(tenantId, afterEmail, limit) {
      const rows = await database.user.findMany({
        where: { ...(tenantId && { tenantId }), ...(afterEmail !== undefined && { email: { gt: afterEmail } }) },
        orderBy: { email: 'asc' },
        take: limit,
        include: PARTS,
      })
      return rows.map(toAdministered)
    },

    async byEmail(email) {
      const where = { email: email.toLowerCase() }
      const row = isStorable(email) ? await database.user.findUnique({ where, include: PARTS }) : null
      return row === null ? undefined : toAdministered(row)
    },

    async add({ tenantId, email, passwordHash, owner }, actor) {
      try {
        return await database.$transaction(async (tx) => {
          const row = await tx.user.create({
            data: { tenantId, email: email.toLowerCase(), passwordHash, role: owner ? 'OWNER' : 'MEMBER' },
            include: PARTS,
          })
          await recordAudit(tx, { tenantId, actor, action: 'user_added', subjectId: row.id })
          return toAdministered(row)
        })
      } catch (error) {
        if (isUniqueViolation(error)) return undefined
        throw error
      }
    },

    async changeRole(userId, owner, actor) {
      return changing(database, { userId, actor, action: 'user_role_changed' }, async (transaction, user) => {
        if ((user.role === 'OWNER') === owner) return 'unchanged'
        const others = { tenantId: user.tenantId, role: 'OWNER' as const, disabledAt: null, id: { not: userId } }
        if (!owner && (await transaction.user.count({ where: others })) === 0) return 'only_owner'
        await transaction.user.update({ where: { id: userId }, data: { role: owner ? 'OWNER' : 'MEMBER' } })
        return 'changed'
      })
    },

    disable: (userId, now, actor) =>
      changing(database, { userId, actor, action: 'user_disabled' }, async (transaction, user) => {
        if (user.disabledAt !== null) return 'unchanged'
        await transaction.user.update({ where: { id: userId }, data: { disabledAt: now } })
        await endAccess(transaction, userId)
        return 'changed'
      }),

    enable: (userId, actor) =>
      changing(database, { userId, actor, action: 'user_enabled' }, async (transaction, user) => {
        if (user.disabledAt === null) return 'unchanged'
        await transaction.user.update({ where: { id: userId }, data: { disabledAt: null } })
        return 'changed'
      }),
  })

/** The tenant's users are locked, so that of two owners who are demoted at the same time one stays. */
async function changing<Outcome extends string>(
  database: Database,
  { userId, actor, action }: Change,
  work: (transaction: Transaction, user: Omit<Row, 'tenant'>) => Promise<Outcome>,
): Promise<Outcome | 'unknown'> {
  if (!isUuid(userId)) return 'unknown'
  return database.$transaction(async (transaction) => {
    await transaction.$executeRaw`
      SELECT 1 FROM app_user WHERE tenant_id = (SELECT tenant_id FROM app_user WHERE id = ${userId}::uuid) ORDER BY id FOR UPDATE`
    const user = await transaction.user.findUnique({ where: { id: userId } })
    if (user === null) return 'unknown'
    const outcome = await work(transaction, user)
    if (outcome === 'changed')
      await recordAudit(transaction, { tenantId: user.tenantId, actor, action, subjectId: userId })
    return outcome
  })
}

const toAdministered = (row: Row): AdministeredUser => ({
  id: row.id,
  tenantId: row.tenantId,
  tenant: row.tenant.slug,
  email: row.email,
  owner: row.role === 'OWNER',
  disabledAt: row.disabledAt ?? undefined,
  createdAt: row.createdAt,
})
