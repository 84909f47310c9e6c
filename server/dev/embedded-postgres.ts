import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { executable } from './postgres-binaries.ts'
import { type Cluster, prepareCluster, urlOf } from './postgres-cluster.ts'

export interface EmbeddedPostgres {
  /** Connects as `app`, who may create databases but is no superuser, as with a hosting provider. */
  url(database: string): string
  /** Creates the database, if need be as a copy of `template`. One that exists is left as it is. */
  createDatabase(name: string, template?: string): Promise<void>
  dropDatabase(name: string): Promise<void>
  /** Whether another process runs the server; then `stop` leaves it running. */
  readonly reused: boolean
  stop(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** Belongs to the server alone; made when missing. */
  readonly folder: string
  /** Gives up durability for speed: for tests. */
  readonly fast?: boolean
}

const START_TIMEOUT_MS = 30_000
const RIVAL_TIMEOUT_MS = 5_000
const POLL_MS = 40

/** Starts a real PostgreSQL on a free port of 127.0.0.1, or uses the one that already serves the folder. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = await prepareCluster(options.folder, options.fast === true)
  const running = await reachable(cluster)
  if (running !== undefined) return embedded(cluster, running)

  const server = serve(cluster, await freePort(), options.fast === true)
  let deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    const port = await reachable(cluster)
    // Two processes may start at once: the one whose server lost the folder's lock uses the other's, once that answers.
    if (port !== undefined) return embedded(cluster, port, server.port === port ? server : undefined)
    if (server.exited()) deadline = Math.min(deadline, Date.now() + RIVAL_TIMEOUT_MS)
    else if (await answers(urlOf('postgres', cluster, server.port, 'postgres')))
      await createAppRole(cluster, server.port)
    await pause(POLL_MS)
  }
  await server.stop()
  throw new Error(`PostgreSQL in ${options.folder} did not start: ${server.tail()}`)
}

function embedded(cluster: Cluster, port: number, server?: Server): EmbeddedPostgres {
  const url = (database: string) => urlOf('app', cluster, port, database)
  return {
    url,
    reused: server === undefined,
    stop: async () => server?.stop(),
    createDatabase: (name, template) =>
      withClient(url('postgres'), async (client) => {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
        const from = template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(template)}`
        if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}${from}`)
      }),
    dropDatabase: (name) =>
      withClient(url('postgres'), async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
      }),
  }
}

interface Server {
  readonly port: number
  exited(): boolean
  /** The end of what it wrote, for error messages. */
  tail(): string
  stop(): Promise<void>
}

// A shell holds the pipe to this process: when it closes, even by SIGKILL, the server is shut down.
const WATCHDOG = 'exec 3<&0; "$0" "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill -INT $p) 2>/dev/null & wait $p'

function serve(cluster: Cluster, port: number, fast: boolean): Server {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=150', 'timezone=UTC']
  if (fast) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  const command = executable(cluster.native, 'postgres')
  const args = ['-D', cluster.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])]
  const windows = process.platform === 'win32'
  const options = {
    ...cluster.account,
    cwd: cluster.data,
    env: { ...process.env, LC_ALL: 'C' },
    // A process group of its own, so that Ctrl-C reaches the app first, which stops the server when it is done.
    detached: !windows,
    stdio: 'pipe' as const,
  }
  const child = windows ? spawn(command, args, options) : spawn('/bin/sh', ['-c', WATCHDOG, command, ...args], options)
  return watch(child, port, () => (windows ? child.kill() : child.stdin.end()))
}

function watch(child: ChildProcess, port: number, end: () => void): Server {
  let tail = ''
  let exited = false
  const gone = new Promise<void>((resolve) => {
    const leave = (error?: unknown) => {
      if (error instanceof Error) tail += error.message
      exited = true
      resolve()
    }
    child.once('exit', () => leave())
    child.once('error', leave)
  })
  const collect = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000)
  }
  child.stdout?.on('data', collect)
  child.stderr?.on('data', collect)
  child.stdin?.on('error', () => {})
  return {
    port,
    exited: () => exited,
    tail: () => tail.trim(),
    stop: async () => {
      if (!exited) end()
      await gone
    },
  }
}

/** The port of the server that serves the folder and lets us in; its port stands in the fourth line of its lock file. */
async function reachable(cluster: Cluster): Promise<number | undefined> {
  const lock = path.join(cluster.data, 'postmaster.pid')
  if (!fs.existsSync(lock)) return undefined
  const port = Number(fs.readFileSync(lock, 'utf8').split('\n')[3])
  return port > 0 && (await answers(urlOf('app', cluster, port, 'postgres'))) ? port : undefined
}

const createAppRole = (cluster: Cluster, port: number): Promise<void> =>
  withClient(urlOf('postgres', cluster, port, 'postgres'), async (client) => {
    const { rowCount } = await client.query(`SELECT 1 FROM pg_roles WHERE rolname = 'app'`)
    if (rowCount === 0)
      await client.query(`CREATE ROLE app LOGIN CREATEDB PASSWORD ${pg.escapeLiteral(cluster.password)}`)
  })

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, async () => {})
    return true
  } catch {
    return false
  }
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await work(client)
  } finally {
    await client.end()
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = net.createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('No free port on 127.0.0.1')),
      )
    })
  })
