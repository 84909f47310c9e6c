import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { CalendarError } from '../../src/ports/calendar-provider.ts'
import { openWorld, type World } from '../support/booking-world.ts'
import { bookingsOf, makeDue } from '../support/evidence.ts'
import type { Practice, Process } from '../support/process.ts'
import { hoursAfter, TUESDAY_9 } from '../support/scenery.ts'

let world: World
let second: Process
let practice: Practice
beforeAll(async () => {
  world = await openWorld()
  second = await world.another()
})
afterAll(() => world.close())
beforeEach(async () => {
  practice = await world.practice()
})
afterEach(async () => {
  world.calendar.recover()
  world.before = () => {}
  world.calls.length = 0
  await world.test.pool.query('DELETE FROM graphile_worker._private_jobs')
})

const rows = (of = practice) => bookingsOf(world.test, of)
const statuses = async (of = practice) => (await rows(of)).map(({ event_status }) => event_status)
const bookings = () => createBookingStore(world.test.database)
const connections = () => createConnectionStore(world.test.database)
const book = async (hours = 0, of = practice): Promise<string> => {
  const answer = await world.first.book(of, { start: hoursAfter(TUESDAY_9, hours) })
  expect(answer.status).toBe(201)
  return String(answer.body.id)
}
const cancel = (id: string) => bookings().cancel(practice.tenantId, id, world.clock.now())
const workOn = async () => {
  for (let round = 0; round < 3; round += 1) {
    await makeDue(world.test)
    await world.first.work()
  }
}
const writes = () => world.calls.filter(({ method }) => method !== 'getFreeBusy')

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
      await world.test.pool.query(
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

  it('F-84 are not held up by rows that can never succeed', async () => {
    const poisoned = await world.practice()
    await book(0, poisoned)
    await world.test.pool.query(`SELECT graphile_worker.add_job('reconcile_event', '{"bookingId": "no id"}')`)
    await world.test.pool.query(`SELECT graphile_worker.add_job('unheard_of', '{}')`)
    world.before = ({ method, connection }) => {
      if (method === 'createEvent' && connection.tenantId === poisoned.tenantId)
        throw new CalendarError('conflict', 'always')
    }
    for (let hours = 0; hours < 3; hours += 1) await book(hours)
    await Promise.all([world.first.work(), second.work()])
    expect(await statuses()).toEqual(['WRITTEN', 'WRITTEN', 'WRITTEN'])
    expect(await statuses(poisoned)).toEqual(['PENDING'])
    await world.test.pool.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1')
    await workOn()
    expect(await statuses(poisoned)).toEqual(['FAILED'])
  })

  it('F-26 INV-12 INV-4 drain what an outage left behind: each event once, none forgotten', async () => {
    world.calendar.failAlways('createEvent', new CalendarError('unavailable', 'down'))
    const practices = [practice, await world.practice(), await world.practice()]
    for (const one of practices) for (let hours = 0; hours < 8; hours += 1) await book(hours, one)
    await Promise.all([world.first.work(), second.work()])
    world.calendar.recover()
    await world.test.pool.query(`DELETE FROM graphile_worker._private_jobs WHERE id % 3 = 0`)
    await world.first.jobs.requeueOutbox()
    await makeDue(world.test)
    await Promise.all([world.first.work(), second.work()])
    for (const one of practices) {
      expect(new Set(await statuses(one))).toEqual(new Set(['WRITTEN']))
      expect(new Set(world.calendar.events(one.tenantId).map(({ key }) => key)).size).toBe(8)
      expect(world.calendar.events(one.tenantId)).toHaveLength(8)
    }
    expect((await world.test.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount).toBe(0)
  })
})

describe('INV-12 jobs that the release before queued', () => {
  const queued = async () =>
    (await world.test.pool.query('SELECT task_identifier, key FROM graphile_worker.jobs ORDER BY key')).rows
  /** As the release before named it, in place of ours. */
  const asBefore = async (id: string) => {
    await world.test.pool.query('DELETE FROM graphile_worker._private_jobs')
    await world.test.pool.query(
      `SELECT graphile_worker.add_job('mirror_booking', json_build_object('bookingId', $1::text, 'throttled', 0),
         max_attempts => 25, job_key => 'mirror:' || $1, job_key_mode => 'replace')`,
      [id],
    )
  }

  it('are done', async () => {
    await asBefore(await book())
    await world.first.work()
    expect(await statuses()).toEqual(['WRITTEN'])
    expect(await queued()).toEqual([])
  })

  it('requeue the outbox', async () => {
    await book()
    await world.test.pool.query('DELETE FROM graphile_worker._private_jobs')
    await world.test.pool.query(`SELECT graphile_worker.add_job('requeue_mirrors')`)
    await workOn()
    expect(await statuses()).toEqual(['WRITTEN'])
  })

  it('are replaced by ours, and taken back', async () => {
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

  it('while writes and removals wait: nothing is sent afterwards', async () => {
    const [written] = [await book(0), await book(1)]
    await world.test.pool.query('DELETE FROM graphile_worker._private_jobs WHERE key <> $1', [`mirror:${written}`])
    await world.first.work()
    await cancel(written)
    await disconnect()
    // At once, so that an account connected next hears of none of it.
    expect(await statuses()).toEqual(['FAILED', 'NOT_WANTED'])
    expect((await world.test.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount).toBe(0)
    world.calls.length = 0
    await world.first.jobs.requeueOutbox()
    await workOn()
    for (const { id } of await rows())
      await world.first.jobs.reconcileEvent.reconcile(id, { last: false, throttled: 0 })
    expect(world.calls).toEqual([])
    expect(await statuses()).toEqual(['FAILED', 'NOT_WANTED'])
    expect((await rows()).map(({ status }) => status)).toEqual(['CANCELLED', 'CONFIRMED'])
  })

  it('between the page and the confirmation: own bookings alone decide', async () => {
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
    await bookings().requeue(practice.tenantId)
    world.calls.length = 0
  }

  it('never hears of the events of the old one, and gets those that were not written yet', async () => {
    const old = await book(0)
    await world.first.work()
    await book(1)
    await replace()
    await cancel(old)
    await workOn()
    expect(writes()).toMatchObject([{ method: 'createEvent', connection: { accountKey: 'another-account' } }])
    expect(await rows()).toMatchObject([
      { status: 'CANCELLED', event_status: 'FAILED', event_failure: 'forbidden' },
      { status: 'CONFIRMED', event_status: 'WRITTEN' },
    ])
    expect(world.calendar.calendars(practice.tenantId, 'another-account').events.size).toBe(1)
    expect(world.calendar.calendars(practice.tenantId, 'mock-account').events.size).toBe(1)
  })

  it('does not hear of one whose fate in the old one is unknown', async () => {
    const id = await book()
    world.calendar.failNext('createEvent', new CalendarError('timeout', 'lost'), 'after')
    await world.first.work()
    await cancel(id)
    await replace()
    await workOn()
    expect(writes()).toEqual([])
    expect(await rows()).toMatchObject([{ event_status: 'FAILED', event_failure: 'forbidden' }])
  })
})

describe('PR-03 a connection that may only read', () => {
  it('is read and never written, whatever happens to the booking', async () => {
    practice = await world.practice('availability')
    const id = await book()
    await cancel(id)
    await bookings().requeue()
    await workOn()
    await world.first.jobs.reconcileEvent.reconcile(id, { last: false, throttled: 0 })
    expect(writes()).toEqual([])
    expect(await rows()).toMatchObject([{ calendar_check: 'FRESH', event_status: 'NOT_WANTED' }])
  })
})
