import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { programOf } from '../../test/support/child-process.ts'

const admin = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [...programOf('server/src/cli/admin.ts'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  })

it('the command for operators tells its usage to whoever asks', () => {
  const { status, stdout, stderr } = admin(['--help'])
  expect([status, stdout.split('\n')[0], stderr]).toEqual([0, 'Usage:', ''])
  expect(stdout).toContain('Each takes --json and --help.')
})

it('a command that cannot reach the database ends with 1 and says on stderr what to do', () => {
  const values = ['--slug', 'ada', '--name', 'Ada', '--time-zone', 'Europe/Berlin', '--email', 'ada@practice.example']
  const { status, stdout, stderr } = admin(['create-tenant', ...values], {
    APP_URL: 'http://127.0.0.1:3999',
    // No process can listen at port 1 but root's.
    DATABASE_URL: 'postgresql://somebody:s3cret@127.0.0.1:1/booking',
    SESSION_SECRET: 'a secret of the tests, at least thirty-two characters long',
    TOKEN_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    CALENDAR_ADAPTERS: 'mock',
    ADMIN_PASSWORD: 'correct horse 9',
  })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toBe(
    'Not done: the database cannot be reached. See that PostgreSQL runs and that DATABASE_URL names it, then repeat this ' +
      'command: what is done already is not done twice (P1001).\n',
  )
})
