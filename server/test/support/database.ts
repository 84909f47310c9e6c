import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, inject } from 'vitest'
import { type Database, openDatabase } from '../../src/adapters/postgres/client.ts'
import { createKeyRing, type EncryptionKey, type KeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'

export interface TestDatabase {
  readonly url: string
  readonly database: Database
  readonly pool: pg.Pool
  readonly ring: KeyRing
  readonly keys: readonly EncryptionKey[]
  drop(): Promise<void>
}

export const testKey = (kid: string): EncryptionKey => ({ kid, key: randomBytes(32) })

/** A fresh copy of the migrated database, with keys of its own. */
export async function openTestDatabase(keys: readonly EncryptionKey[] = [testKey('k1')]): Promise<TestDatabase> {
  const { url, drop } = await createTestDatabase(inject('templateDatabase'))
  const ring = createKeyRing(keys)
  const { database, pool, close } = openDatabase(url, ring)
  return {
    url,
    database,
    pool,
    ring,
    keys,
    drop: async () => {
      await close()
      await drop()
    },
  }
}

/** The same for a whole test file, after which it is dropped. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const test = await openTestDatabase()
  afterAll(() => test.drop())
  return test
}

/** An empty database, or a copy of `template`. */
export async function createTestDatabase(template?: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const admin = inject('postgresUrl')
  const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`
  await run(admin, `CREATE DATABASE ${name}${from}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.toString(), drop: () => drop(admin, name) }
}

const DROP_ATTEMPTS = 20
const NOT_OURS_TO_END = '42501'

/** An autovacuum that happens to be at work there may not be ended by us: it leaves by itself in a moment. */
async function drop(admin: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    } catch (error) {
      const busy = error instanceof pg.DatabaseError && error.code === NOT_OURS_TO_END
      if (!busy || attempt === DROP_ATTEMPTS) throw error
      await setTimeout(100)
    }
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
