import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createMaintenanceStore } from '../../src/adapters/postgres/connections/maintenance-store.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import { makeMaintenanceDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import { until } from '../support/until.ts'

const practices: Practice[] = []
const { world, second } = await startTwoProcesses(() => practices[0] as Practice)
const { pool } = world.database
const maintenance = createMaintenanceStore(world.database.database)
const connections = createConnectionStore(world.database.database)
for (let n = 0; n < 13; n += 1) practices.push(await world.practice())

/** All accounts are due, and read: a failure stands from before. */
async function makeDue(): Promise<void> {
  await makeMaintenanceDue(world.database)
  await pool.query(`UPDATE calendar_connection SET failure_reason = 'timeout'`)
  world.calls.length = 0
}
beforeEach(makeDue)

const disconnect = async ({ tenantId }: Practice) => {
  const active = await connections.active(tenantId)
  await connections.disconnect(tenantId, active?.id ?? '', world.clock.now())
}
const maintain = (process = world.first, stopping?: AbortSignal) => process.jobs.maintainConnections.maintain(stopping)
/** Whose accounts were read, once for each read, in the order of their practices. */
const read = () => world.calls.map(({ connection }) => connection.tenantId).sort()
const of = (some: readonly Practice[]) => some.map(({ tenantId }) => tenantId).sort()
const pass = (interval: string) =>
  pool.query(`UPDATE calendar_connection SET maintain_at = maintain_at - $1::interval`, [interval])
const queued = async () =>
  (
    await pool.query(
      `SELECT key, array(SELECT jsonb_object_keys(flags)) AS flags FROM graphile_worker.jobs
       WHERE task_identifier = 'maintain_page' ORDER BY key`,
    )
  ).rows

describe('two processes that maintain connections', () => {
  it('have each maintained once an hour, and leave none out while others come and go', async () => {
    const leaves = await world.practice()
    await makeDue()
    // The last in line: none of those that are taken at first.
    await pool.query(`UPDATE calendar_connection SET maintain_at = now() - interval '1 second' WHERE tenant_id = $1`, [
      leaves.tenantId,
    ])
    let comes: Promise<Practice> | undefined
    world.before = async () => {
      world.before = () => {}
      await disconnect(leaves)
      comes = world.practice()
      await comes
    }
    const before = of(practices)
    await Promise.all([maintain(), maintain(second)])
    expect(read()).toEqual(before)
    expect(await maintenance.takeDue(1)).toEqual([])

    if (comes !== undefined) practices.push(await comes)
    // The one that came has its own moment within an hour.
    await maintenance.queueDue()
    await pass('1 hour')
    await pool.query(`UPDATE calendar_connection SET failure_reason = 'timeout'`)
    world.calls.length = 0
    await Promise.all([maintain(second), maintain()])
    expect(practices).toHaveLength(before.length + 1)
    expect(read()).toEqual(of(practices))
    expect(await maintenance.takeDue(1)).toEqual([])
  })

  it('spread accounts over the hour, each at its own moment', async () => {
    const moments = async () =>
      (
        await pool.query<{ second: number }>(
          `SELECT (extract(epoch FROM maintain_at)::bigint % 3600)::int AS second FROM calendar_connection
           WHERE status = 'ACTIVE' AND maintain_at BETWEEN now() AND now() + interval '1 hour' ORDER BY id`,
        )
      ).rows.map(({ second }) => second)
    await Promise.all([maintain(), maintain(second)])
    const own = await moments()
    expect(new Set(own).size).toBeGreaterThan(practices.length / 2)
    expect(own).toHaveLength(practices.length)
    await makeDue()
    await maintain()
    expect(await moments()).toEqual(own)
  })

  it('of a process that has crashed another takes what it had begun, minutes later', async () => {
    const begun = (await maintenance.takeDue(4)).map(({ tenantId }) => tenantId).sort()
    expect(begun).toHaveLength(4)
    await maintain(second)
    const others = of(practices).filter((id) => !begun.includes(id))
    expect(read()).toEqual(others)
    await pass('5 minutes')
    await maintain(second)
    expect(read()).toEqual([...others, ...begun].sort())
  })

  it('F-08 one that stops waits for no provider, and gives back what it had begun', async () => {
    let end = (): void => {}
    const hanging = new Promise<void>((_resolve, reject) => {
      end = () => reject(new Error('the process is over'))
    })
    world.before = () => hanging
    const stopping = new AbortController()
    const maintained = maintain(world.first, stopping.signal).then(
      () => 'ended',
      (error: unknown) => error,
    )
    await until(() => world.calls.length === 4)
    stopping.abort(new Error('the process stops'))
    expect(await maintained).toBe(stopping.signal.reason)
    world.before = () => {}
    world.calls.length = 0
    await maintain(second)
    expect(read()).toEqual(of(practices))
    end()
  })

  it('a fault at one keeps no other from its turn', async () => {
    const faulty = practices[1] as Practice
    world.before = ({ connection }) => {
      if (connection.tenantId === faulty.tenantId) throw new Error('a fault of ours')
    }
    await expect(maintain()).rejects.toThrow('a fault of ours')
    await maintain(second)
    expect(read()).toEqual(of(practices))
    expect((await connections.active(faulty.tenantId))?.evidence.failure).toBe('timeout')
    await pass('5 minutes')
    world.before = () => {}
    await maintain()
    expect((await connections.active(faulty.tenantId))?.evidence.failure).toBeUndefined()
  })

  it('one that a page could not read is due within minutes, and again, until it can be read', async () => {
    const [one, other] = practices as [Practice, Practice]
    const later = () =>
      pool.query(`UPDATE calendar_connection SET failure_reason = NULL, maintain_at = now() + interval '59 minutes'`)
    const fails = async ({ tenantId }: Practice, reason: 'unavailable' | 'reconnect') =>
      connections.recordFailure(tenantId, (await connections.active(tenantId))?.id ?? '', reason, world.clock.now())
    const soon = async () =>
      (
        await pool.query<{ tenant: string }>(
          `SELECT tenant_id AS tenant FROM calendar_connection WHERE maintain_at <= now() + interval '5 minutes'`,
        )
      ).rows.map(({ tenant }) => tenant)
    await later()
    await fails(other, 'reconnect')
    await fails(one, 'unavailable')
    expect(await soon()).toEqual([one.tenantId])

    const again = () =>
      pool.query('UPDATE calendar_connection SET maintain_at = now() WHERE tenant_id = $1', [one.tenantId])
    world.before = () => {
      throw new CalendarError('unavailable', 'down')
    }
    await again()
    await maintain()
    expect(await soon()).toEqual([one.tenantId])
    world.before = () => {}
    await again()
    await maintain()
    expect(read()).toEqual(of([one, one]))
    expect((await connections.active(one.tenantId))?.evidence.failure).toBeUndefined()
  })

  it('an outage of the provider is put down to no account', async () => {
    await pool.query('UPDATE calendar_connection SET failure_reason = NULL, refreshed_at = NULL')
    world.calendar.failAlways('listCalendars', new CalendarError('unavailable', 'down'))
    world.before = () => {
      throw new CalendarError('unavailable', 'down')
    }
    await Promise.all([maintain(), maintain(second)])
    expect(read()).toEqual(of(practices))
    const { rowCount } = await pool.query('SELECT 1 FROM calendar_connection WHERE failure_reason IS NOT NULL')
    expect(rowCount).toBe(0)
  })
})

describe('jobs of maintenance', () => {
  const addConnections = (count: number) =>
    pool.query(
      `WITH t AS (INSERT INTO tenant (id, slug, name, time_zone)
         SELECT gen_random_uuid(), 'many-' || gen_random_uuid(), 'Many', 'UTC' FROM generate_series(1, $1) RETURNING id)
       INSERT INTO calendar_connection (id, tenant_id, provider, status, access, account_key, scopes, token_cache, maintain_at)
       SELECT gen_random_uuid(), id, 'MICROSOFT', 'ACTIVE', 'AVAILABILITY', id::text, '{}', c.token_cache, now()
       FROM t, LATERAL (SELECT token_cache FROM calendar_connection WHERE token_cache IS NOT NULL LIMIT 1) c`,
      [count],
    )

  it('are one for a hundred accounts, one at a time in a process, and never pile up', async () => {
    await addConnections(250 - practices.length)
    await maintenance.queueDue()
    await maintenance.queueDue()
    expect(await queued()).toEqual([1, 2, 3].map((n) => ({ key: `maintain:${n}`, flags: ['maintain'] })))
    // A page that is executed, or whose process has crashed, keeps its key; others have the work.
    await pool.query(
      `UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'x' WHERE key = 'maintain:2'`,
    )
    await maintenance.queueDue()
    expect((await queued()).map(({ key }) => key)).toEqual([1, 2, 3, 4].map((n) => `maintain:${n}`))
  })

  it('are none where nothing is due', async () => {
    await maintenance.takeDue(1_000)
    await maintenance.queueDue()
    expect(await queued()).toEqual([])
  })
})
