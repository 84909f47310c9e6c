import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LAST_MIGRATION } from '../../src/adapters/postgres/readiness.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Process } from '../support/process.ts'
import { TUESDAY_9 } from '../support/times.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
let proxy: CommitProxy
let through: Process
let practice: Practice
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
  proxy = await startCommitProxy(world.database.url)
  through = await world.another(proxy.url)
})
afterAll(async () => {
  await world.close()
  await proxy.close()
})
beforeEach(async () => {
  practice = await world.practice()
  world.calls.length = 0
  world.before = () => {}
})

const rows = () => bookingsOf(world.database, practice)

describe('F-64 a database that is down', () => {
  it('promises nothing, asks the calendar nothing, says 503 and when to come back; and serves again when it is up', async () => {
    proxy.setDown(true)
    const answers = [
      await through.book(practice),
      await through.slots(practice),
      await through.request(`/book/${practice.slug}`),
      await through.request('/manage/unknown-token-unknown-token'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503])
    expect(answers[0]?.body).toMatchObject({ type: 'http://127.0.0.1:3999/problems/unavailable', status: 503 })
    for (const { headers, body } of answers) {
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(JSON.stringify(body)).not.toMatch(/ECONN|pg|prisma|database|127\.0\.0\.1:\d+\/test_/i)
    }
    expect((await through.request('/healthz')).status).toBe(200)
    expect((await through.request('/readyz')).status).toBe(503)
    expect(world.calls).toEqual([])
    proxy.setDown(false)
    expect(await rows()).toEqual([])
    expect((await through.request('/readyz')).status).toBe(200)
    expect((await through.book(practice)).status).toBe(201)
  })

  it('that takes no writes, as after a failover, is not ready, and its pages say 503', async () => {
    const url = new URL(world.database.url)
    url.searchParams.set('options', '-c TimeZone=UTC -c default_transaction_read_only=on')
    const standby = await world.another(url.toString())
    expect((await standby.request('/healthz')).status).toBe(200)
    expect((await standby.request('/readyz')).status).toBe(503)
    expect((await standby.request(`/book/${practice.slug}`)).status).toBe(503)
    expect(world.logs.of('request_failed').at(-1)).toMatchObject({ error: 'StoreError', code: '25006' })
  })

  it('that is not the one this process started with is not ready: a migration is missing, or another key encrypts', async () => {
    const { pool, keys } = world.database
    await pool.query('DELETE FROM graphile_worker._private_jobs')
    const here = await world.another()
    const ready = async () => {
      const { status, body } = await here.request('/readyz')
      return [status, body]
    }
    const all = { worker: true, database: true, migrations: true, keys: true, oldestJobSeconds: 0 }
    expect(await ready()).toEqual([200, { status: 'ready', ...all }])
    const finished = (at: string) =>
      pool.query(`UPDATE _prisma_migrations SET finished_at = ${at} WHERE migration_name = $1`, [LAST_MIGRATION])
    await finished('NULL')
    expect(await ready()).toEqual([503, { status: 'not ready', ...all, migrations: false }])
    await finished('now()')

    const sentinel = (kid: string) =>
      pool.query('INSERT INTO token_key_check (kid, sentinel) VALUES ($1, $2)', [kid, `v1.${kid}.AAAA`])
    await sentinel('later')
    expect(await ready()).toEqual([200, { status: 'ready', ...all }])
    const { rows: before } = await pool.query('SELECT id, token_cache FROM calendar_connection')
    await pool.query(`UPDATE calendar_connection SET token_cache = 'v1.later.AAAA' WHERE tenant_id = $1`, [
      practice.tenantId,
    ])
    expect(await ready()).toEqual([503, { status: 'not ready', ...all, keys: false }])
    for (const { id, token_cache } of before)
      await pool.query('UPDATE calendar_connection SET token_cache = $2 WHERE id = $1', [id, token_cache])
    await sentinel(keys[0]?.kid ?? '')
    expect(await ready()).toEqual([503, { status: 'not ready', ...all, keys: false }])
    await pool.query('DELETE FROM token_key_check')
    expect(await ready()).toEqual([200, { status: 'ready', ...all }])
  })

  it('says for how long the oldest job has waited, and is ready all the same', async () => {
    const { pool } = world.database
    const queued = (name: string, minutes: number, more = '') =>
      pool.query(`SELECT graphile_worker.add_job($1, run_at => now() - $2 * interval '1 minute'${more})`, [
        name,
        minutes,
      ])
    await queued('of_no_process', 7)
    await queued('of_no_process', -60)
    await queued('given_up', 90, ', max_attempts => 1')
    await queued('running', 95, ', max_attempts => 2')
    await pool.query('UPDATE graphile_worker._private_jobs SET attempts = 1 WHERE max_attempts = 1')
    await pool.query('UPDATE graphile_worker._private_jobs SET locked_at = now() WHERE max_attempts = 2')
    const { status, body } = await through.request('/readyz')
    expect(status).toBe(200)
    expect(body).toMatchObject({ oldestJobSeconds: expect.toSatisfy((age: number) => age >= 420 && age < 3600) })
    await pool.query('DELETE FROM graphile_worker._private_jobs')
  })

  it('goes away while the calendar is read: 503, nothing stored, and the calendar is not blamed', async () => {
    world.before = () => proxy.setDown(true)
    const answer = await through.book(practice)
    proxy.setDown(false)
    expect(answer).toMatchObject({ status: 503, body: { type: 'http://127.0.0.1:3999/problems/unavailable' } })
    expect(await rows()).toEqual([])
    const { rows: connections } = await world.database.pool.query(
      'SELECT failure_reason FROM calendar_connection WHERE tenant_id = $1',
      [practice.tenantId],
    )
    expect(connections).toEqual([{ failure_reason: null }])
    expect(world.logs.of('free_busy_unreadable')).toEqual([])
  })
})

describe('F-65 a connection lost during COMMIT', () => {
  it.each(['before', 'after'] as const)('%s the database committed: the client hears of one booking', async (cut) => {
    proxy.cutNextCommit(cut)
    const key = randomUUID()
    const answer = await through.book(practice, { key, email: 'one@client.example' })
    expect(answer.status).toBe(201)
    expect(await through.book(practice, { key, email: 'one@client.example' })).toMatchObject({ body: answer.body })
    expect(await rows()).toMatchObject([{ id: answer.body.id }])
  })
})

describe('F-68 INV-13 a calendar that hangs', () => {
  it('leaves no transaction open and no connection taken: others are served meanwhile', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    world.before = () => held
    const hanging = Array.from({ length: 30 }, (_, n) =>
      n % 2 === 0 ? world.first.slots(practice) : world.first.book(practice, { start: TUESDAY_9 }),
    )
    await until(() => world.calls.length >= 2)
    // The others have still to come as far as the two; then nothing moves, and nothing may be open.
    await until(async () => {
      const { rowCount } = await world.database.pool.query(
        `SELECT state FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND (xact_start IS NOT NULL OR state <> 'idle')`,
      )
      return rowCount === 0
    })
    const other = await world.practice('none')
    expect((await world.first.slots(other)).status).toBe(200)
    expect((await world.first.book(other)).status).toBe(201)
    release()
    const statuses = (await Promise.all(hanging)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(1)
  })

  it('no transaction is open while an event is written, either', async () => {
    await world.first.book(practice)
    let seen: unknown[] | undefined
    world.before = async ({ method }) => {
      if (method !== 'createEvent') return
      const { rows: sessions } = await world.database.pool.query(
        `SELECT state, query FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL`,
      )
      seen = sessions
    }
    await world.first.work()
    expect(seen).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN' }])
  })
})

describe('INV-10 F-02 a client whose answer was lost', () => {
  it('asks again with her key and gets the same booking, the same link, from another process too', async () => {
    const request = { key: randomUUID(), email: 'again@client.example', name: 'Again' }
    const first = await world.first.book(practice, request)
    expect(first.status).toBe(201)
    world.clock.advance(3_600_000)
    const again = await through.book(practice, request)
    expect(again).toMatchObject({ status: 201, body: first.body })
    const cased = await through.book(practice, { ...request, email: 'AGAIN@client.example' })
    expect(cased.body).toEqual(first.body)
    expect(await rows()).toHaveLength(1)
  })

  it('left before the answer: the booking stands, and her key finds it', async () => {
    const request = { key: randomUUID(), email: 'left@client.example' }
    const leaving = new AbortController()
    world.before = () => leaving.abort()
    await expect(world.first.book(practice, { ...request, signal: leaving.signal })).rejects.toThrow()
    world.before = () => {}
    const again = await world.first.book(practice, request)
    expect(again.status).toBe(201)
    expect(await rows()).toMatchObject([{ id: again.body.id }])
  })

  it('is told when she uses the key for something else, even a little', async () => {
    const request = { key: randomUUID(), email: 'reuse@client.example', name: 'A' }
    await world.first.book(practice, request)
    for (const other of [{ start: '2030-03-05T10:00:00Z' }, { name: 'B' }, { email: 'b@client.example' }]) {
      const answer = await world.first.book(practice, { ...request, ...other })
      expect(answer).toMatchObject({
        status: 422,
        body: { type: 'http://127.0.0.1:3999/problems/idempotency-key-reused' },
      })
    }
    expect(await rows()).toHaveLength(1)
    const stranger = await world.practice()
    expect((await world.first.book(stranger, request)).status).toBe(201)
  })
})
