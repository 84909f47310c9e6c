import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import { createRevokeGrant, type RevokeParts } from './revoke-grant.ts'

/**
 * Revokes and shreds the grants of connections that have ended and need them no longer: the last event is removed, the longest
 * time is over, nobody confirmed the account in time, or the process that was to do it has ended. Of one tenant, or of all.
 */
export type ReleaseGrants = (tenantId?: string) => Promise<void>

export const createReleaseGrants = (
  parts: Omit<RevokeParts, 'connections'> & {
    readonly connections: Pick<ConnectionStore, 'releasable' | 'release' | 'shred'>
    readonly clock: Clock
  },
): ReleaseGrants => {
  const { connections, clock } = parts
  const revoke = createRevokeGrant(parts)
  return async (tenantId) => {
    const now = clock.now()
    for (const one of await connections.releasable(now, tenantId))
      await revoke(await connections.release(one.tenantId, one.id, now))
  }
}
