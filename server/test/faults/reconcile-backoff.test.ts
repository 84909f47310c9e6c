import { beforeEach, describe, expect, it } from 'vitest'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { startTwoProcesses } from '../support/booking-steps.ts'
import type { Practice } from '../support/practice.ts'

let practice: Practice
const { world, second, rows, events, called, book, cancel, workOn } = await startTwoProcesses(() => practice)
beforeEach(async () => {
  practice = await world.practice()
})

const throttled = (retryAfterMs: number | undefined) =>
  new CalendarError('throttled', 'throttled', retryAfterMs === undefined ? {} : { retryAfterMs })

describe('INV-11 F-14 F-15 a provider that asks for patience', () => {
  const waits = async () => {
    const { rows: jobs } = await world.database.pool.query<{ wait: number }>(
      `SELECT extract(epoch FROM run_at - updated_at)::float8 AS wait FROM graphile_worker.jobs`,
    )
    return jobs.map(({ wait }) => wait)
  }

  it.each([
    [30_000, 30, 35],
    [86_400_000, 86_400, 86_405],
    [0, 60, 95],
    [undefined, 60, 95],
  ])(
    'for %s ms is left alone for %s to %s s, by the database’s clock; the booking was confirmed long before',
    async (patience, least, most) => {
      await book()
      world.calendar.failNext('createEvent', throttled(patience))
      await world.first.jobs.reconcileEvent.reconcile(String((await rows())[0]?.id), { failures: 0 })
      expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING' }])
      const [wait, ...others] = await waits()
      expect(others).toEqual([])
      expect(wait).toBeGreaterThan(least - 0.1)
      expect(wait).toBeLessThan(most)
      await world.first.work()
      expect(called('createEvent')).toHaveLength(1)
      await workOn()
      expect(events()).toHaveLength(1)
    },
  )

  it.each([
    ['names no time', undefined, [60, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['names a moment each time', 1000, [1, 120, 240, 480, 960, 1920, 3600, 3600]],
    ['names a quarter of an hour each time', 900_000, [900, 900, 900, 900, 960, 1920, 3600, 3600]],
    ['names a day each time', 86_400_000, [86_400, 86_400, 86_400]],
  ])('and %s is asked more and more rarely, at last once an hour, and no wish is given up', async (_, named, least) => {
    await book()
    world.calendar.failAlways('createEvent', throttled(named))
    for (const seconds of least) {
      // Its last attempt, as far as other failures count.
      await world.database.pool.query('UPDATE graphile_worker._private_jobs SET attempts = max_attempts - 1')
      await workOn(1)
      const [wait = 0] = await waits()
      expect(wait).toBeGreaterThan(seconds - 0.1)
      expect(wait).toBeLessThan(Math.max(1.5 * seconds, seconds + 5))
    }
    expect(await rows()).toMatchObject([{ status: 'CONFIRMED', event_status: 'PENDING', event_failure: 'throttled' }])
    expect(called('createEvent')).toHaveLength(least.length)
    world.calendar.recover()
    await workOn()
    expect(events()).toHaveLength(1)
  })

  it('counts on while somebody else is at work on the booking, and afresh for its removal', async () => {
    const id = await book()
    world.calendar.failAlways('createEvent', throttled(undefined))
    const queued = async () => {
      const job = 'SELECT payload FROM graphile_worker._private_jobs WHERE key = $1'
      return (await world.database.pool.query(job, [`mirror:${id}`])).rows
    }
    let rival: unknown
    world.before = async () => {
      world.before = () => {}
      await second.jobs.reconcileEvent.reconcile(id, { failures: 3 })
      rival = await queued()
    }
    await workOn(2)
    expect(rival).toEqual([{ payload: { bookingId: id, failures: 3 } }])
    expect(await queued()).toEqual([{ payload: { bookingId: id, failures: 2 } }])
    await cancel(id)
    expect(await queued()).toEqual([{ payload: { bookingId: id, failures: 0 } }])
  })
})
