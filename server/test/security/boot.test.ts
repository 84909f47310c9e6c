import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { LAST_MIGRATION } from '../../src/adapters/postgres/readiness.ts'
import { startApplication } from '../../src/application.ts'
import { parseConfig } from '../../src/config.ts'
import { openStores } from '../../src/di.ts'
import { silentLog } from '../../src/ports/log.ts'
import { notStarted } from '../../src/start-failure.ts'
import { type Child, runChild } from '../support/child-process.ts'
import { createTestDatabase, testKey } from '../support/database.ts'
import { keysText } from '../support/environment.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { BROKEN_VARIABLES } from './broken-variables.ts'
import { calendarRows, newAccount, outcomeOf } from './support.ts'

const world = await startWorld({ calendars: 'emulated' })
afterAll(() => world.close())

const start = (more: Record<string, string>): Child =>
  runChild('server/src/main.ts', [], { ...world.env, PORT: '0', ...more })

/** Asked to end while its database accepts the connection and says nothing. */
async function callOff(): Promise<{ child: Child; clear(): void }> {
  const mute = net.createServer()
  const reached = once(mute, 'connection')
  mute.listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const { port } = mute.address() as net.AddressInfo
  const child = start({ DATABASE_URL: `postgresql://app@127.0.0.1:${port}/app` })
  const [socket] = (await reached) as [net.Socket]
  child.process.kill('SIGTERM')
  const clear = () => {
    child.process.kill('SIGKILL')
    socket.destroy()
    mute.close()
  }
  return { child, clear }
}
// Begun with the file: it gives the database ten seconds.
const calledOff = callOff()
afterAll(async () => (await calledOff).clear())

const SHORT = `k1:${randomBytes(16).toString('base64')}`

it.each(BROKEN_VARIABLES)(
  'CL-01 OA-16 OA-29 TS-11 TS-13 %s=%s is refused by its name and not by its value',
  (name, value) => {
    let said = ''
    try {
      parseConfig({ ...world.env, [name]: value })
    } catch (error) {
      said = error instanceof Error ? `${error.name} ${error.message}` : ''
    }
    expect(said).toMatch(/^ConfigError /)
    expect(said).toContain(name)
    expect(said).not.toContain('CANARY')
    if (value.length > 8) expect(said).not.toContain(value)
  },
)

it('CL-01 TS-11 the process ends before it listens: code 1, the names, no values', async () => {
  const child = start({ TOKEN_ENCRYPTION_KEYS: SHORT, SESSION_SECRET: 'short-CANARY', APP_URL: '' })
  expect(await child.ended).toBe(1)
  for (const name of ['TOKEN_ENCRYPTION_KEYS', 'SESSION_SECRET', 'APP_URL']) expect(child.output()).toContain(name)
  for (const value of ['CANARY', SHORT, 'listening', '    at ']) expect(child.output()).not.toContain(value)
})

/** The one line of a process that ended before it listened. */
async function refusal(child: Child): Promise<Record<string, unknown>> {
  expect(await child.ended).toBe(1)
  expect(child.output()).not.toContain('listening')
  const lines = child.output().trim().split('\n')
  const said = lines
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter(({ event }) => event === 'not_started')
  expect(said).toHaveLength(1)
  return said[0] ?? {}
}

it('CL-01 a database that does not answer is said by a code, without its address', async () => {
  const child = start({ DATABASE_URL: 'postgresql://somebody:pw-CANARY@127.0.0.1:9/booking' })
  expect(await refusal(child)).toMatchObject({ level: 'error', reason: 'database_unreachable' })
  for (const value of ['CANARY', 'somebody', '127.0.0.1:9', '    at ']) expect(child.output()).not.toContain(value)
})

describe('a start that fails says why', () => {
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(world.database.url)
    change(url)
    return url.toString()
  }
  const why = (more: Record<string, string>): Promise<unknown> =>
    startApplication(parseConfig({ ...world.env, PORT: '0', ...more }), { log: silentLog }).then(
      () => 'started',
      notStarted,
    )

  it('the database is absent, refuses the login, or holds nothing of ours', async () => {
    const empty = await createTestDatabase()
    const absent = urlWith((url) => {
      url.pathname = '/absent'
    })
    const wrong = urlWith((url) => {
      url.password = 'wrong'
    })
    expect(await why({ DATABASE_URL: absent })).toMatchObject({ reason: 'database_absent' })
    expect(await why({ DATABASE_URL: wrong })).toMatchObject({ reason: 'database_login_refused' })
    expect(await why({ DATABASE_URL: empty.url })).toMatchObject({ reason: 'database_not_migrated' })
    await empty.drop()
  })

  it('the database lacks the last migration, or has a half of it', async () => {
    const older = await createTestDatabase(inject('templateDatabase'))
    const half = `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${LAST_MIGRATION}'`
    const none = `DELETE FROM _prisma_migrations WHERE migration_name = '${LAST_MIGRATION}'`
    const client = new pg.Client({ connectionString: older.url })
    await client.connect()
    for (const change of [half, none]) {
      expect((await client.query(change)).rowCount).toBe(1)
      expect(await why({ DATABASE_URL: older.url })).toEqual({ reason: 'database_not_migrated', code: 'NOT_MIGRATED' })
    }
    await client.end()
    await older.drop()
  })

  it('the port is taken: the worker that runs already is stopped', async () => {
    const other = net.createServer().listen(0)
    await once(other, 'listening')
    const { port } = other.address() as net.AddressInfo
    const { env, sessions } = watched()
    expect(await why({ PORT: String(port), ...env })).toEqual({ reason: 'port_taken', code: 'EADDRINUSE' })
    await until(async () => (await sessions()) === 0)
    other.close()
  })

  it('the role may use our tables and not make the job queue', async () => {
    const fresh = await createTestDatabase(inject('templateDatabase'))
    const owner = new pg.Client({ connectionString: fresh.url })
    await owner.connect()
    const { user } = owner
    await owner.query(`DROP SCHEMA graphile_worker CASCADE; REVOKE CREATE ON DATABASE "${owner.database}" FROM ${user}`)
    await owner.end()
    expect(await why({ DATABASE_URL: fresh.url })).toEqual({ reason: 'database_privilege_missing', code: '42501' })
    await fresh.drop()
  })

  it('a newer release has changed the job queue: the process never listens, so it is never ready', async () => {
    await world.database.pool.query('INSERT INTO graphile_worker.migrations (id, breaking) VALUES (99, true)')
    try {
      expect(await refusal(start({}))).toMatchObject({ reason: 'job_queue_too_new', code: 'QUEUE_TOO_NEW' })
    } finally {
      await world.database.pool.query('DELETE FROM graphile_worker.migrations WHERE id = 99')
    }
  })
})

/** A database URL whose sessions can be told from all others, and how many there are. */
function watched() {
  const name = `watched_${randomBytes(6).toString('hex')}`
  const count = 'SELECT 1 FROM pg_stat_activity WHERE application_name = $1'
  return {
    env: { DATABASE_URL: `${world.database.url}?application_name=${name}` },
    sessions: async () => (await world.database.pool.query(count, [name])).rows.length,
  }
}

describe('F-08 a process that is asked to end while it starts', () => {
  it('ends, without a complaint', async () => {
    const { child } = await calledOff
    expect(await child.ended).toBe(0)
    expect(child.output()).toBe('')
  })

  it('a process asked to end while it starts does not listen any more, and closes what it opened', async () => {
    const logs = new LogRecorder()
    const { env, sessions } = watched()
    const config = parseConfig({ ...world.env, PORT: '0', ...env })
    const reason = new Error('asked to end')
    await expect(startApplication(config, { log: logs }, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(logs.of('listening')).toEqual([])
    await until(async () => (await sessions()) === 0)
  })
})

it('TS-12 another key under a known name: refused, nothing rewritten, nobody has to reconnect', async () => {
  const therapist = await (await world.start()).signIn(await world.practice())
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
  const rows = await calendarRows(world)
  const wrong = keysText([testKey(world.database.keys[0]?.kid ?? '')])
  const child = start({ TOKEN_ENCRYPTION_KEYS: wrong })
  expect(await refusal(child)).toMatchObject({ reason: 'configuration', code: 'TOKEN_KEYS' })
  expect(child.output()).toContain('Key k1 of TOKEN_ENCRYPTION_KEYS is not the key this database was encrypted with')
  expect(child.output()).not.toContain(wrong.slice(3))
  expect(await calendarRows(world)).toBe(rows)
  await expect(openStores(parseConfig({ ...world.env, TOKEN_ENCRYPTION_KEYS: wrong }), silentLog)).rejects.toThrow(
    'Key k1',
  )
})

it('CL-14 TS-28 an uncaught fault is one line without its words, and ends the process; SIGUSR1 opens no inspector', async () => {
  const throwOnSignal = `data:text/javascript,process.on('SIGUSR2',()=>setTimeout(()=>{throw new Error('CANARY')}))`
  const child = await world.spawn({ NODE_OPTIONS: `--import ${JSON.stringify(throwOnSignal)}` })
  child.process.kill('SIGUSR1')
  expect((await fetch(`${child.origin}/healthz`)).status).toBe(200)
  child.process.kill('SIGUSR2')
  expect(await child.ended).toBe(1)
  expect(child.output()).toMatch(/^\{"level":"error",[^,]+,"error":"Error","at":"\S+:\d+","event":"uncaught"\}$/m)
  for (const words of ['CANARY', 'Debugger listening', '    at ']) expect(child.output()).not.toContain(words)
})

it('CL-14 a second fault, a rejection and what libraries write to the console are one line each, without their words', async () => {
  const faults = `data:text/javascript,process.on('SIGUSR2',()=>{
    for (const method of ['error','warn','log']) console[method](new Error('CANARY'));
    Promise.reject(Object.assign(new Error('CANARY'),{code:'23505',detail:'CANARY',name:'CANARY Failing row'}));
    setTimeout(()=>{throw new TypeError('CANARY')});
    setTimeout(()=>{throw null})})`.replaceAll(/\n\s*/g, '')
  const child = await world.spawn({ NODE_OPTIONS: `--import ${JSON.stringify(faults)}` })
  child.process.kill('SIGUSR2')
  expect(await child.ended).toBe(1)
  const said = child.output().split('\n')
  const lines = said.filter((line) => /"(uncaught|console)"/.test(line))
  const at = expect.stringMatching(/^\S+:\d+$/)
  const traces = [{ code: '23505', at }, { error: 'TypeError', at }, {}]
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    ...['error', 'warn', 'log'].map((method) => ({ level: 'warn', time, event: 'console', method })),
    ...traces.map((trace) => ({ level: 'error', time, event: 'uncaught', ...trace })),
  ])
  for (const words of ['CANARY', '    at ']) expect(child.output()).not.toContain(words)
})

it('CL-12 MSAL logs nothing personal and Prisma logs no queries', async () => {
  const { readFile } = await import('node:fs/promises')
  const [msal, client] = await Promise.all(
    ['microsoft-calendar/identity/msal-client.ts', 'postgres/client.ts'].map((name) =>
      readFile(`server/src/adapters/${name}`, 'utf8'),
    ),
  )
  expect(msal).toContain('piiLoggingEnabled: false')
  expect(client).not.toMatch(/log: \[/)
})
