import type pg from 'pg'
import { z } from 'zod'
import type { Readiness } from '../../ports/readiness.ts'
import type { Database } from './client.ts'
import { codeOf } from './database-errors.ts'
import type { KeyRing } from './encryption/key-ring.ts'
import { readsEveryKey } from './encryption/key-rotation.ts'

/** The last migration that this release needs. What a newer release adds does it no harm. */
export const LAST_MIGRATION = '20261127070000_index_connections_by_token_key'

/** The oldest jobs by the primary key, as many as the metrics read. */
const OLDEST_JOB = `(SELECT coalesce(greatest(0, extract(epoch FROM now() - min(run_at))), 0)::int
  FROM (SELECT * FROM graphile_worker._private_jobs ORDER BY id LIMIT 10000) job
  WHERE locked_at IS NULL AND attempts < max_attempts)`

/** Off where a database answers and takes no writes, as after a failover to a standby. Every page writes, to count. */
const WRITABLE = `current_setting('transaction_read_only') = 'off'`
const DENIED = '42501'

const Found = z.tuple([z.object({ database: z.boolean(), oldestJobSeconds: z.number() })])

/** The database lacks a migration of this release, or one that failed half-way. */
export class NotMigrated extends Error {
  override readonly name = 'NotMigrated'
  readonly code = 'NOT_MIGRATED'
}

/** @throws NotMigrated; and 42P01 where nothing was ever migrated. */
export async function checkMigrations(database: Database): Promise<void> {
  if (!(await isMigrated(database))) throw new NotMigrated('The database is not migrated')
}

/** A role that was given our tables by name may not read Prisma's: then what is there is taken as it is. */
async function isMigrated(database: Database): Promise<boolean> {
  try {
    const found = await database.$queryRaw`
      SELECT 1 FROM _prisma_migrations
      WHERE migration_name = ${LAST_MIGRATION} AND finished_at IS NOT NULL AND rolled_back_at IS NULL`
    return z.array(z.unknown()).parse(found).length > 0
  } catch (error) {
    if (codeOf(error) === DENIED) return true
    throw error
  }
}

/** Rejects when the database does not answer. */
export async function readReadiness(parts: {
  readonly database: Database
  readonly pool: pg.Pool
  readonly ring: KeyRing
}): Promise<Readiness> {
  const { database, pool, ring } = parts
  const [migrations, keys] = await Promise.all([isMigrated(database), readsEveryKey(database, ring)])
  const { rows } = await pool.query(`SELECT ${WRITABLE} AS database, ${OLDEST_JOB} AS "oldestJobSeconds"`)
  return { migrations, keys, ...Found.parse(rows)[0] }
}
