import { beforeEach, describe, expect, it } from 'vitest'
import { createFormerEventStore } from '../../src/adapters/postgres/bookings/former-event-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createWorker } from '../../src/jobs/worker.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { silentLog } from '../../src/ports/log.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import { makeDue } from '../support/evidence.ts'
import type { Practice } from '../support/practice.ts'
import { until } from '../support/until.ts'

let practice: Practice
const { world, second, store, rows, statuses, writes, book, cancel, workOn } = await startTwoProcesses(() => practice)
beforeEach(async () => {
  practice = await world.practice()
})

const connections = () => createConnectionStore(world.database.database)

describe('F-83 two workers', () => {
  it('share the rows, and write each event once', async () => {
    for (let hours = 0; hours < 8; hours += 1) await book(hours)
    await Promise.all([world.first.work(), second.work()])
    expect(writes()).toHaveLength(8)
    expect(world.calendar.events(practice.tenantId)).toHaveLength(8)
    expect(new Set(await statuses())).toEqual(new Set(['WRITTEN']))
  })

  it('F-86 INV-3 never work on one booking at once, even when the job of a stuck process is given away', async () => {
    const id = await book()
    let meanwhile = -1
    world.before = async ({ method }) => {
      if (method !== 'createEvent') return
      world.before = () => {}
      // This process is stuck for more than two minutes: its job counts as abandoned, and another takes it.
      await world.database.pool.query(
        `UPDATE graphile_worker._private_jobs SET locked_at = locked_at - interval '3 minutes'`,
      )
      await second.jobs.requeueOutbox()
      await second.work()
      meanwhile = writes().length
    }
    await world.first.work()
    expect(meanwhile).toBe(1)
    await workOn()
    expect(writes()).toHaveLength(1)
    expect(await rows()).toMatchObject([{ id, event_status: 'WRITTEN' }])
    expect(world.calendar.events(practice.tenantId)).toHaveLength(1)
  })

  it('F-84 two workers are not held up by rows that can never succeed', async () => {
    const poisoned = await world.practice()
    await book(0, poisoned)
    await world.database.pool.query(`SELECT graphile_worker.add_job('reconcile_event', '{"bookingId": "no id"}')`)
    await world.database.pool.query(`SELECT graphile_worker.add_job('unheard_of', '{}')`)
    world.before = ({ method, connection }) => {
      if (method === 'createEvent' && connection.tenantId === poisoned.tenantId)
        throw new CalendarError('conflict', 'always')
    }
    for (let hours = 0; hours < 3; hours += 1) await book(hours)
    await Promise.all([world.first.work(), second.work()])
    expect(await statuses()).toEqual(['WRITTEN', 'WRITTEN', 'WRITTEN'])
    expect(await statuses(poisoned)).toEqual(['PENDING'])
    await workOn()
    expect(await statuses(poisoned)).toEqual(['PENDING'])
  })

  it('F-26 INV-12 INV-4 drain what an outage left behind: each event once, none forgotten', async () => {
    world.calendar.failAlways('createEvent', new CalendarError('unavailable', 'down'))
    const practices = [practice, await world.practice(), await world.practice()]
    for (const one of practices) for (let hours = 0; hours < 8; hours += 1) await book(hours, one)
    await Promise.all([world.first.work(), second.work()])
    world.calendar.recover()
    await world.database.pool.query(`DELETE FROM graphile_worker._private_jobs WHERE id % 3 = 0`)
    await world.first.jobs.requeueOutbox()
    await makeDue(world.database)
    await Promise.all([world.first.work(), second.work()])
    for (const one of practices) {
      expect(new Set(await statuses(one))).toEqual(new Set(['WRITTEN']))
      expect(new Set(world.calendar.events(one.tenantId).map(({ key }) => key)).size).toBe(8)
      expect(world.calendar.events(one.tenantId)).toHaveLength(8)
    }
    expect((await world.database.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount).toBe(0)
  })
})

describe('T-29 one practice’s flood', () => {
  it('delays no event of another: a practice has one job at a time in each process', async () => {
    const quiet = await world.practice()
    for (let hours = 0; hours < 6; hours += 1) await book(hours)
    await world.database.pool.query('DELETE FROM graphile_worker._private_jobs WHERE id % 2 = 0')
    await store.requeue()
    const last = await book(0, quiet)
    const begun: { readonly id: string; end(): void }[] = []
    const worker = createWorker(world.database.pool, silentLog, 4)
    await worker.start({
      ...world.first.jobs,
      reconcileEvent: { reconcile: (id) => new Promise((end) => begun.push({ id, end })) },
    })
    try {
      // None ends before the other practice's has begun.
      await until(() => begun.some(({ id }) => id === last))
      expect(begun.filter(({ id }) => id !== last)).toHaveLength(1)
      for (let ended = 0; ended < 7; ended += 1) {
        await until(() => begun.length > ended)
        begun[ended]?.end()
      }
    } finally {
      for (const { end } of begun) end()
      await worker.stop()
    }
  })
})

describe('INV-12 jobs that the release before queued', () => {
  const queued = async () =>
    (await world.database.pool.query('SELECT task_identifier, key FROM graphile_worker.jobs ORDER BY key')).rows
  /** As the release before named it, in place of ours. */
  const asBefore = async (id: string) => {
    await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
    await world.database.pool.query(
      `SELECT graphile_worker.add_job('mirror_booking', json_build_object('bookingId', $1::text, 'throttled', 0),
         max_attempts => 25, job_key => 'mirror:' || $1, job_key_mode => 'replace')`,
      [id],
    )
  }

  it('jobs of the release before are done', async () => {
    await asBefore(await book())
    await world.first.work()
    expect(await statuses()).toEqual(['WRITTEN'])
    expect(await queued()).toEqual([])
  })

  it('a job of the release before requeues the outbox', async () => {
    await book()
    await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
    await world.database.pool.query(`SELECT graphile_worker.add_job('requeue_mirrors')`)
    await workOn()
    expect(await statuses()).toEqual(['WRITTEN'])
  })

  it('jobs of the release before are replaced by ours, and taken back', async () => {
    const id = await book()
    await asBefore(id)
    await cancel(id)
    expect(await queued()).toEqual([{ task_identifier: 'reconcile_event', key: `mirror:${id}` }])
    await asBefore(id)
    const active = await connections().active(practice.tenantId)
    await connections().disconnect(practice.tenantId, active?.id ?? '', world.clock.now())
    expect(await queued()).toEqual([])
  })
})

describe('F-85 disconnecting', () => {
  const disconnect = async () => {
    const active = await connections().active(practice.tenantId)
    await connections().disconnect(practice.tenantId, active?.id ?? '', world.clock.now())
  }

  it('disconnected while writes and removals wait, the removals are carried out and nothing else is sent afterwards', async () => {
    const [written] = [await book(0), await book(1)]
    await world.database.pool.query('DELETE FROM graphile_worker._private_jobs WHERE key <> $1', [`mirror:${written}`])
    await world.first.work()
    await cancel(written)
    await disconnect()
    // At once, so that an account connected next hears of none of it.
    expect(await statuses()).toEqual(['REMOVING', 'NOT_WANTED'])
    expect((await world.database.pool.query('SELECT key FROM graphile_worker.jobs')).rows).toEqual([
      { key: `mirror:${written}` },
    ])
    world.calls.length = 0
    await world.first.jobs.requeueOutbox()
    await workOn()
    for (const { id } of await rows()) await world.first.jobs.reconcileEvent.reconcile(id, { failures: 0 })
    expect(world.calls).toMatchObject([{ method: 'deleteEvent', connection: { accountKey: 'mock-account' } }])
    expect(await statuses()).toEqual(['REMOVED', 'NOT_WANTED'])
    expect((await rows()).map(({ status }) => status)).toEqual(['CANCELLED', 'CONFIRMED'])
  })

  it('disconnected between the page and the confirmation, own bookings alone decide', async () => {
    await world.first.slots(practice)
    await disconnect()
    await book()
    expect(await rows()).toMatchObject([{ calendar_check: 'NONE', event_status: 'NOT_WANTED' }])
  })
})

describe('F-25 T-33 another account', () => {
  const replace = async () => {
    const id = await world.connect(practice, 'bookings', 'another-account')
    expect(await connections().confirmPending(practice.tenantId, id, world.clock.now())).toBeDefined()
    await store.requeue(practice.tenantId)
    world.calls.length = 0
  }

  it('another account never hears of the events of the old one, and gets those that were not written yet', async () => {
    const old = await book(0)
    await world.first.work()
    await book(1)
    await replace()
    await cancel(old)
    await workOn()
    expect(writes()).toMatchObject([{ method: 'createEvent', connection: { accountKey: 'another-account' } }])
    expect(await rows()).toMatchObject([
      { status: 'CANCELLED', event_status: 'REMOVED' },
      { status: 'CONFIRMED', event_status: 'WRITTEN' },
    ])
    const left = await createFormerEventStore(world.database.database).unremoved(practice.tenantId, {
      endsAfter: world.clock.now(),
      leftBefore: world.clock.now(),
      limit: 9,
    })
    expect(left).toMatchObject([
      { booking: { id: old }, failure: 'reconnect', mailbox: { accountKey: 'mock-account' } },
    ])
    expect(world.calendar.calendars(practice.tenantId, 'another-account').events.size).toBe(1)
    expect(world.calendar.calendars(practice.tenantId, 'mock-account').events.size).toBe(1)
  })

  it('another account does not hear of an event whose fate in the old one is unknown', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', new CalendarError('timeout', 'lost'), 'after')
    await world.first.work()
    await cancel(id)
    await replace()
    await workOn()
    expect([...new Set(writes().map(({ connection }) => connection.accountKey))]).toEqual(['mock-account'])
    expect(await rows()).toMatchObject([{ event_status: 'REMOVED' }])
    expect(world.calendar.calendars(practice.tenantId, 'mock-account').events.size).toBe(0)
  })
})

describe('PR-03 a connection that may only read', () => {
  it('is read and never written, whatever happens to the booking', async () => {
    practice = await world.practice('availability')
    const id = await book()
    await cancel(id)
    await store.requeue()
    await workOn()
    await world.first.jobs.reconcileEvent.reconcile(id, { failures: 0 })
    expect(writes()).toEqual([])
    expect(await rows()).toMatchObject([{ calendar_check: 'FRESH', event_status: 'NOT_WANTED' }])
  })
})
