import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { EndedGrant } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'

const REVOCATION_DEADLINE_MS = 3_000

/**
 * Asks the provider to revoke a grant whose connection has ended. Never fails: our tokens are shredded already, and the
 * provider may be away. It is not asked where another connection uses a grant of the same account, which would end too.
 */
export type RevokeGrant = (ended: EndedGrant | undefined) => Promise<void>

export const createRevokeGrant =
  ({ providers, log }: { readonly providers: CalendarRegistry; readonly log: Log }): RevokeGrant =>
  async (ended) => {
    if (ended?.tokenCache === undefined) return
    const { provider, tokenCache, shared } = ended
    if (shared) return log.info('calendar_grant_shared', { provider })
    try {
      await providers[provider]?.connector.revoke(tokenCache, AbortSignal.timeout(REVOCATION_DEADLINE_MS))
    } catch {
      log.warn('calendar_revocation_failed', { provider })
    }
  }
