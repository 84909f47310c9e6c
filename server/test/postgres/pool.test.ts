import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { parseConfig } from '../../src/config.ts'
import { openStores } from '../../src/di.ts'
import { launchRunner } from '../../src/jobs/runner.ts'
import { silentLog } from '../../src/ports/log.ts'
import { notStarted } from '../../src/start-failure.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { environmentFor } from '../support/environment.ts'
import { until } from '../support/until.ts'

let test: TestDatabase
let relay: net.Server
let url: string
/** What each connection said first. */
let begun: Buffer[] = []
/** The relay passes nothing on from a message that contains this. */
let silentFrom: string | undefined
let swallowed = false
beforeAll(async () => {
  test = await openTestDatabase()
  const target = new URL(test.url)
  relay = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname)
    client.once('data', (chunk) => begun.push(chunk))
    client.on('data', (chunk) => {
      if (silentFrom === undefined || !chunk.includes(silentFrom)) upstream.write(chunk)
      else swallowed = true
    })
    upstream.pipe(client)
    for (const socket of [client, upstream]) {
      socket.on('error', () => {})
      socket.on('close', () => [client, upstream].map((each) => each.destroy()))
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const through = new URL(test.url)
  through.port = String((relay.address() as net.AddressInfo).port)
  url = through.toString()
})
afterEach(() => {
  vi.useRealTimers()
  silentFrom = undefined
})
afterAll(async () => {
  relay.close()
  await test.drop()
})

describe('a connection to the database', () => {
  it('begins with nothing that PgBouncer refuses, and has its time limits and its zone before it is used', async () => {
    begun = []
    const { pool, close } = openDatabase(url, test.ring)
    const { rows } = await pool.query(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('TimeZone') AS zone,
         current_setting('idle_in_transaction_session_timeout') AS transaction`,
    )
    await close()
    expect(rows).toEqual([{ statement: '10s', zone: 'UTC', transaction: '10s' }])
    // Length and version, then names and values, each ended by a zero.
    const said = begun[0]?.subarray(8).toString().split('\0') ?? []
    const names = said.filter((name, index) => index % 2 === 0 && name !== '')
    expect(names.sort()).toEqual(['application_name', 'client_encoding', 'database', 'user'])
  })

  it('is given up where the database says nothing to that, within ten seconds', async () => {
    silentFrom = 'SET statement_timeout'
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { pool, close } = openDatabase(url, test.ring)
    const asked = pool.query('SELECT 1').catch((error: unknown) => error)
    while (!swallowed) await new Promise(setImmediate)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await asked).toMatchObject({ code: 'ETIMEDOUT' })
    await close()
  })

  it('is closed where an answer does not come, as after a failover from a machine that is gone, and not for being idle', async () => {
    const { pool, database, close } = openDatabase(url, test.ring, { silentMs: 100 })
    const listening = await pool.connect()
    await listening.query('LISTEN something')
    await pool.query('SELECT 1')
    const idle = await pool.connect()
    await once((idle as pg.PoolClient & { connection: pg.Connection }).connection.stream, 'timeout')
    silentFrom = 'gone'
    await expect(idle.query(`SELECT 'gone'`)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    idle.release()
    await expect(pool.query(`SELECT 'gone'`)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await expect(
      database.$transaction(async (transaction) => transaction.$queryRawUnsafe(`SELECT 'gone'`)),
    ).rejects.toThrow()
    const client = await pool.connect()
    await expect(client.query(`SELECT 'gone'`)).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    client.release()
    silentFrom = undefined
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    expect((await listening.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    listening.release()
    expect(pool.totalCount).toBeLessThanOrEqual(2)
    await close()
  })

  it('F-64 a runner that stops while its LISTEN fails, as at a standby, ends nothing else', async () => {
    const pool = new pg.Pool({ connectionString: test.url, options: '-c default_transaction_read_only=on' })
    let unlistened = 0
    let listens = (): void => {}
    const listening = new Promise<void>((resolve) => {
      listens = resolve
    })
    pool.on('error', () => {})
    pool.on('connect', (client) => {
      client.on('error', () => {})
      const query = client.query.bind(client) as (...asked: unknown[]) => Promise<unknown>
      let refuse = (): void => {}
      const asking = async (text: unknown, ...more: unknown[]): Promise<unknown> => {
        if (String(text).startsWith('LISTEN')) {
          listens()
          return new Promise((_, reject) => {
            refuse = () => reject(new Error('no LISTEN at a standby'))
          })
        }
        // The runner's first look, which fails and stops it.
        if (JSON.stringify(text).includes('_private_tasks')) await listening
        if (String(text).startsWith('UNLISTEN')) {
          unlistened += 1
          refuse()
        }
        return query(text, ...more)
      }
      Object.assign(client, { query: asking })
    })
    const options = { log: silentLog, stopping: new AbortController().signal, concurrency: 1 }
    const unhandled: unknown[] = []
    const note = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const launched = launchRunner(pool, { purge: async () => {} }, options)
    expect(await launched.then(() => 'launched', notStarted)).toEqual({ reason: 'database_read_only', code: '25006' })
    await until(() => unlistened === 2)
    await pool.end()
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
  })

  it('is one of as many as are configured', async () => {
    const config = parseConfig(environmentFor(test, { DATABASE_POOL_SIZE: '12' }))
    const stores = await openStores(config, silentLog)
    expect(stores.pool.options.max).toBe(12)
    await stores.close()
  })

  it.each([
    ['both', '4', 12],
    ['both', '6', 16],
    ['worker', '4', 10],
    ['web', '50', 2],
  ])('a pool is no smaller than its process needs: %s with %s jobs at once', (type, jobs, fewest) => {
    const withPool = (size: number) =>
      parseConfig({
        ...environmentFor(test),
        PROCESS_TYPE: type,
        WORKER_CONCURRENCY: jobs,
        DATABASE_POOL_SIZE: String(size),
      })
    expect(withPool(fewest)).toMatchObject({ databasePoolSize: fewest, workerConcurrency: Number(jobs) })
    expect(() => withPool(fewest - 1)).toThrow(/DATABASE_POOL_SIZE/)
  })

  it.each([
    ['DATABASE_POOL_SIZE', '1'],
    ['WORKER_CONCURRENCY', '0'],
    ['PROCESS_TYPE', 'CANARY'],
  ])('%s=%s is refused by its name', (name, value) => {
    expect(() => parseConfig(environmentFor(test, { [name]: value }))).toThrow(
      new RegExp(`^Configuration: ${name} (?!.*CANARY)`),
    )
  })
})
