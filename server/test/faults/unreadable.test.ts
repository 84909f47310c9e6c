import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mayPass } from '../../src/domain/connection-health.ts'
import { CALENDAR_FAILURES, CalendarError, type CalendarFailure } from '../../src/ports/calendar-failure.ts'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
afterEach(() => world.calendar.recover())

const broken = (reason: CalendarFailure) =>
  new CalendarError(reason, 'canary-message', reason === 'throttled' ? { retryAfterMs: 44_200 } : {})

const jobs = async () => (await world.database.pool.query('SELECT 1 FROM graphile_worker.jobs')).rowCount

const nothingStored = async (practice: Practice) => {
  expect(await bookingsOf(world.database, practice)).toEqual([])
  expect(await jobs()).toBe(0)
}

const PROBLEM = {
  type: 'http://127.0.0.1:3999/problems/calendar-unreadable',
  title: 'The calendar cannot be read right now',
  status: 503,
}

describe.each(CALENDAR_FAILURES)('INV-7 a calendar that answers %s', (reason) => {
  const seconds = reason === 'throttled' ? '45' : '30'

  it('is unknown, not free: no slots, a problem document, and when to ask again', async () => {
    const practice = await world.practice()
    world.calendar.failNext('getFreeBusy', broken(reason))
    const answer = await world.first.slots(practice)
    expect(answer).toMatchObject({ status: 503, body: PROBLEM })
    expect(Object.keys(answer.body)).toEqual(['type', 'title', 'status', 'requestId'])
    expect(answer.headers.get('retry-after')).toBe(seconds)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })

  it('is no ground for a booking: nothing is stored, nothing queued', async () => {
    const practice = await world.practice()
    world.calendar.failNext('getFreeBusy', broken(reason))
    const answer = await world.first.book(practice)
    expect(answer).toMatchObject({ status: 503, body: PROBLEM })
    expect(answer.headers.get('retry-after')).toBe(seconds)
    await nothingStored(practice)
  })

  it('shows no times on the page, which says so', async () => {
    const practice = await world.practice()
    world.calendar.failNext('getFreeBusy', broken(reason))
    const page = await world.first.request(`/book/${practice.slug}?service=${practice.serviceId}&day=2030-03-05`)
    expect(page.status).toBe(503)
    expect(page.headers.get('retry-after')).toBe(seconds)
    expect(String(page.body.text)).toContain(
      mayPass(reason) ? 'We cannot see Practice' : 'Online booking is closed at the moment',
    )
    expect(String(page.body.text)).not.toMatch(/canary|start=|9:00/)
  })
})

describe('a connection that waits for people', () => {
  it.each(['reconnect', 'admin_consent'] as const)('is not asked again after %s (INV-11)', async (reason) => {
    const practice = await world.practice()
    world.calendar.failNext('getFreeBusy', broken(reason))
    await world.first.slots(practice)
    world.calls.length = 0
    expect((await world.first.slots(practice)).status).toBe(503)
    expect((await world.first.book(practice)).status).toBe(503)
    expect(world.calls).toEqual([])
    await world.connect(practice, 'bookings')
    expect((await world.first.slots(practice)).status).toBe(200)
  })

  it('F-46 INV-8 a failure that passes does not disconnect it: the next request reads again', async () => {
    const practice = await world.practice()
    for (const reason of ['timeout', 'unavailable', 'throttled', 'garbled', 'misconfigured'] as const) {
      world.calendar.failNext('getFreeBusy', broken(reason))
      expect((await world.first.slots(practice)).status).toBe(503)
    }
    expect((await world.first.slots(practice)).status).toBe(200)
  })

  it('F-49 a failure that is ours does not ask the therapist to reconnect', async () => {
    const practice = await world.practice()
    world.calendar.failNext('getFreeBusy', broken('misconfigured'))
    await world.first.slots(practice)
    const { rows } = await world.database.pool.query(
      'SELECT status, failure_reason FROM calendar_connection WHERE tenant_id = $1',
      [practice.tenantId],
    )
    expect(rows).toEqual([{ status: 'ACTIVE', failure_reason: 'misconfigured' }])
  })
})

describe('INV-7 a calendar that cannot be read whole', () => {
  it('is unknown when one of two calendars fails', async () => {
    const practice = await world.practice()
    world.calendar.calendars(practice.tenantId).unreadable.add('other')
    expect((await world.first.slots(practice)).status).toBe(503)
    expect((await world.first.book(practice)).status).toBe(503)
    await nothingStored(practice)
  })

  it('is unknown when no calendar is chosen at all', async () => {
    const practice = await world.practice()
    await world.database.pool.query('UPDATE connected_calendar SET blocks = false WHERE tenant_id = $1', [
      practice.tenantId,
    ])
    expect((await world.first.slots(practice)).status).toBe(503)
    expect((await world.first.book(practice)).status).toBe(503)
    await nothingStored(practice)
  })

  it('without any connected calendar, own bookings alone decide, and checkedAt is null', async () => {
    const practice = await world.practice('none')
    const before = await world.first.slots(practice)
    expect(before).toMatchObject({ status: 200, body: { timeZone: 'Europe/Berlin', checkedAt: null } })
    expect((await world.first.book(practice)).status).toBe(201)
    const after = await world.first.slots(practice)
    expect((after.body.slots as unknown[]).length).toBe((before.body.slots as unknown[]).length - 2)
    expect(await bookingsOf(world.database, practice)).toMatchObject([
      { calendar_check: 'NONE', calendar_checked_at: null, event_status: 'NOT_WANTED' },
    ])
  })
})
