import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { overlaps as overlap } from '../../src/domain/interval.ts'
import { CalendarError } from '../../src/ports/calendar-failure.ts'
import { bookingsOf, makeDue, overlaps } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Process } from '../support/process.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

/** Half hours of one working day; sessions last fifty minutes, so neighbours overlap. */
const half = fc.nat({ max: 14 })
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('book' as const), half, rivals: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which: fc.nat({ max: 7 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('externalCreate' as const), half }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('externalDelete' as const), which: fc.nat({ max: 7 }) }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'workerRuns' as const }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'calendarDown' as const }, { kind: 'calendarUp' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: 'answerLost' as const }, { kind: 'connect' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'disconnect' as const }) },
)
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never

let world: MockWorld
let second: Process
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock', env: { CALENDAR_MAX_AGE_SECONDS: '0' } })
  second = await world.another()
})
afterAll(() => world.close())

/** What a careful observer knows: who was promised what, and whether the calendar could be read when it was promised. */
class Model {
  readonly practice: Practice
  readonly promised = new Map<string, { cancelled: boolean; check: string; start: Date }>()
  readonly external: string[] = []
  connected = true
  down = false
  everDisconnected = false

  constructor(practice: Practice) {
    this.practice = practice
  }

  /** The answers that this many clients may get who ask for the hour at once. */
  expected(start: Date, rivals: number): number[] {
    const session = { start, end: hoursAfter(start, 50 / 60) }
    const own = [...this.promised.values()].some(
      (booking) =>
        !booking.cancelled && overlap({ start: booking.start, end: hoursAfter(booking.start, 50 / 60) }, session),
    )
    if (own) return Array(rivals).fill(409)
    if (this.connected && this.down) return Array(rivals).fill(503)
    const busy =
      this.connected && world.calendar.events(this.practice.tenantId).some((event) => overlap(event, session))
    return busy ? Array(rivals).fill(409) : [201, ...Array(rivals - 1).fill(409)]
  }
}

const away = new CalendarError('unavailable', 'down')
const bookings = () => createBookingStore(world.database.database)
const connections = () => createConnectionStore(world.database.database)

async function perform(model: Model, step: Command): Promise<void> {
  const { practice } = model
  const { tenantId } = practice
  switch (step.kind) {
    case 'book': {
      const start = hoursAfter(TUESDAY_9, step.half / 2)
      const expected = model.expected(start, step.rivals)
      const answers = await Promise.all(
        Array.from({ length: step.rivals }, (_, n) => (n % 2 === 0 ? world.first : second).book(practice, { start })),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual(expected)
      for (const { status, body } of answers)
        if (status === 201)
          model.promised.set(String(body.id), { cancelled: false, check: model.connected ? 'FRESH' : 'NONE', start })
      return
    }
    case 'cancel': {
      const [id, promise] = [...model.promised][step.which] ?? []
      if (id === undefined || promise === undefined) return
      const cancelled = await bookings().cancel(tenantId, id, world.clock.now())
      expect(cancelled === undefined).toBe(promise.cancelled)
      promise.cancelled = true
      return
    }
    case 'externalCreate': {
      const start = hoursAfter(TUESDAY_9, step.half / 2)
      model.external.push(world.calendar.addExternalEvent(tenantId, { start, end: hoursAfter(start, 0.5) }))
      return
    }
    case 'externalDelete': {
      const id = model.external[step.which]
      if (id !== undefined) world.calendar.removeExternalEvent(tenantId, id)
      return
    }
    case 'calendarDown':
      model.down = true
      for (const method of ['getFreeBusy', 'createEvent', 'deleteEvent'] as const)
        world.calendar.failAlways(method, away)
      return
    case 'calendarUp':
      model.down = false
      return world.calendar.recover()
    case 'answerLost':
      return world.calendar.failNext('createEvent', new CalendarError('timeout', 'lost'), 'after')
    case 'workerRuns':
      await makeDue(world.database)
      await Promise.all([world.first.work(), second.work()])
      return
    case 'disconnect': {
      const active = await connections().active(tenantId)
      if (active !== undefined) await connections().disconnect(tenantId, active.id, world.clock.now())
      model.everDisconnected ||= model.connected
      model.connected = false
      return
    }
    case 'connect':
      await world.connect(practice, 'bookings')
      await bookings().requeue(tenantId)
      model.connected = true
  }
}

/** The faults stop, and everything that waits is done. */
async function comeToRest(): Promise<void> {
  world.calendar.recover()
  await world.first.jobs.requeueOutbox()
  for (let round = 0; round < 6; round += 1) {
    if ((await world.database.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount === 0) return
    await makeDue(world.database)
    await world.first.work()
  }
  throw new Error('INV-12: the queue does not empty')
}

async function check(model: Model): Promise<void> {
  const rows = await bookingsOf(world.database, model.practice)
  expect(await overlaps(world.database), 'INV-1').toBe(0)
  expect(new Map(rows.map((row) => [row.id, row.status])), 'INV-2').toEqual(
    new Map([...model.promised].map(([id, { cancelled }]) => [id, cancelled ? 'CANCELLED' : 'CONFIRMED'])),
  )
  for (const row of rows) {
    expect(row.calendar_check, 'INV-7').toBe(model.promised.get(row.id)?.check)
    const events = world.calendar.events(model.practice.tenantId).filter(({ key }) => key === row.id)
    const settled = { WRITTEN: 1, REMOVED: 0 }[row.event_status as string]
    if (settled !== undefined) expect(events.length, `INV-3 ${row.event_status}`).toBe(settled)
    else {
      // Only a disconnection leaves a booking without its event, or a removal that waits for another connection.
      expect(model.connected ? ['NOT_WANTED'] : ['NOT_WANTED', 'REMOVING'], 'INV-12').toContain(row.event_status)
      expect(model.everDisconnected, 'INV-3').toBe(true)
      expect(events.length, 'INV-3').toBeLessThanOrEqual(1)
    }
    if (row.event_status === 'WRITTEN') expect(row.status, 'INV-4').toBe('CONFIRMED')
  }
}

describe('whatever happens, in whatever order', () => {
  it('INV-1 INV-2 INV-3 INV-4 INV-7 INV-12 hold when everything has come to rest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { minLength: 6, maxLength: 18 }), async (steps) => {
        await world.database.pool.query('TRUNCATE rate_limit')
        await world.database.pool.query('DELETE FROM graphile_worker._private_jobs')
        world.calendar.recover()
        const model = new Model(await world.practice())
        for (const step of steps) await perform(model, step)
        await comeToRest()
        await check(model)
      }),
      { numRuns: 30, seed: 20_300_304, endOnFailure: true },
    )
    // Thirty lives of a practice: on a busy machine they take longer than a test usually may.
  }, 600_000)
})
