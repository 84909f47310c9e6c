import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import type { Practice } from '../support/practice.ts'

let practice: Practice
const { world, store, rows, called, book, workOn } = await startTwoProcesses(() => practice)
beforeEach(async () => {
  practice = await world.practice()
})

const failure = (reason: CalendarFailure) => new CalendarError(reason, reason)
/** Of the jobs that are not due, in seconds. */
const waits = async () => {
  const { rows: jobs } = await world.database.pool.query<{ wait: number }>(
    `SELECT extract(epoch FROM run_at - created_at)::float8 AS wait FROM graphile_worker.jobs WHERE run_at > now()`,
  )
  return jobs.map(({ wait }) => wait)
}
describe('an event that was refused', () => {
  it.each(['forbidden', 'not_found', 'misconfigured', 'conflict'] as const)(
    'F-19 is kept after %s, asked for ever more rarely, and hurts nobody else',
    async (reason) => {
      await book()
      const other = await world.practice()
      await world.first.book(other)
      const refused = () => called('createEvent').filter(({ connection }) => connection.tenantId === practice.tenantId)
      world.before = ({ method, connection }) => {
        if (method === 'createEvent' && connection.tenantId === practice.tenantId) throw failure(reason)
      }
      await world.first.work()
      // Nothing asks before its time, however often the outbox is looked through.
      await store.requeue()
      await world.first.work()
      expect(refused()).toHaveLength(1)
      expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_failure: reason }])
      expect(await waits()).toEqual([expect.closeTo(75, -1.5)])
      expect(world.calendar.events(other.tenantId)).toHaveLength(1)
      world.before = () => {}
      await workOn(1)
      expect(await rows()).toMatchObject([{ event_status: 'WRITTEN', event_failure: null }])
    },
  )

  it('F-26 INV-12 the first success at a mailbox makes what waits for it due, and no throttled one', async () => {
    const [refused, throttled] = [await book(0), await book(1)]
    const reasons = new Map<string | undefined, CalendarFailure>([
      [refused, 'forbidden'],
      [throttled, 'throttled'],
    ])
    world.before = ({ method, subject }) => {
      const reason = method === 'createEvent' ? reasons.get(subject) : undefined
      if (reason !== undefined) throw failure(reason)
    }
    await world.first.work()
    reasons.clear()
    await book(2)
    await world.first.work()
    expect((await rows()).map(({ event_status }) => event_status)).toEqual(['WRITTEN', 'PENDING', 'WRITTEN'])
    expect(await waits()).toHaveLength(1)
  })

  const connections = createConnectionStore(world.database.database)
  const connection = async () => {
    const found = await connections.active(practice.tenantId)
    if (found === undefined) throw new Error('nothing is connected')
    return found
  }
  const refuse = async (reason: CalendarFailure): Promise<void> => {
    world.before = ({ method }) => {
      if (method === 'createEvent') throw failure(reason)
    }
    await book(0)
    await book(1)
    await world.first.work()
    await world.database.pool.query(`UPDATE graphile_worker._private_jobs SET run_at = now() + interval '50 minutes'`)
    world.before = () => {}
  }

  it.each([
    ['read', async () => connections.recordRead(practice.tenantId, (await connection()).id, world.clock.now())],
    [
      'listing',
      async () => {
        const { id, calendars } = await connection()
        const listings = calendars.map(({ externalId, isDefault }) => ({ id: externalId, name: 'Any', isDefault }))
        await connections.refreshCalendars(practice.tenantId, id, listings, world.clock.now())
      },
    ],
  ])(
    'F-26 a %s that succeeds lets one of what waits after an outage go, and its success lets the others',
    async (_, succeed) => {
      await refuse('unavailable')
      await succeed()
      expect(await waits()).toHaveLength(1)
      await world.first.work()
      expect((await rows()).map(({ event_status }) => event_status)).toEqual(['WRITTEN', 'WRITTEN'])
    },
  )

  it('F-26 a read that ends a failure makes all that waits due; another asks nothing sooner of what was refused', async () => {
    await refuse('forbidden')
    const { id } = await connection()
    const read = () => connections.recordRead(practice.tenantId, id, world.clock.now())
    await read()
    expect(await waits()).toHaveLength(2)
    await connections.recordFailure(practice.tenantId, id, 'forbidden', world.clock.now())
    await read()
    expect(await waits()).toEqual([])
  })

  it('F-26 connecting again makes what waits for it due', async () => {
    await book()
    world.calendar.failNext('createEvent', failure('forbidden'))
    await world.first.work()
    await world.connect(practice, 'bookings')
    await store.requeue(practice.tenantId)
    await world.first.work()
    expect(await rows()).toMatchObject([{ event_status: 'WRITTEN' }])
  })

  it('INV-12 whose job has no attempt left, or would sleep for hours, is queued again', async () => {
    await book(0)
    await book(1)
    await world.database.pool.query(`UPDATE graphile_worker._private_jobs SET attempts = max_attempts
      WHERE id = (SELECT min(id) FROM graphile_worker._private_jobs)`)
    await world.database.pool.query(`UPDATE graphile_worker._private_jobs SET attempts = 10, run_at = now() + interval '6 h'
      WHERE id = (SELECT max(id) FROM graphile_worker._private_jobs)`)
    await world.first.work()
    expect(called('createEvent')).toEqual([])
    await store.requeue()
    await world.first.work()
    expect((await rows()).map(({ event_status }) => event_status)).toEqual(['WRITTEN', 'WRITTEN'])
  })
})
