import { createHash, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../dev/embedded-postgres.ts'
import { migrate } from '../../dev/migrate.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the database `postgres`, as a role that may create databases. */
    postgresUrl: string
    /** Of a migrated database to copy. */
    templateDatabase: string
    /** For `server/src` compiled; made by who needs it first. */
    compiledFolder: string
  }
}

/**
 * One PostgreSQL a run, with a migrated database that each test file copies. `TEST_POSTGRES_FOLDER` names a folder that
 * outlives the run: its server is used when one is there, and its migrated database as long as the migrations are the same.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kept = process.env.TEST_POSTGRES_FOLDER
  const folder = kept ?? makeTemporaryFolder('booking-test-')
  const postgres = await startEmbeddedPostgres({ folder, fast: true })
  const template = `template_${digestOfMigrations()}`
  await makeTemplate(postgres, template)
  project.provide('postgresUrl', postgres.url('postgres'))
  project.provide('templateDatabase', template)
  const compiledFolder = path.resolve('.data', `test-compiled-${randomUUID()}`)
  project.provide('compiledFolder', compiledFolder)
  return async () => {
    await postgres.stop()
    fs.rmSync(compiledFolder, { recursive: true, force: true })
    if (kept === undefined) fs.rmSync(folder, { recursive: true, force: true })
  }
}

/** Migrated under another name first: a database that somebody is connected to cannot be copied. */
async function makeTemplate(postgres: EmbeddedPostgres, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [template])
    if (rowCount !== 0) return
    const draft = `${template}_${process.pid}`
    await postgres.createDatabase(draft)
    await migrate(postgres.url(draft))
    await client.query(`ALTER DATABASE ${pg.escapeIdentifier(draft)} RENAME TO ${pg.escapeIdentifier(template)}`)
  } finally {
    await client.end()
  }
}

function digestOfMigrations(): string {
  const folder = path.resolve('prisma/migrations')
  const digest = createHash('sha256')
  for (const file of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted())
    if (file.endsWith('.sql')) digest.update(file).update(fs.readFileSync(path.join(folder, file)))
  return digest.digest('hex').slice(0, 16)
}
