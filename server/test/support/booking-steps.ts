import { afterAll, afterEach, expect } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { bookingsOf, makeDue } from './evidence.ts'
import type { Practice } from './practice.ts'
import { hoursAfter, TUESDAY_9 } from './times.ts'
import { startWorld } from './world.ts'

/** Two processes on one database for a test file, and what is done there for the practice that a test has at the moment. */
export async function startTwoProcesses(current: () => Practice) {
  const world = await startWorld({ calendars: 'mock' })
  const second = await world.another()
  afterAll(() => world.close())
  afterEach(async () => {
    world.calendar.recover()
    world.before = () => {}
    world.calls.length = 0
    await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
  })
  const store = createBookingStore(world.database.database)
  const rows = (of = current()) => bookingsOf(world.database, of)
  return {
    world,
    second,
    store,
    rows,
    events: () => world.calendar.events(current().tenantId),
    called: (method: string) => world.calls.filter((call) => call.method === method),
    writes: () => world.calls.filter(({ method }) => method !== 'getFreeBusy'),
    statuses: async (of = current()) => (await rows(of)).map(({ event_status }) => event_status),

    /** So many hours after Tuesday at nine; the booking's id. */
    async book(hours = 0, of = current()): Promise<string> {
      const answer = await world.first.book(of, { start: hoursAfter(TUESDAY_9, hours) })
      expect(answer.status).toBe(201)
      return String(answer.body.id)
    },

    cancel: (id: string) => store.cancel(current().tenantId, id, world.clock.now()),

    /** Works until no job is due, as the workers of an hour would. */
    async workOn(rounds = 3): Promise<void> {
      for (let round = 0; round < rounds; round += 1) {
        await makeDue(world.database)
        await world.first.work()
      }
    },
  }
}
