import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { ConnectionStore, EndedGrant } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'

const REVOCATION_DEADLINE_MS = 3_000

/**
 * Asks the provider to revoke a grant whose connection has ended, and shreds its tokens whatever the answer: the provider may
 * be away. Nothing happens yet while events are to be removed with it. The provider is not asked where another connection uses
 * a grant of the same account, which would end too.
 */
export type RevokeGrant = (ended: GrantToRevoke | undefined) => Promise<Revoked>

/** `asked`: the provider was, where it can be. `unanswered`: it could not be. `shared`, `kept`: it was not asked. */
export type Revoked = 'asked' | 'unanswered' | 'shared' | 'kept'

/** Of a connection that has ended, or one that came to nothing before it was stored. */
export type GrantToRevoke = Pick<EndedGrant, 'provider' | 'tokenCache' | 'shared'> & Partial<EndedGrant>

export interface RevokeParts {
  readonly connections: Pick<ConnectionStore, 'shred'>
  readonly providers: CalendarRegistry
  readonly log: Log
}

export const createRevokeGrant = ({ connections, providers, log }: RevokeParts): RevokeGrant => {
  const revoke = async ({ provider, tokenCache }: GrantToRevoke): Promise<Revoked> => {
    if (tokenCache === undefined) return 'unanswered'
    try {
      await providers[provider]?.connector.revoke(tokenCache, AbortSignal.timeout(REVOCATION_DEADLINE_MS))
      return 'asked'
    } catch {
      log.warn('calendar_revocation_failed', { provider })
      return 'unanswered'
    }
  }

  return async (ended) => {
    if (ended === undefined || ended.needed) return 'kept'
    if (ended.shared) {
      log.info('calendar_grant_shared', { provider: ended.provider })
      return 'shared'
    }
    const revoked = await revoke(ended)
    if (ended.connectionId !== undefined) await connections.shred(ended.connectionId)
    return revoked
  }
}
