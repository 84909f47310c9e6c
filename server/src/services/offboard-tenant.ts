import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Log } from '../ports/log.ts'
import type { Offboarding, OffboardingStart, OffboardingStore, OffboardingWord } from '../ports/tenant-offboarding.ts'
import { createRevokeGrant, type Revoked } from './revoke-grant.ts'

const PAGE = 200
/** A request that was under way as the tenant was closed may still add a booking or a grant: then all is removed once more. */
const ROUNDS = 3

/** What became of the grant of one account. */
export interface EndedAccount {
  readonly provider: CalendarProviderType
  readonly grant: Exclude<Revoked, 'kept'>
}

export type Offboarded =
  | Exclude<OffboardingStart, { kind: 'begun' }>
  | {
      /** `unfinished`: something has come meanwhile; to be repeated. */
      readonly kind: 'offboarded' | 'unfinished'
      /** As it was before. */
      readonly offboarding: Offboarding
      readonly ended: readonly EndedAccount[]
    }

export interface OffboardTenant {
  /** Removes everything of a closed tenant, in short transactions: safe to stop and to repeat. Actor as in `AuditEvent`. */
  offboard(tenantId: string, word: OffboardingWord, actor: string): Promise<Offboarded>
  /** Removes it again after a restore, without asking a provider once more. False where it is not there. */
  again(tenantId: string, actor: string): Promise<boolean>
}

export function createOffboardTenant(parts: {
  readonly offboarding: OffboardingStore
  readonly connections: Pick<ConnectionStore, 'disconnect' | 'shred'>
  readonly providers: CalendarRegistry
  readonly clock: Clock
  readonly log: Log
}): OffboardTenant {
  const { offboarding: store, connections, clock } = parts
  const revoke = createRevokeGrant(parts)

  /** Nothing is waited for any more: a grant that is kept for removals is given up as well. */
  async function endAccount(tenantId: string, id: string, actor: string, asks: boolean): Promise<EndedAccount[]> {
    const ended: EndedAccount[] = []
    for (let kept = true; kept; ) {
      const grant = await connections.disconnect(tenantId, id, clock.now(), actor, 'leave')
      kept = grant?.needed ?? false
      const revoked = asks ? await revoke(grant) : 'kept'
      if (grant !== undefined && revoked !== 'kept') ended.push({ provider: grant.provider, grant: revoked })
    }
    await connections.shred(id)
    return ended
  }

  async function removeAll(tenantId: string, actor: string, asks: boolean) {
    const ended: EndedAccount[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const id of await store.connectionIds(tenantId)) ended.push(...(await endAccount(tenantId, id, actor, asks)))
      while ((await store.deleteBookings(tenantId, PAGE)) > 0);
      if (await store.finish(tenantId, actor)) return { done: true, ended }
    }
    return { done: false, ended }
  }

  return {
    async offboard(tenantId, word, actor): Promise<Offboarded> {
      const start = await store.begin(tenantId, word, clock.now(), actor)
      if (start.kind !== 'begun') return start
      const { done, ended } = await removeAll(tenantId, actor, true)
      return { kind: done ? 'offboarded' : 'unfinished', offboarding: start.offboarding, ended }
    },

    async again(tenantId, actor) {
      if (!(await store.beginAgain(tenantId, clock.now(), actor))) return false
      return (await removeAll(tenantId, actor, false)).done
    },
  }
}
