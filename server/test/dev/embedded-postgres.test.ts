import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedPostgres } from '../../dev/embedded-postgres.ts'
import { makeTemporaryFolder } from '../support/temporary-folder.ts'

let folder: string
beforeEach(() => {
  folder = makeTemporaryFolder('booking-embedded-')
})
// A killed server may still be writing its last files.
afterEach(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

describe('the embedded PostgreSQL', () => {
  it('keeps its data, is used by whoever comes second, and lets the app be no superuser', async () => {
    const first = await startEmbeddedPostgres({ folder, fast: true })
    await first.createDatabase('app')
    await first.createDatabase('app')
    await query(first.url('app'), 'CREATE EXTENSION btree_gist; CREATE TABLE kept AS SELECT 1 AS one')
    const second = await startEmbeddedPostgres({ folder, fast: true })
    expect([first.reused, second.reused]).toEqual([false, true])
    expect(second.url('app')).toBe(first.url('app'))
    await second.stop()
    expect(
      await query(first.url('app'), 'SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user'),
    ).toEqual([{ rolsuper: false, rolcreatedb: true }])
    await first.stop()
    await expect(query(first.url('app'), 'SELECT 1')).rejects.toThrow()
    const again = await startEmbeddedPostgres({ folder, fast: true })
    expect(again.reused).toBe(false)
    expect(await query(again.url('app'), 'SELECT one FROM kept')).toEqual([{ one: 1 }])
    await again.dropDatabase('app')
    await again.stop()
  })

  it('is started once by processes that start at once', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => startEmbeddedPostgres({ folder, fast: true })))
    expect(servers.filter(({ reused }) => !reused)).toHaveLength(1)
    await Promise.all(servers.map(({ stop }) => stop()))
  })

  it('shows its data and password to nobody else', async () => {
    const server = await startEmbeddedPostgres({ folder, fast: true })
    const mode = (file: string) => fs.statSync(path.join(folder, file)).mode & 0o777
    expect([mode('pg'), mode('password')]).toEqual([0o700, 0o600])
    expect(fs.readdirSync(folder).sort()).toEqual(['password', 'pg'])
    await server.stop()
  })

  it.skipIf(process.platform === 'win32')('dies with the process that started it, even by SIGKILL', async () => {
    const program = `import { startEmbeddedPostgres } from '${path.resolve('server/dev/embedded-postgres.ts')}'
      const server = await startEmbeddedPostgres({ folder: process.argv[1], fast: true })
      process.stdout.write(server.url('postgres'))`
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [url] = (await once(child.stdout, 'data')).map(String)
    if (url === undefined) throw new Error('It did not start')
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    const ended = new Promise((resolve) => client.once('end', resolve))
    child.kill('SIGKILL')
    await ended
  })
})
