import type { User, UserStore } from '../../../ports/user-store.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import type { User as Row } from '../generated/client.ts'
import { isStorable, isUuid } from '../ids.ts'
import { recordAudit } from './audit-log.ts'
import { type LocaleColumns, toLocale } from './locale-columns.ts'

export const ENABLED = { disabledAt: null, tenant: { suspendedAt: null } } as const
export const WITH_LOCALE = { tenant: { select: { language: true, clock: true } } } as const

export const createUserStore = (database: Database): UserStore =>
  guarded<UserStore>({
    async byEmail(email) {
      const where = { email: email.toLowerCase(), ...ENABLED }
      const row = isStorable(email) ? await database.user.findUnique({ where, include: WITH_LOCALE }) : null
      return row === null ? undefined : toUser(row)
    },

    async byId(id) {
      const row = isUuid(id)
        ? await database.user.findUnique({ where: { id, ...ENABLED }, include: WITH_LOCALE })
        : null
      return row === null ? undefined : toUser(row)
    },

    changePassword: (user, passwordHash, requestId) =>
      database.$transaction(async (transaction) => {
        const where = { id: user.id, passwordHash: user.passwordHash }
        const { count } = await transaction.user.updateMany({ where, data: { passwordHash } })
        if (count === 0) return false
        await endAccess(transaction, user.id)
        await record(transaction, user, 'password_changed', requestId)
        return true
      }),

    signOutEverywhere: (user, requestId) =>
      database.$transaction(async (transaction) => {
        await endWebSessions(transaction, user.id)
        await record(transaction, user, 'signed_out_everywhere', requestId)
      }),
  })

/** Ends whatever else could sign the user in: her web sessions, and a link to set a password. */
export async function endAccess(transaction: Transaction, userId: string): Promise<void> {
  await endWebSessions(transaction, userId)
  await transaction.passwordLink.deleteMany({ where: { userId } })
}

/** A request that is under way brings none of them back: the web session store makes a row at a sign-in only. */
const endWebSessions = (transaction: Transaction, id: string): Promise<number> =>
  transaction.$executeRaw`DELETE FROM session WHERE sess->>'userId' = ${id}`

const record = (transaction: Transaction, { id, tenantId }: User, action: string, requestId: string): Promise<void> =>
  recordAudit(transaction, { tenantId, actor: `user:${id}`, action, requestId })

export const toUser = (row: Row & { readonly tenant: LocaleColumns }): User => ({
  id: row.id,
  tenantId: row.tenantId,
  email: row.email,
  passwordHash: row.passwordHash,
  owner: row.role === 'OWNER',
  locale: toLocale(row.tenant),
})
