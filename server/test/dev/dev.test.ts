import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runChild } from '../support/child-process.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

/** Sends SIGTERM to the process as soon as it listens for that signal. */
const STOPPED_AT_ONCE = `process.on('newListener', (name) => {
  if (name === 'SIGTERM') setImmediate(() => process.kill(process.pid, 'SIGTERM'))
})`

it.skipIf(process.platform === 'win32')(
  'npm run dev that is stopped while it starts ends with 0, and never listens',
  async () => {
    const env = { DATABASE_URL: test.url, PORT: '0', LOG_LEVEL: 'info' }
    const child = runChild('server/dev/dev.ts', [], env, ['--import', `data:text/javascript,${STOPPED_AT_ONCE}`])
    expect([await child.ended, child.output()]).toEqual([0, expect.not.stringContaining('listening')])
  },
  60_000,
)

it.skipIf(process.platform === 'win32')(
  'npm run dev serves with .env.example as it is, calendars in memory, and stops when asked',
  async () => {
    const example = parseEnv(readFileSync('.env.example', 'utf8')) as Record<string, string>
    // The port of a test, and its database instead of one that starts for seconds.
    const child = runChild('server/dev/dev.ts', [], { ...example, DATABASE_URL: test.url, PORT: '0' })
    await until(() => child.process.exitCode !== null || child.output().includes('(calendars: mock)'))
    // An operator's command knows the secrets that were chosen, from the file that is there while it runs.
    expect(existsSync('.data/dev/environment')).toBe(true)
    const command = runChild('server/src/cli/admin.ts', ['tenants', 'list', '--json'], {})
    expect([await command.ended, command.output()]).toEqual([0, '[]\n'])
    child.process.kill('SIGTERM')
    expect([await child.ended, child.output()]).toEqual([0, expect.stringContaining('"event":"listening"')])
    expect(existsSync('.data/dev/environment')).toBe(false)
  },
  60_000,
)
