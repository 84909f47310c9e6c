import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { freePort } from '../../dev/free-port.ts'
import { migrate } from '../../dev/migrate.ts'
import { postgresAccount } from '../../dev/postgres-binaries.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createKeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import type { TestDatabase } from '../support/database.ts'

/** Debian's; elsewhere the folder of `initdb`. */
const BINARIES = process.env.POSTGRES_BINARIES ?? '/usr/lib/postgresql/15/bin'
const PATIENCE_MS = 60_000

export const isInstalled = (): boolean => fs.existsSync(path.join(BINARIES, 'pg_basebackup'))

/** A server of PostgreSQL's own binaries, with its durability as they have it. */
export interface RealPostgres {
  readonly folder: string
  readonly port: number
  /** As its superuser, who needs no password on this machine. */
  url(database: string): string
  start(): Promise<void>
  /** SIGKILL to the server and each of its processes. */
  kill(): Promise<void>
  /** `pg_ctl stop -m fast`. */
  stop(): Promise<void>
  promote(): Promise<void>
  /** A streaming standby, not yet started. By the name the primary can wait for it; `through` is a port that leads here. */
  standby(name: string, through?: number): Promise<RealPostgres>
}

/** Not waited for by blocking: what it connects to may be a proxy of this process. */
async function tool(name: string, ...args: readonly string[]): Promise<void> {
  const child = spawn(path.join(BINARIES, name), args, {
    ...postgresAccount(),
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${name}: ${said}`)
}

function ownFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-postgres-'))
  const account = postgresAccount()
  if (account !== undefined) fs.chownSync(folder, account.uid, account.gid)
  return folder
}

const running = new Set<ChildProcess>()
const killGroup = ({ pid }: ChildProcess): void => {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL')
}
process.once('exit', () => {
  for (const child of running) killGroup(child)
})
process.once('SIGTERM', () => process.exit(1))

function server(folder: string, port: number): RealPostgres {
  const data = path.join(folder, 'data')
  let child: ChildProcess | undefined
  const url = (database: string): string => `postgresql://postgres@127.0.0.1:${port}/${database}`
  const gone = async (end: () => unknown): Promise<void> => {
    const ending = child
    if (ending === undefined) return
    const exited = ending.exitCode === null && ending.signalCode === null ? once(ending, 'exit') : undefined
    await end()
    await exited
    running.delete(ending)
    child = undefined
  }
  return {
    folder,
    port,
    url,
    async start() {
      const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=150']
      const log = fs.openSync(path.join(folder, 'log'), 'a')
      const started = spawn(
        path.join(BINARIES, 'postgres'),
        ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
        // A process group of its own, so that all of it can be killed at once.
        { ...postgresAccount(), cwd: folder, stdio: ['ignore', log, log], detached: true },
      )
      child = started
      running.add(started)
      await untilAnswered(url('postgres'), 'SELECT 1')
    },
    kill: () => gone(() => child !== undefined && killGroup(child)),
    stop: () => gone(() => tool('pg_ctl', 'stop', '-D', data, '-m', 'fast')),
    promote: () => tool('pg_ctl', 'promote', '-D', data),
    async standby(name, through = port) {
      const own = ownFolder()
      const source = `host=127.0.0.1 port=${through} user=postgres application_name=${name}`
      await tool('pg_basebackup', '-R', '-X', 'stream', '-c', 'fast', '-D', path.join(own, 'data'), '-d', source)
      return server(own, await freePort())
    },
  }
}

/** Not started yet. */
export async function createPostgres(): Promise<RealPostgres> {
  const folder = ownFolder()
  await tool(
    'initdb',
    '-D',
    path.join(folder, 'data'),
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  )
  return server(folder, await freePort())
}

export async function ask<Row extends pg.QueryResultRow>(
  url: string,
  statement: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(statement, [...values])).rows
  } finally {
    await client.end().catch(() => {})
  }
}

/** Until the statement gives a row. */
export async function untilAnswered(url: string, statement: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const rows = await ask(url, statement).catch(() => [])
    if (rows.length > 0) return
    if (Date.now() > end) throw new Error(`no answer in time: ${statement}`)
    await pause(50)
  }
}

/** A new database of the server, migrated, for a world; its processes may reach it at `url`, through something in between. */
export async function openMigrated(
  postgres: RealPostgres,
  name: string,
  url = postgres.url(name),
): Promise<TestDatabase> {
  await ask(postgres.url('postgres'), `CREATE DATABASE ${name}`)
  await migrate(postgres.url(name))
  const keys = [{ kid: 'long', key: randomBytes(32) }]
  const ring = createKeyRing(keys)
  const { close, ...opened } = openDatabase(url, ring)
  return { ...opened, url, ring, keys, drop: close }
}
