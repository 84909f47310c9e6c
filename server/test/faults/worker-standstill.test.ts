import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import net from 'node:net'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/adapters/postgres/client.ts'
import { launchRunner } from '../../src/jobs/runner.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { notStarted } from '../../src/start-failure.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { takeNoise } from '../support/noise-guard.ts'
import { until } from '../support/until.ts'

let test: TestDatabase
let proxy: CommitProxy
beforeAll(async () => {
  test = await openTestDatabase()
  proxy = await startCommitProxy(test.url)
})
afterAll(async () => {
  await proxy.close()
  await test.drop()
})

let through: OpenDatabase
let logs: LogRecorder
let worker: Worker
/** Every execution that began, in order, and how each is let go. */
let begun: { readonly id: string; end(): void }[]
let maintaining = false
beforeEach(async () => {
  through = openDatabase(proxy.url, test.ring)
  logs = new LogRecorder()
  begun = []
  worker = createWorker(through.pool, logs, 4)
  await worker.start({
    reconcileEvent: { reconcile: (id) => new Promise((end) => begun.push({ id, end })) },
    removeFormerEvent: { remove: async () => {} },
    maintainConnections: {
      queueDue: async () => {},
      maintain: (stopping) =>
        new Promise((_end, giveUp) => {
          maintaining = true
          stopping?.addEventListener('abort', () => giveUp(stopping.reason))
        }),
    },
    requeueOutbox: async () => {},
    rereadChangeKeys: { reread: async () => {} },
    compareEvents: { queueDue: async () => {}, compare: async () => {} },
    purge: async () => {},
    withLogFields: (_fields, work) => work(),
  })
})
afterEach(async () => {
  proxy.setDown(false)
  for (const { end } of begun) end()
  await worker.stop()
  await through.close()
  await test.pool.query('DELETE FROM graphile_worker._private_jobs')
})

async function begin(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1)
    await test.pool.query(
      `SELECT graphile_worker.add_job('reconcile_event', json_build_object('bookingId', $1::text))`,
      [randomUUID()],
    )
  await until(() => begun.length === count)
}

/** graphile-worker gave up to write down the end of a job: what it says then has neither a task nor an error. */
const unwritten = () => logs.of('worker').filter(({ task, failure }) => task === undefined && failure === undefined)

/** Lets executions end one after the other, so that the end of each meets the outage by itself. */
async function endOneByOne(executions: readonly { end(): void }[]): Promise<void> {
  for (const { end } of executions) {
    const before = unwritten().length
    end()
    await until(() => unwritten().length > before)
  }
}

const jobs = async () =>
  (
    await test.pool.query<{ id: string; attempts: number; locked: boolean }>(
      `SELECT payload->>'bookingId' AS id, attempts, locked_at IS NOT NULL AS locked FROM graphile_worker._private_jobs
       WHERE payload->>'bookingId' IS NOT NULL`,
    )
  ).rows

const stopped = () => until(() => logs.of('worker_stopped').length > 0)
const runsAgain = () => until(() => worker.running())

/** graphile-worker writes to the console what a query of its own met while the database was away (its lib.js and main.js). */
afterEach(async () => {
  for (const line of await takeNoise()) expect(line).toContain('graphile-worker')
})

describe('F-64 INV-12 ends of jobs that meet an outage one after the other', () => {
  it.each([
    [2, 'ended'],
    [3, 'ended'],
    [4, 'silent'],
  ])(
    'with %i of them (worker_stopped: %s) another runner takes what the first held, at the same attempt, and everything after it',
    async (count, reason) => {
      await begin(count)
      proxy.setDown(true)
      await endOneByOne(begun)
      await stopped()
      expect(logs.of('worker_stopped')).toMatchObject([{ reason }])
      expect(worker.running()).toBe(false)
      proxy.setDown(false)
      await runsAgain()
      await until(() => begun.length === 2 * count)
      expect((await jobs()).map(({ attempts }) => attempts)).toEqual(Array.from({ length: count }, () => 1))
      for (const { end } of begun) end()
      await until(async () => (await jobs()).length === 0)
      expect(new Set(begun.map(({ id }) => id)).size).toBe(count)
    },
    60_000,
  )

  it('INV-3 a job that is still executed keeps its lock until it has ended; then it is looked at again', async () => {
    await begin(4)
    const [last, ...others] = begun
    proxy.setDown(true)
    await endOneByOne(others)
    await stopped()
    proxy.setDown(false)
    await runsAgain()
    await until(() => begun.length === 7)
    expect(begun.slice(4).map(({ id }) => id)).not.toContain(last?.id)
    expect((await jobs()).find(({ id }) => id === last?.id)).toMatchObject({ locked: true })
    last?.end()
    for (const { end } of begun.slice(4)) end()
    await until(async () => {
      begun[7]?.end()
      return (await jobs()).length === 0
    })
  })

  it('F-64 a runner that is launched while nothing can be written, as at a standby, is none: another takes the jobs once it can', async () => {
    const { pathname } = new URL(test.url)
    const name = pg.escapeIdentifier(decodeURIComponent(pathname.slice(1)))
    await begin(2)
    await test.pool.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    proxy.setDown(true)
    await endOneByOne(begun)
    await stopped()
    proxy.setDown(false)
    await until(() => logs.of('worker_not_started').some(({ code }) => code === '25006'))
    expect([worker.running(), logs.of('worker_started')]).toEqual([false, []])
    await test.pool.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`)
    await runsAgain()
    await until(() => begun.length === 4)
  })

  it('F-08 a stop during an hourly job does not wait for it, and gives it back at the attempt that it had', async () => {
    await test.pool.query("SELECT graphile_worker.add_job('maintain_page')")
    await until(() => maintaining)
    await worker.stop()
    const { rows } = await test.pool.query('SELECT attempts, locked_at, last_error FROM graphile_worker.jobs')
    expect(rows).toEqual([{ attempts: 0, locked_at: null, last_error: null }])
    expect(logs.of('worker')).toEqual([])
  })

  it.each(['before', 'after'])(
    'F-08 a stop %s does not wait for graphile-worker, and gives back what it held',
    async (when) => {
      await begin(4)
      const stopping = when === 'before' ? worker.stop() : undefined
      proxy.setDown(true)
      await endOneByOne(begun)
      const stopped = stopping ?? worker.stop()
      expect(worker.running()).toBe(false)
      proxy.setDown(false)
      await stopped
      const given = (await jobs()).map((job) => JSON.stringify(job)).sort()
      expect(given).toEqual(begun.map(({ id }) => JSON.stringify({ id, attempts: 0, locked: false })).sort())
    },
    60_000,
  )
})

describe('a database that accepts connections and says nothing', () => {
  afterEach(() => vi.useRealTimers())

  it('keeps no launch waiting for ever', async () => {
    const sockets: net.Socket[] = []
    const mute = net.createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const { port } = mute.address() as net.AddressInfo
    // Without deadlines of its own, as a connection that broke unnoticed.
    const pool = new pg.Pool({ connectionString: `postgresql://app@127.0.0.1:${port}/app` })
    pool.on('error', () => {})
    pool.on('connect', (client) => client.on('error', () => {}))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const launched = launchRunner(pool, {}, { log: logs, stopping: new AbortController().signal, concurrency: 4 }).then(
      () => 'launched',
      (error: unknown) => error,
    )
    await until(() => sockets.length > 0)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await launched).toMatchObject({ code: 'ETIMEDOUT' })
    for (const socket of sockets) socket.destroy()
    mute.close()
    await pool.end()
  })

  it('its role sees no row of a job queue that another owns: it is not started, and says why', async () => {
    // What every role but the owner meets, made for the owner as well.
    await test.pool.query('ALTER TABLE graphile_worker._private_jobs FORCE ROW LEVEL SECURITY')
    const refused = launchRunner(
      test.pool,
      {},
      {
        log: logs,
        stopping: new AbortController().signal,
        concurrency: 4,
      },
    )
    const reason = await refused.then(() => 'launched', notStarted)
    await test.pool.query('ALTER TABLE graphile_worker._private_jobs NO FORCE ROW LEVEL SECURITY')
    expect(reason).toEqual({ reason: 'database_privilege_missing', code: '42501' })
  })
})
