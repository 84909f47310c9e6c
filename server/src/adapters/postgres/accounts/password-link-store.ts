import type { PasswordLinkStore } from '../../../ports/password-link-store.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { isUuid } from '../ids.ts'
import { recordAudit } from './audit-log.ts'
import { ENABLED, endAccess, toUser, WITH_LOCALE } from './user-store.ts'

export const createPasswordLinkStore = (database: Database): PasswordLinkStore =>
  guarded<PasswordLinkStore>({
    async put({ userId, tokenHash, expiresAt }, actor) {
      if (!isUuid(userId)) return false
      return database.$transaction(async (tx) => {
        const user = await tx.user.findUnique({ where: { id: userId }, select: { tenantId: true } })
        if (user === null) return false
        const data = { tokenHash, expiresAt }
        await tx.passwordLink.upsert({ where: { userId }, create: { userId, ...data }, update: data })
        await recordAudit(tx, { tenantId: user.tenantId, actor, action: 'password_link_made', subjectId: userId })
        return true
      })
    },

    userOf: (tokenHash, now) => userOf(database, tokenHash, now),

    use: (tokenHash, passwordHash, now, requestId) =>
      database.$transaction(async (tx) => {
        const user = await userOf(tx, tokenHash, now)
        if (user === undefined) return undefined
        // Of two that use it at the same time one deletes the row.
        const { count } = await tx.passwordLink.deleteMany({ where: { tokenHash } })
        if (count === 0) return undefined
        await tx.user.update({ where: { id: user.id }, data: { passwordHash } })
        await endAccess(tx, user.id)
        const { id, tenantId } = user
        await recordAudit(tx, { tenantId, actor: `user:${id}`, action: 'password_set_by_link', requestId })
        return { ...user, passwordHash }
      }),
  })

async function userOf(database: Transaction, tokenHash: string, now: Date) {
  const user = await database.user.findFirst({
    include: WITH_LOCALE,
    where: { ...ENABLED, passwordLink: { tokenHash, expiresAt: { gt: now } } },
  })
  return user === null ? undefined : toUser(user)
}
