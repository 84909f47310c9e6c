import type pg from 'pg'
import { createTenantSnapshots } from '../../src/adapters/postgres/accounts/tenant-snapshots.ts'
import type { KeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import { createRateLimits } from '../../src/adapters/postgres/rate-limits.ts'
import { limitRules } from '../../src/http/rate-limit.ts'
import type { TenantSnapshots } from '../../src/ports/tenant-snapshot.ts'

/** Snapshots of a test's database, and the limits that a page counts. */
export const openSnapshots = ({ pool, ring }: { readonly pool: pg.Pool; readonly ring: KeyRing }): TenantSnapshots =>
  createTenantSnapshots({
    pool,
    ring,
    rateLimits: createRateLimits(pool, limitRules({ byAddress: 10, byTenant: 60 })),
  })
