import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * Runs a command with DATABASE_URL at a fresh database that is gone afterwards:
 *   tsx server/dev/with-database.ts [--migrated] command argument…
 */
const [first, ...rest] = process.argv.slice(2)
const migrated = first === '--migrated'
const [command, ...args] = migrated ? rest : [first, ...rest]
if (command === undefined) throw new Error('with-database: which command?')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-database-'))
fs.chmodSync(folder, 0o755)
const postgres = await startEmbeddedPostgres({ folder, fast: true })
try {
  await postgres.createDatabase('booking')
  const url = postgres.url('booking')
  if (migrated) await migrate(url)
  const child = spawn(
    command,
    args.filter((arg) => arg !== undefined),
    { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } },
  )
  const [code] = await once(child, 'exit')
  process.exitCode = typeof code === 'number' ? code : 1
} finally {
  await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true })
}
