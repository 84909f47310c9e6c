import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from '../../dev/embedded-postgres.ts'
import { migrate } from '../../dev/migrate.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { createKeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import { systemClock } from '../../src/ports/clock.ts'
import type { TokenVault } from '../../src/ports/token-vault.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'
import type { Therapist } from './therapists.ts'

/** The vault of the application, on a PostgreSQL of its own, with the therapists' tokens in sealed rows. */
export async function withSealedVault<T>(
  therapists: readonly Therapist[],
  work: (vault: TokenVault, stored: readonly Therapist[]) => Promise<T>,
): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-bench-'))
  const postgres = await startEmbeddedPostgres({ folder, fast: true })
  try {
    await postgres.createDatabase('bench')
    await migrate(postgres.url('bench'))
    const { database, pool, close } = openDatabase(
      postgres.url('bench'),
      createKeyRing([{ kid: 'bench', key: randomBytes(32) }]),
    )
    try {
      const stored: Therapist[] = []
      for (const { connection, tokens } of therapists) {
        const { tenantId } = await createPractice(database)
        const id = await createConnection(database, tenantId, tokens.tokenCache)
        stored.push({ connection: { ...connection, id, tenantId }, tokens })
      }
      return await work(createTokenVault({ database, pool }, systemClock), stored)
    } finally {
      await close()
    }
  } finally {
    await postgres.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
