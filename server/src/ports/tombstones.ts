export const TOMBSTONE_KINDS = ['connection', 'booking', 'tenant'] as const
export type TombstoneKind = (typeof TOMBSTONE_KINDS)[number]

/** That something was given up or erased, so that it can be again after a restore of an older backup. Ids alone. */
export interface Tombstone {
  /** `connection`: it has ended, and its tokens are shredded. `booking`: its client's data are erased. `tenant`: it is removed. */
  readonly kind: TombstoneKind
  readonly tenantId: string
  /** Of the connection, the booking or the tenant. */
  readonly subjectId: string
  readonly at: Date
}

/** Tombstones that the database has noted and that are not written out yet. */
export interface TombstoneStore {
  /** The oldest, at most `limit`, with what {@link forget} is to be given. */
  waiting(limit: number): Promise<readonly (Tombstone & { readonly id: string })[]>
  forget(ids: readonly string[]): Promise<void>
  /** Erases a booking again, whatever has become of it. False where it is erased, or unknown. Actor as in `AuditEvent`. */
  eraseAgain(tombstone: Tombstone, actor: string): Promise<boolean>
}

/** Where tombstones outlive the database. */
export interface TombstoneList {
  /** Resolves once they are on the disk; rejects where they may not be. */
  append(tombstones: readonly Tombstone[]): Promise<void>
}
