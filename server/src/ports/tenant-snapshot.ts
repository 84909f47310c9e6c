import { contains, type Interval } from '../domain/interval.ts'
import type { Connection } from './connection.ts'
import type { Count, Try } from './rate-limits.ts'
import type { Service, Tenant, WorkingRange } from './tenant-store.ts'

/** Everything that the free times of a tenant are made of but its calendars, as one statement found it. */
export interface TenantSnapshot {
  readonly tenant: Tenant
  /** Active ones, the oldest first. */
  readonly services: readonly Service[]
  /** By day and time. */
  readonly workingHours: readonly WorkingRange[]
  /** As `ConnectionStore.connected` gives them. */
  readonly connections: readonly Connection[]
  /** What confirmed bookings block in `window`, buffers included. */
  readonly blocked: readonly Interval[]
  readonly window: Interval
}

export interface CountedSnapshot {
  readonly count: Count
  readonly snapshot: TenantSnapshot | undefined
}

export interface TenantSnapshots {
  /** Undefined for unknown and suspended tenants alike. */
  bySlug(slug: string, window: Interval): Promise<TenantSnapshot | undefined>
  /** As `bySlug`, and counts a try, by one statement. Whether a snapshot was read where the try is refused is left open. */
  countedBySlug(tried: Try, slug: string, window: Interval): Promise<CountedSnapshot>
  /** Of suspended tenants, too. */
  byId(tenantId: string, window: Interval): Promise<TenantSnapshot | undefined>
}

/** What is blocked in a window; undefined where the snapshot does not reach so far. */
export const blockedIn = ({ blocked, window }: TenantSnapshot, asked: Interval): readonly Interval[] | undefined =>
  contains(window, asked) ? blocked : undefined

/** The account that sessions are written to. Undefined where none is connected, and where the one that is may only be read. */
export const receiving = ({ connections }: Pick<TenantSnapshot, 'connections'>): Connection | undefined =>
  connections.find(({ role, access }) => role === 'receives' && access === 'bookings')
