import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../../../dev/embedded-postgres.ts'
import { migrate } from '../../../dev/migrate.ts'
import { openDatabase } from '../../../src/adapters/postgres/client.ts'
import { createKeyRing } from '../../../src/adapters/postgres/encryption/key-ring.ts'
import type { TestDatabase } from '../../support/database.ts'

/** A migrated database on a PostgreSQL of its own, which ends with it. */
export async function openBenchDatabase(): Promise<TestDatabase> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-bench-'))
  const postgres = await startEmbeddedPostgres({ folder, fast: true })
  await postgres.createDatabase('bench')
  const url = postgres.url('bench')
  await migrate(url)
  const keys = [{ kid: 'bench', key: randomBytes(32) }]
  const ring = createKeyRing(keys)
  const { close, ...opened } = openDatabase(url, ring)
  return {
    ...opened,
    url,
    ring,
    keys,
    drop: async () => {
      await close()
      await postgres.stop()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
