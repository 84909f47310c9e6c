import net from 'node:net'
import pg from 'pg'
import { type Log, silentLog } from '../../ports/log.ts'
import { encryptedColumns } from './encryption/encrypted-columns.ts'
import type { KeyRing } from './encryption/key-ring.ts'
import { PrismaClient } from './generated/client.ts'
import { PrismaAdapter } from './prisma-adapter.ts'

const extendedClient = (pool: pg.Pool, ring: KeyRing) =>
  // No `log` option: Prisma's query log would carry parameters.
  new PrismaClient({ adapter: new PrismaAdapter(pool), errorFormat: 'minimal' }).$extends(encryptedColumns(ring))

/** The client that encrypts and decrypts the encrypted columns. */
export type Database = ReturnType<typeof extendedClient>

/** The same inside a transaction. */
export type Transaction = Omit<Database, '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends'>

export interface OpenDatabase {
  readonly database: Database
  /** For what uses SQL without Prisma: snapshots of a tenant, web sessions, rate limits, the job queue, the token status. */
  readonly pool: pg.Pool
  readonly ring: KeyRing
  close(): Promise<void>
}

export interface DatabaseOptions {
  readonly log?: Log
  /** Of this process to the database, for pages and jobs together. */
  readonly maxConnections?: number
  /** The longest that a connection may owe an answer. */
  readonly silentMs?: number
}

const DEFAULT_CONNECTIONS = 16

/** A socket's path, a name without a dot as private networks of hosts have them, RFC 1918 and loopback. */
const NEAR = /^\/|^[^.]+$|\.(internal|local)$|^(10|127|192\.168|172\.(1[6-9]|2\d|3[01]))\.[\d.]+$/

/**
 * Whether the driver would send everything across the internet in clear, or to whoever presents any certificate: what the
 * URL comes to, with the variables PGHOST and PGSSLMODE.
 */
export function isExposed(url: string): boolean {
  const { host, ssl } = new pg.Client({ connectionString: url })
  return !NEAR.test(host) && (!ssl || /[?&]sslmode=no-verify\b/.test(url))
}

/** The database's own time, not that at which a transaction began. */
export const readClock = async (pool: Pick<pg.Pool, 'query'>): Promise<Date> => {
  const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
  const [row] = rows
  if (row === undefined) throw new Error('the database told no time')
  return row.now
}

/** For connecting, and for setting up a connection. */
const CONNECT_MS = 10_000

/**
 * Statements and not startup parameters: PgBouncer refuses a connection that begins with parameters which it does not know.
 * @prisma/adapter-pg 7.10 replaces the offset of every timestamptz by +00:00 (normalize_timestamptz), whatever it is.
 */
const SETTINGS = `SET statement_timeout = 10000; SET idle_in_transaction_session_timeout = 10000; SET TimeZone = 'UTC'`

/** Rejects, so that the connection is closed, where the database accepts it and then says nothing. */
async function setUp(client: pg.ClientBase): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('The database did not answer'), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    )
  })
  await Promise.race([client.query(SETTINGS), late]).finally(() => clearTimeout(timer))
}

/** Longer than the statement timeout: a database that is there has answered by then, but for a COMMIT that waits for its standby. */
const SILENT_MS = 15_000
/** Until TCP asks whether the other end of an idle connection is there. */
const KEEP_ALIVE_MS = 10_000

/**
 * Closes a connection on which an answer does not come. A machine that is gone, after a failover for example, closes none of its
 * connections: TCP repeats what was sent for a quarter of an hour, and the driver waits for as long.
 */
function closeWhenSilent(client: pg.PoolClient, silentMs: number): void {
  const { stream } = (client as pg.PoolClient & { readonly connection: pg.Connection }).connection
  // Of the driver, not in its types: false from a query on until the server is ready for the next one.
  const state = client as pg.PoolClient & { readonly readyForQuery?: boolean }
  if (!(stream instanceof net.Socket)) return
  // Again after each time that it was idle for as long: the callback of `setTimeout` would be called once.
  stream.setTimeout(silentMs).on('timeout', () => {
    if (state.readyForQuery !== true)
      stream.destroy(Object.assign(new Error('The database did not answer'), { code: 'ETIMEDOUT' }))
  })
}

/** Connects with the first query, which fails where the database is down. */
export function openDatabase(url: string, ring: KeyRing, options: DatabaseOptions = {}): OpenDatabase {
  const log = options.log ?? silentLog
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? DEFAULT_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: 'booking',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    // Waited for before the connection is used; one whose settings fail is closed.
    onConnect: setUp,
  })
  // Without these handlers a database connection that breaks while idle, or between two statements, would end the process.
  pool.on('error', (error: Error & { code?: string }) => log.warn('database_connection_lost', { code: error.code }))
  pool.on('connect', (client) => {
    client.on('error', () => {})
    closeWhenSilent(client, options.silentMs ?? SILENT_MS)
  })
  const database = extendedClient(pool, ring)
  return {
    database,
    pool,
    ring,
    close: async () => {
      await database.$disconnect()
      await pool.end()
    },
  }
}
