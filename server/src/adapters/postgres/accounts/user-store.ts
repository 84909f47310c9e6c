import type { User, UserStore } from '../../../ports/user-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import type { User as Row } from '../generated/client.ts'
import { isStorable, isUuid } from '../ids.ts'

const ENABLED = { disabledAt: null, tenant: { suspendedAt: null } } as const

export const createUserStore = (database: Database): UserStore =>
  guarded<UserStore>({
    async byEmail(email) {
      const where = { email: email.toLowerCase(), ...ENABLED }
      const row = isStorable(email) ? await database.user.findUnique({ where }) : null
      return row === null ? undefined : toUser(row)
    },

    async byId(id) {
      const row = isUuid(id) ? await database.user.findUnique({ where: { id, ...ENABLED } }) : null
      return row === null ? undefined : toUser(row)
    },
  })

const toUser = (row: Row): User => ({
  id: row.id,
  tenantId: row.tenantId,
  email: row.email,
  passwordHash: row.passwordHash,
  owner: row.role === 'OWNER',
})
