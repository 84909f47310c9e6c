import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { book, slots, therapistWithAccount } from '../security/support.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { bookingsOf } from '../support/evidence.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const TOKEN = 'a token of the tests for metrics, long enough'

let world: EmulatedWorld
let web: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated', env: { METRICS_TOKEN: TOKEN, DRAIN_SECONDS: '1' } })
  // As on the first start of an installation: the job library's tables are made by whoever starts first.
  await world.database.pool.query('DROP SCHEMA IF EXISTS graphile_worker CASCADE')
  web = await world.start({ PROCESS_TYPE: 'web' })
})
afterAll(() => world.close())

const status = async (origin: string, path: string) => (await fetch(`${origin}${path}`)).status
const metricsOf = async (origin: string) =>
  (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text()
/** Who takes jobs listens for them. */
const listening = async () =>
  (
    await world.database.pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    )
  ).rowCount

describe('web and worker apart', () => {
  it('one serves pages and takes no jobs, the other takes jobs and serves no pages', async () => {
    const { therapist, account } = await therapistWithAccount(world, web)
    const { practice } = therapist
    await therapist.connectMicrosoft(world.microsoft, account)
    const [start = ''] = (await slots(world, web, practice)).starts
    expect((await book(web, practice, start)).status).toBe(201)
    expect(await status(web.origin, '/readyz')).toBe(200)
    expect(await listening()).toBe(0)
    expect(await bookingsOf(world.database, practice)).toMatchObject([{ event_status: 'PENDING' }])
    expect(await metricsOf(web.origin)).not.toMatch(/^booking_worker_running/m)

    const worker = await world.start({ PROCESS_TYPE: 'worker' })
    await until(async () => (await bookingsOf(world.database, practice))[0]?.event_status === 'WRITTEN')
    expect(world.microsoft.events(account)).toHaveLength(1)
    for (const path of ['/healthz', '/readyz']) expect(await status(worker.origin, path)).toBe(200)
    expect(await metricsOf(worker.origin)).toMatch(/^booking_worker_running 1$/m)
    for (const path of ['/', '/sign-in', `/book/${practice.slug}`, `/api/v1/tenants/${practice.slug}/services`])
      expect(await status(worker.origin, path)).toBe(404)
    await worker.close()
  })

  it('one that serves pages is not ready while it leaves, and still serves', async () => {
    const leaves = await world.start({ PROCESS_TYPE: 'web' })
    expect(await status(leaves.origin, '/readyz')).toBe(200)
    const closed = leaves.close()
    expect(await status(leaves.origin, '/readyz')).toBe(503)
    expect(await status(leaves.origin, '/sign-in')).toBe(200)
    await closed
  })
})
