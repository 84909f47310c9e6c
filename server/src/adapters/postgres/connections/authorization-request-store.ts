import type { AuthorizationRequestStore } from '../../../ports/authorization-request-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { fromAccess, toAccess } from './connection-rows.ts'

const OPEN_PER_SESSION = 5

export const createAuthorizationRequestStore = (database: Database): AuthorizationRequestStore =>
  guarded<AuthorizationRequestStore>({
    async start(attempt) {
      await database.$transaction(async (transaction) => {
        await transaction.oAuthAttempt.create({
          data: {
            id: attempt.id,
            tenantId: attempt.tenantId,
            userId: attempt.userId,
            sessionHash: attempt.sessionHash,
            provider: attempt.provider,
            stateHash: attempt.stateHash,
            nonce: attempt.nonce,
            codeVerifier: attempt.codeVerifier,
            access: fromAccess(attempt.access),
            scopes: [...attempt.scopes],
            expectedAccount: attempt.expectedAccount ?? null,
            createdAt: attempt.now,
            expiresAt: attempt.expiresAt,
          },
          select: { id: true },
        })
        const open = await transaction.oAuthAttempt.findMany({
          where: { sessionHash: attempt.sessionHash, consumedAt: null },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          skip: OPEN_PER_SESSION,
          select: { id: true },
        })
        await transaction.oAuthAttempt.deleteMany({ where: { id: { in: open.map(({ id }) => id) } } })
      })
    },

    async consume({ stateHash, sessionHash, userId, tenantId, provider, now }) {
      // One UPDATE … RETURNING: of callbacks that arrive together, one finds the row unused.
      const [row] = await database.oAuthAttempt.updateManyAndReturn({
        where: { stateHash, sessionHash, userId, tenantId, provider, consumedAt: null, expiresAt: { gt: now } },
        data: { consumedAt: now },
      })
      if (row === undefined) return undefined
      return {
        id: row.id,
        tenantId: row.tenantId,
        userId: row.userId,
        provider: row.provider,
        nonce: row.nonce,
        codeVerifier: row.codeVerifier,
        access: toAccess(row.access),
        scopes: row.scopes,
        expectedAccount: row.expectedAccount ?? undefined,
      }
    },
  })
