import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import { startWorld, type TestPractice, type World } from '../support/application.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { bookingsOf } from '../support/evidence.ts'
import { until } from '../support/until.ts'

const POST_EVENT = /^POST \/v1\.0\/.*events$/
const DAY = 86_400_000

let world: World
let proxy: CommitProxy
let practice: TestPractice
let account: Account
beforeAll(async () => {
  world = await startWorld()
  proxy = await startCommitProxy(world.database.url)
  practice = await world.practice()
  account = world.microsoft.addAccount({ kind: 'work', address: 'outage@praxis.example' })
})
afterAll(async () => {
  await world.close()
  await proxy.close()
})

describe('F-64 INV-12 a worker whose database goes away while it writes an event', () => {
  it('goes on when it is back: the event stands once, and later bookings get theirs', async () => {
    const app = await world.start({ DATABASE_URL: proxy.url })
    await (await app.signIn(practice)).connectMicrosoft(world.microsoft, account)
    const api = `/api/v1/tenants/${practice.slug}`
    const day = (after: number) => new Date(Date.now() + after * DAY).toISOString().slice(0, 10)
    const slots = await app.browser().json(`${api}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
    const free = (slots.body as { slots: { start: string }[] }).slots.map(({ start }) => start)
    const book = (start: string | undefined) =>
      app
        .browser()
        .json(
          `${api}/bookings`,
          { service: practice.serviceId, start, client: { name: 'A client', email: 'outage@client.example' } },
          { 'idempotency-key': randomUUID() },
        )
    const writing = world.microsoft.faults.hold(POST_EVENT)
    expect((await book(free[0])).status).toBe(201)
    await writing.struck
    proxy.setDown(true)
    writing.release()
    await until(() => world.logs.events('worker_stopped').length > 0)
    proxy.setDown(false)

    await until(async () => (await book(free[4])).status === 201)
    // Two minutes later the first job counts as abandoned, and is looked for.
    await world.database.pool.query(
      `UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '3 minutes'`,
    )
    await world.database.pool.query(`SELECT graphile_worker.add_job('requeue_mirrors')`)
    await until(async () => {
      const rows = await bookingsOf(world.database, practice)
      return rows.length === 2 && rows.every(({ event_status }) => event_status === 'WRITTEN')
    })
    expect(world.microsoft.events(account)).toHaveLength(2)
    await app.close()
  })
})
