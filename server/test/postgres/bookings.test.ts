import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { withCalendarLock } from '../../src/adapters/postgres/bookings/calendar-lock.ts'
import type { Interval } from '../../src/domain/interval.ts'
import type { InsertOutcome } from '../../src/ports/booking-store.ts'
import { createCancelBooking } from '../../src/services/cancel-booking.ts'
import { createManageTokens } from '../../src/services/manage-tokens.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { tenant } from '../support/fixtures.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, createConnection, minutesAfter, NOW, newBooking, queuedJobs } from '../support/rows.ts'
import { until } from '../support/until.ts'

const { test, store, insert } = await startBookingStore()
let practice: Practice
beforeEach(async () => {
  practice = await createPractice(test.database)
})

const booked = async (more: Parameters<typeof newBooking>[1] = {}) => {
  const booking = newBooking(practice, more)
  expect((await insert(booking)).kind).toBe('booked')
  return booking
}

describe('inserting a booking', () => {
  it('stores what was asked for, with its job and one audit row (INV-14)', async () => {
    const wanted = newBooking(practice)
    const outcome = await insert(wanted)
    expect(outcome).toMatchObject({
      kind: 'booked',
      booking: {
        id: wanted.id,
        startsAt: wanted.session.start,
        endsAt: wanted.session.end,
        status: 'CONFIRMED',
        calendarCheck: 'FRESH',
        calendarCheckedAt: NOW,
        service: { id: practice.serviceId, durationMinutes: 50 },
        event: { status: 'PENDING', id: undefined },
      },
    })
    expect('booking' in outcome && outcome.booking).toEqual(await store.byId(practice.tenantId, wanted.id))
    expect(await queuedJobs(test.pool)).toContain(`mirror:${wanted.id}`)
    const { rows } = await test.pool.query(
      `SELECT task_identifier, queue_name, max_attempts FROM graphile_worker.jobs WHERE key = $1`,
      [`mirror:${wanted.id}`],
    )
    expect(rows).toEqual([{ task_identifier: 'reconcile_event', queue_name: null, max_attempts: 25 }])
    expect(await auditOf(test.pool, practice.tenantId)).toEqual(['booking_created client'])
  })

  it('queues nothing where no event is wanted', async () => {
    const wanted = await booked({ wantsEvent: false })
    expect((await store.byId(practice.tenantId, wanted.id))?.event.status).toBe('NOT_WANTED')
    expect(await queuedJobs(test.pool)).not.toContain(`mirror:${wanted.id}`)
  })

  it('writes the event where an account that takes sessions was connected meanwhile', async () => {
    await createConnection(test.database, practice.tenantId, '{}')
    const wanted = await booked({ wantsEvent: false })
    expect((await store.byId(practice.tenantId, wanted.id))?.event.status).toBe('PENDING')
    expect(await queuedJobs(test.pool)).toContain(`mirror:${wanted.id}`)
  })

  it('INV-10 answers the same key and content with the same booking, and other content with a refusal', async () => {
    const first = await booked()
    const again = newBooking(practice, { idempotencyKeyHash: first.idempotencyKeyHash })
    expect(await insert(again)).toMatchObject({ kind: 'replayed', booking: { id: first.id } })
    expect(await insert({ ...again, requestHash: 'other' })).toEqual({ kind: 'key_reused' })
    const stranger = await createPractice(test.database)
    expect((await insert(newBooking(stranger, { idempotencyKeyHash: first.idempotencyKeyHash }))).kind).toBe('booked')
    expect(await auditOf(test.pool, practice.tenantId)).toHaveLength(1)
  })

  it('INV-10 F-81 makes one booking of ten equal requests at once', async () => {
    const key = randomUUID()
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => insert(newBooking(practice, { idempotencyKeyHash: key }))),
    )
    expect(outcomes.filter(({ kind }) => kind === 'booked')).toHaveLength(1)
    expect(outcomes.filter(({ kind }) => kind === 'replayed')).toHaveLength(9)
    expect(new Set(outcomes.map((outcome) => ('booking' in outcome ? outcome.booking.id : ''))).size).toBe(1)
  })

  it('judges the slot inside the transaction, by what the database then holds', async () => {
    const rival = await booked()
    const seen: number[] = []
    const outcome = await store.insert(newBooking(practice), NOW, (blocked) => {
      seen.push(...blocked.map(({ start }) => start.getTime()))
      return false
    })
    expect(outcome).toEqual({ kind: 'taken' })
    expect(seen).toEqual([rival.session.start.getTime()])
  })

  it('waits for whoever changes the calendar, and judges the slot by what that leaves', async () => {
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    const before = await booked()
    const later = newBooking(practice, { startsAt: minutesAfter(before.session.start, 60) })
    let blocked: readonly Interval[] | undefined
    let outcome: Promise<InsertOutcome> | undefined
    await withCalendarLock(test.database, practice.tenantId, async (transaction) => {
      outcome = store.insert(later, NOW, (found) => {
        blocked = found
        return true
      })
      await Promise.race([outcome, until(async () => (await test.pool.query(waiting)).rowCount === 1)])
      await transaction.booking.update({
        where: { id: before.id },
        data: { status: 'CANCELLED', cancelledAt: NOW },
        select: { id: true },
      })
    })
    expect(await outcome).toMatchObject({ kind: 'booked' })
    expect(blocked).toEqual([])
  })

  it('INV-1 F-67 the database refuses an overlap that the code let through, and names nobody', async () => {
    const first = await booked()
    const late = minutesAfter(first.session.start, 49)
    expect(await insert(newBooking(practice, { startsAt: late }))).toEqual({ kind: 'taken' })
    expect(await insert(newBooking(practice, { startsAt: first.session.end }))).toMatchObject({ kind: 'booked' })
    const stranger = await createPractice(test.database)
    expect(await insert(newBooking(stranger))).toMatchObject({ kind: 'booked' })
  })
})

describe('finding bookings', () => {
  it('INV-5 gives a booking to its tenant only', async () => {
    const { id, manageTokenHash } = await booked()
    const stranger = await createPractice(test.database)
    expect(await store.byId(stranger.tenantId, id)).toBeUndefined()
    expect(await store.cancel(stranger.tenantId, id, NOW)).toBeUndefined()
    expect((await store.byManageToken(manageTokenHash))?.id).toBe(id)
    expect(await store.byManageToken('other')).toBeUndefined()
    for (const odd of ['', 'x', `${id} `, "'; --"]) expect(await store.byId(practice.tenantId, odd)).toBeUndefined()
  })

  it('lists what ends later than asked, soonest first, cancelled ones included, and counts the confirmed', async () => {
    const later = await booked({ startsAt: minutesAfter(NOW, 600) })
    const running = await booked({ startsAt: minutesAfter(NOW, -10) })
    await booked({ startsAt: minutesAfter(NOW, -60) })
    await store.cancel(practice.tenantId, later.id, NOW)
    expect((await store.upcoming(practice.tenantId, NOW)).map(({ id }) => id)).toEqual([running.id, later.id])
    expect(await store.countUpcoming(practice.tenantId, NOW)).toEqual({ sessions: 1, notices: 0 })
    const window = { start: NOW, end: minutesAfter(NOW, 1000) }
    expect(await store.blocked(practice.tenantId, window)).toEqual([running.blocked])
    const { session, blocked } = running
    expect(await store.booked(practice.tenantId, window)).toEqual([{ session, blocked }])
  })
})

describe('cancelling', () => {
  it('WS-20 a link that an earlier secret made leads nowhere, though the database knows it', async () => {
    const [id, links] = [randomUUID(), createManageTokens('a secret')]
    const token = links.issue(id)
    await booked({ id, manageTokenHash: links.hash(token) })
    const clients = (manageTokens: typeof links) =>
      createCancelBooking({
        tenants: { byId: async () => tenant },
        bookings: store,
        manageTokens,
        clock: { now: () => NOW },
        log: new LogRecorder(),
      })
    const later = clients(createManageTokens('another secret'))
    expect(await later.find(token)).toBeUndefined()
    const found = await clients(links).find(token)
    expect(found?.booking.status).toBe('CONFIRMED')
    expect(found && (await clients(links).byClient(found))).toBe('cancelled')
  })

  it('frees the hour, queues the removal and audits it once', async () => {
    const { id, session } = await booked()
    await store.recordEvent(id, { to: 'WRITTEN', id: 'event-1' })
    await test.pool.query('DELETE FROM graphile_worker._private_jobs')
    const event = { status: 'REMOVING', id: 'event-1' }
    expect(await store.cancel(practice.tenantId, id, NOW, 'user:u1')).toMatchObject({ event })
    expect(await store.byId(practice.tenantId, id)).toMatchObject({ status: 'CANCELLED', cancelledAt: NOW, event })
    expect(await queuedJobs(test.pool)).toContain(`mirror:${id}`)
    expect(await store.cancel(practice.tenantId, id, NOW)).toBeUndefined()
    expect(await auditOf(test.pool, practice.tenantId)).toEqual(['booking_created client', 'booking_cancelled user:u1'])
    await booked({ startsAt: session.start })
  })

  it('does not cancel a session that has begun', async () => {
    const { id } = await booked({ startsAt: NOW })
    expect(await store.cancel(practice.tenantId, id, NOW)).toBeUndefined()
    expect((await store.byId(practice.tenantId, id))?.status).toBe('CONFIRMED')
  })

  it('F-80 lets one of many cancellations at once count', async () => {
    const { id } = await booked()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => store.cancel(practice.tenantId, id, NOW)))
    expect(outcomes.filter((outcome) => outcome !== undefined)).toHaveLength(1)
    expect(await auditOf(test.pool, practice.tenantId)).toHaveLength(2)
  })
})
