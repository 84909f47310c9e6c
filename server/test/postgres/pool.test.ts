import net from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { parseConfig } from '../../src/config.ts'
import { openStores } from '../../src/di.ts'
import { silentLog } from '../../src/ports/log.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { environmentFor } from '../support/environment.ts'

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
