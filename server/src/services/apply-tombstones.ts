import type { BookingStore } from '../ports/booking-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { Tombstone, TombstoneStore } from '../ports/tombstones.ts'
import type { OffboardTenant } from './offboard-tenant.ts'

export interface AppliedTombstones {
  /** Connections that were ended, or whose tokens were shredded. */
  readonly connections: number
  readonly bookings: number
  /** That were removed as a whole. */
  readonly tenants: number
  /** What is so already, or not there at all: it was made after the backup. */
  readonly unchanged: number
}

/** Gives up, erases and removes again what a restore has brought back. Safe to repeat. Actor as in `AuditEvent`. */
export type ApplyTombstones = (tombstones: readonly Tombstone[], actor: string) => Promise<AppliedTombstones>

export function createApplyTombstones(parts: {
  readonly tombstones: Pick<TombstoneStore, 'eraseAgain'>
  readonly connections: Pick<ConnectionStore, 'disconnect' | 'shred'>
  readonly bookings: Pick<BookingStore, 'cancel'>
  readonly offboardTenant: Pick<OffboardTenant, 'again'>
  readonly clock: Clock
}): ApplyTombstones {
  const { tombstones, connections, bookings, clock } = parts

  /** Nothing is asked of the provider: the grant was revoked when the account was given up, or another account shares it. */
  const endAgain = async ({ tenantId, subjectId }: Tombstone, actor: string): Promise<boolean> => {
    const ended = await connections.disconnect(tenantId, subjectId, clock.now(), actor, 'leave')
    await connections.shred(subjectId)
    return ended !== undefined
  }

  /** A session that is to come again was cancelled before its client was erased. */
  const eraseAgain = async (tombstone: Tombstone, actor: string): Promise<boolean> => {
    await bookings.cancel(tombstone.tenantId, tombstone.subjectId, clock.now(), actor)
    return tombstones.eraseAgain(tombstone, actor)
  }

  const again = {
    connection: endAgain,
    booking: eraseAgain,
    tenant: ({ tenantId }: Tombstone, actor: string) => parts.offboardTenant.again(tenantId, actor),
  }
  const counted = { connection: 'connections', booking: 'bookings', tenant: 'tenants' } as const

  return async (given, actor) => {
    const applied = { connections: 0, bookings: 0, tenants: 0, unchanged: 0 }
    for (const tombstone of given) {
      const { kind } = tombstone
      applied[(await again[kind](tombstone, actor)) ? counted[kind] : 'unchanged'] += 1
    }
    return applied
  }
}
