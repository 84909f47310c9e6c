import type { AuthorizationRequestStore } from '../../../ports/authorization-request-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { fromAccess, toAccess } from './connection-rows.ts'

const UNUSED_PER_SESSION = 5

export const createAuthorizationRequestStore = (database: Database): AuthorizationRequestStore =>
  guarded<AuthorizationRequestStore>({
    async start(request) {
      await database.$transaction(async (transaction) => {
        await transaction.oAuthAttempt.create({
          data: {
            id: request.id,
            tenantId: request.tenantId,
            userId: request.userId,
            sessionHash: request.sessionHash,
            provider: request.provider,
            stateHash: request.stateHash,
            nonce: request.nonce,
            codeVerifier: request.codeVerifier,
            access: fromAccess(request.access),
            createdAt: request.now,
            expiresAt: request.expiresAt,
          },
          select: { id: true },
        })
        const oldest = await transaction.oAuthAttempt.findMany({
          where: { sessionHash: request.sessionHash, consumedAt: null },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          skip: UNUSED_PER_SESSION,
          select: { id: true },
        })
        await transaction.oAuthAttempt.deleteMany({ where: { id: { in: oldest.map(({ id }) => id) } } })
      })
    },

    async consume({ stateHash, sessionHash, userId, tenantId, provider, now }) {
      // One UPDATE … RETURNING, so that of callbacks that arrive together one finds the row unused.
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
      }
    },
  })
