import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbeddedPostgres } from '../../dev/embedded-postgres.ts'
import { migrate } from '../../dev/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the database `postgres`, as a role that may create databases. */
    postgresUrl: string
    /** Of a migrated database to copy. */
    templateDatabase: string
  }
}

/** One PostgreSQL a run, with a migrated database that each test file copies. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-test-'))
  const postgres = await startEmbeddedPostgres({ folder, fast: true })
  await postgres.createDatabase('template_app')
  await migrate(postgres.url('template_app'))
  project.provide('postgresUrl', postgres.url('postgres'))
  project.provide('templateDatabase', 'template_app')
  return async () => {
    await postgres.stop()
    fs.rmSync(folder, { recursive: true, force: true })
  }
}
