import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { bookingsOf } from '../support/evidence.ts'
import { takeNoise } from '../support/noise-guard.ts'
import type { Practice } from '../support/practice.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const POST_EVENT = /^POST \/v1\.0\/.*events$/
const DAY = 86_400_000

let world: EmulatedWorld
let proxy: CommitProxy
/** A practice whose account is connected, and its free times two hours apart. A practice has one event written at a time. */
interface Connected {
  readonly practice: Practice
  readonly account: Account
  readonly free: string[]
}
let connected: Connected[]
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated', env: { LOG_LEVEL: 'info' } })
  proxy = await startCommitProxy(world.database.url)
})
afterAll(async () => {
  await world.close()
  await proxy.close()
})
beforeEach(() => {
  connected = []
  world.logs.clear()
  world.microsoft.journal.clear()
})
afterEach(async () => {
  proxy.setDown(false)
  world.microsoft.faults.clear()
  await running?.close()
})

let running: Instance | undefined
function open<T extends Instance>(app: T): T {
  running = app
  return app
}

async function connect(app: Instance, practices = 1): Promise<void> {
  for (let count = 0; count < practices; count += 1) {
    const practice = await world.practice()
    const account = world.microsoft.addAccount({ kind: 'work', address: `${practice.slug}@praxis.example` })
    await (await app.signIn(practice)).connectMicrosoft(world.microsoft, account)
    connected.push({ practice, account, free: await freeTimes(app, practice) })
  }
}

async function freeTimes(app: Instance, { slug, serviceId }: Practice): Promise<string[]> {
  const day = (after: number) => new Date(Date.now() + after * DAY).toISOString().slice(0, 10)
  const path = `/api/v1/tenants/${slug}/slots?service=${serviceId}&from=${day(2)}&to=${day(16)}`
  const free: string[] = []
  for (const { start } of ((await app.browser().json(path)).body as { slots: { start: string }[] }).slots)
    if (free.length === 0 || Date.parse(start) - Date.parse(String(free.at(-1))) >= 7_200_000) free.push(start)
  return free
}

async function book(app: Instance, { practice, free } = firstOf(connected)): Promise<void> {
  const { status } = await app.browser().json(
    `/api/v1/tenants/${practice.slug}/bookings`,
    {
      service: practice.serviceId,
      start: free.shift(),
      client: { name: 'A client', email: 'outage@client.example' },
    },
    { 'idempotency-key': randomUUID() },
  )
  expect(status).toBe(201)
}

function firstOf<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('nobody is connected')
  return first
}

/** An event of each practice is being written, and Outlook has not answered yet. */
async function writing(app: Instance) {
  const held = connected.map(() => world.microsoft.faults.hold(POST_EVENT))
  for (const one of connected) await book(app, one)
  for (const { struck } of held) await struck
  return held
}

const statuses = async () =>
  (await Promise.all(connected.map(({ practice }) => bookingsOf(world.database, practice))))
    .flat()
    .map(({ event_status }) => event_status)

/** The booking of each practice is written, once, and another one after them. */
async function worksOn(app: Instance): Promise<void> {
  await until(async () => (await app.browser().json('/readyz')).status === 200)
  await book(app)
  await until(async () => {
    const now = await statuses()
    return now.length === connected.length + 1 && now.every((status) => status === 'WRITTEN')
  })
  expect(connected.flatMap(({ account }) => world.microsoft.events(account))).toHaveLength(connected.length + 1)
  const locked = () => world.database.pool.query('SELECT 1 FROM graphile_worker.jobs WHERE locked_at IS NOT NULL')
  await until(async () => (await locked()).rowCount === 0)
}

/** graphile-worker writes to the console what a query of its own met while the database was away (its lib.js and main.js). */
afterEach(async () => {
  for (const line of await takeNoise()) expect(line).toContain('graphile-worker')
})

describe('F-64 INV-12 a worker whose database goes away while it writes events', () => {
  it.each([1, 4])(
    'goes on when it is back, with %i under way: each event stands once, and later bookings get theirs',
    async (count) => {
      const app = open(await world.start({ DATABASE_URL: proxy.url }))
      await connect(app, count)
      const held = await writing(app)
      proxy.setDown(true)
      // Each write ends with the database connection that holds its lock: what Outlook answers comes too late.
      for (const { release } of held) release()
      await until(() => world.logs.of('worker_stopped').length > 0)
      expect((await app.browser().json('/readyz')).status).toBe(503)
      proxy.setDown(false)
      await worksOn(app)
    },
    90_000,
  )

  it('goes on when the database was there and refused connections for want of room (53300)', async () => {
    const app = open(await world.start())
    await connect(app, 4)
    const held = await writing(app)
    const name = new URL(world.database.url).pathname.slice(1)
    const admin = new pg.Client({ connectionString: inject('postgresUrl') })
    await admin.connect()
    const room = (connections: number) => admin.query(`ALTER DATABASE ${name} CONNECTION LIMIT ${connections}`)
    await room(0)
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name])
    for (const { release } of held) release()
    await until(() => world.logs.of('worker_stopped').length > 0)
    await room(-1)
    await admin.end()
    await worksOn(app)
  })

  it('F-08 ends when it is asked to meanwhile, though graphile-worker does not', async () => {
    const child = open(await world.spawn({ DATABASE_URL: proxy.url }))
    await connect(child, 4)
    const held = await writing(child)
    proxy.setDown(true)
    for (const { release } of held) release()
    child.process.kill('SIGTERM')
    // 1 when it had to be ended by its own timer.
    expect(await child.ended).toBe(0)
    expect(child.output()).toContain('"event":"stopped"')
  })
})

describe('a worker that cannot be started again', () => {
  it('shows in /readyz and in the log, and takes jobs again when it can', async () => {
    const child = open(await world.spawn())
    await connect(child)
    const ready = async () => (await child.browser().json('/readyz')).status
    expect(await ready()).toBe(200)
    // As a newer release does that shares the database (graphile-worker, migrate.js).
    await world.database.pool.query('INSERT INTO graphile_worker.migrations (id, breaking) VALUES (99, true)')
    await world.database.pool.query(`SELECT pg_notify('worker:migrate', '{"migrationNumber":99,"breaking":true}')`)
    await until(() => child.output().includes('"event":"worker_not_started"'))
    expect(child.output()).toContain('"event":"worker_stopped"')
    expect(await ready()).toBe(503)
    await world.database.pool.query('DELETE FROM graphile_worker.migrations WHERE id = 99')
    await until(async () => (await ready()) === 200)
    await book(child)
    await until(async () => (await statuses()).includes('WRITTEN'))
  })
})
