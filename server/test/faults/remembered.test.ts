import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Answer } from '../support/process.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
afterEach(() => {
  world.calendar.recover()
  world.calls.length = 0
})

const fails = (reason: CalendarFailure) =>
  world.calendar.failAlways('getFreeBusy', new CalendarError(reason, reason, { retryAfterMs: 5_000 }))
const starts = ({ body }: Answer): string[] => (body.slots as { start: string }[]).map(({ start }) => start)
const block = ({ tenantId }: Practice, start: string) =>
  world.calendar.addExternalEvent(tenantId, { start: new Date(start), end: hoursAfter(start, 1) })

describe('CALENDAR_FRESH_SECONDS', () => {
  it('serves slot pages from one read for 20 seconds, then reads again', async () => {
    const practice = await world.practice()
    const first = await world.first.slots(practice)
    expect(first.body.checkedAt).toBe(world.clock.now().toISOString())
    block(practice, TUESDAY_9)
    world.clock.advance(20_000)
    const second = await world.first.slots(practice)
    expect(second.body).toEqual(first.body)
    expect(world.calls).toHaveLength(1)
    world.clock.advance(1)
    const third = await world.first.slots(practice)
    expect(starts(third)).not.toContain(TUESDAY_9)
    expect(third.body.checkedAt).toBe(world.clock.now().toISOString())
    expect(world.calls).toHaveLength(2)
  })

  it('serves a day from a read of its week, and not the week from a read of the day', async () => {
    const practice = await world.practice()
    await world.first.slots(practice, { to: '2030-03-09' })
    await world.first.slots(practice, { from: '2030-03-06', to: '2030-03-06' })
    expect(world.calls).toHaveLength(1)
    await world.first.slots(practice, { to: '2030-03-12' })
    expect(world.calls).toHaveLength(2)
  })

  it('F-38 own bookings never come from memory: a booked hour is gone at once, a cancelled one back', async () => {
    const practice = await world.practice()
    await world.first.slots(practice)
    const made = await world.first.book(practice)
    expect(made.status).toBe(201)
    const after = await world.first.slots(practice)
    expect(starts(after)).not.toContain(TUESDAY_9)
  })

  it('INV-5 gives nobody the memory of another tenant', async () => {
    const [one, two] = [await world.practice(), await world.practice()]
    block(one, TUESDAY_9)
    expect(starts(await world.first.slots(one))).not.toContain(TUESDAY_9)
    expect(starts(await world.first.slots(two))).toContain(TUESDAY_9)
  })

  it('T-33 forgets what was read through another account, other calendars or another policy', async () => {
    const practice = await world.practice()
    const where = { tenantId: practice.tenantId }
    await world.first.slots(practice)
    await world.database.database.connectedCalendar.updateMany({
      where: { ...where, externalId: 'other' },
      data: { blocks: false },
    })
    await world.first.slots(practice)
    await world.database.database.tenant.update({ where: { id: practice.tenantId }, data: { tentativeBlocks: false } })
    await world.first.slots(practice)
    expect(world.calls).toHaveLength(3)
    await world.database.pool.query(
      `UPDATE calendar_connection SET status = 'DISCONNECTED', token_cache = NULL, account_address = NULL,
         disconnected_at = now() WHERE tenant_id = $1`,
      [practice.tenantId],
    )
    await world.connect(practice, 'bookings', 'another-account')
    await world.first.slots(practice)
    expect(world.calls).toHaveLength(4)
  })
})

describe.each(['timeout', 'unavailable', 'throttled'] as const)('INV-9 CALENDAR_MAX_AGE_SECONDS after %s', (reason) => {
  it('lets a complete read stand in until it is 300 seconds old, and not a moment longer', async () => {
    const practice = await world.practice()
    block(practice, TUESDAY_9)
    const first = await world.first.slots(practice)
    fails(reason)
    world.clock.advance(300_000)
    const old = await world.first.slots(practice)
    expect(old).toMatchObject({ status: 200, body: first.body })
    expect(world.calls.length).toBe(2)
    world.clock.advance(1)
    expect((await world.first.slots(practice)).status).toBe(503)
  })

  it('lets a confirmation rely on it, and records that and its age', async () => {
    const practice = await world.practice()
    block(practice, hoursAfter(TUESDAY_9, 2).toISOString())
    await world.first.slots(practice)
    const checkedAt = world.clock.now()
    fails(reason)
    world.clock.advance(299_000)
    expect((await world.first.book(practice)).status).toBe(201)
    expect((await world.first.book(practice, { start: hoursAfter(TUESDAY_9, 2) })).status).toBe(409)
    expect(await bookingsOf(world.database, practice)).toMatchObject([
      { calendar_check: 'REMEMBERED', calendar_checked_at: checkedAt },
    ])
    world.clock.advance(2_000)
    expect((await world.first.book(practice, { start: hoursAfter(TUESDAY_9, 4) })).status).toBe(503)
  })

  it('has nothing for hours it never read', async () => {
    const practice = await world.practice()
    await world.first.slots(practice)
    fails(reason)
    expect((await world.first.book(practice, { start: hoursAfter(TUESDAY_9, 24) })).status).toBe(503)
    expect((await world.first.slots(practice, { to: '2030-03-06' })).status).toBe(503)
  })
})

describe.each([
  'reconnect',
  'admin_consent',
  'forbidden',
  'not_found',
  'conflict',
  'garbled',
  'misconfigured',
] as const)('INV-7 after %s', (reason) => {
  it('no older read stands in', async () => {
    const practice = await world.practice()
    await world.first.slots(practice)
    fails(reason)
    world.clock.advance(20_001)
    expect((await world.first.slots(practice)).status).toBe(503)
    expect((await world.first.book(practice)).status).toBe(503)
    expect(await bookingsOf(world.database, practice)).toEqual([])
  })
})

describe('CALENDAR_MAX_AGE_SECONDS=0', () => {
  let forgetful: MockWorld
  beforeAll(async () => {
    forgetful = await startWorld({ calendars: 'mock', env: { CALENDAR_MAX_AGE_SECONDS: '0' } })
  })
  afterAll(() => forgetful.close())

  it('remembers nothing: every page reads, and an outage is an outage at once', async () => {
    const practice = await forgetful.practice()
    await forgetful.first.slots(practice)
    await forgetful.first.slots(practice)
    expect(forgetful.calls).toHaveLength(2)
    forgetful.calendar.failAlways('getFreeBusy', new CalendarError('unavailable', 'away'))
    expect((await forgetful.first.slots(practice)).status).toBe(503)
    expect((await forgetful.first.book(practice)).status).toBe(503)
  })
})
