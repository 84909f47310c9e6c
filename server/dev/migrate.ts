import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'

export interface MigrateOptions {
  /** Prisma's migrations; `prisma/migrations` of the working directory when absent. */
  readonly folder?: string
  /** Name of the last migration to apply; all when absent. */
  readonly upTo?: string
}

interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

// The number Prisma itself locks with, so that its `migrate deploy` and this wait for each other.
const PRISMA_LOCK = 72_707_369

// As Prisma's schema engine creates it (sql_schema_connector, postgres flavour).
const HISTORY = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

/**
 * Brings a database up to date: Prisma's migrations, recorded as `prisma migrate deploy` records them, and the job queue's.
 * Does nothing where nothing is missing. Production uses Prisma's own command; this serves machines without its engine.
 */
export async function migrate(url: string, options: MigrateOptions = {}): Promise<readonly string[]> {
  const migrations = readMigrations(options)
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [PRISMA_LOCK])
    await client.query(HISTORY)
    const applied = await history(client)
    const missing = migrations.filter((migration) => isMissing(migration, applied))
    for (const migration of missing) await apply(client, migration)
    await runMigrations({ connectionString: url, logger: new Logger(() => () => {}) })
    return missing.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

function readMigrations({ folder = 'prisma/migrations', upTo }: MigrateOptions): Migration[] {
  const names = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  if (upTo !== undefined && !names.includes(upTo)) throw new Error(`There is no migration ${upTo}`)
  return names
    .filter((name) => upTo === undefined || name <= upTo)
    .map((name) => {
      const sql = fs.readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

interface HistoryRow {
  readonly checksum: string
  readonly finished: boolean
}

async function history(client: pg.Client): Promise<Map<string, HistoryRow>> {
  const { rows } = await client.query<HistoryRow & { name: string }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  return new Map(rows.map(({ name, ...row }) => [name, row]))
}

function isMissing({ name, checksum }: Migration, applied: ReadonlyMap<string, HistoryRow>): boolean {
  const row = applied.get(name)
  if (row && !row.finished) throw new Error(`Migration ${name} failed earlier: mend it with "prisma migrate resolve"`)
  if (row && row.checksum !== checksum) throw new Error(`Migration ${name} was changed after it was applied`)
  return row === undefined
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    // One simple query of many statements runs as one transaction.
    await client.query(sql)
  } catch (error) {
    const logs = error instanceof Error ? error.message : String(error)
    await client.query('UPDATE _prisma_migrations SET logs = $2 WHERE id = $1', [id, logs])
    throw new Error(`Migration ${name} failed`, { cause: error })
  }
  await client.query('UPDATE _prisma_migrations SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id])
}
