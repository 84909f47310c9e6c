import { beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../src/ports/store-error.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newBooking } from '../support/rows.ts'

const { test, store, insert } = await startBookingStore()
let practice: Practice
beforeEach(async () => {
  practice = await createPractice(test.database)
})

describe('the longest booking with the longest buffers', () => {
  const hours = (from: Date, count: number) => minutesAfter(from, count * 60)
  const session = { start: NOW, end: hours(NOW, 12) }
  const blocked = { start: hours(NOW, -4), end: hours(NOW, 16) }

  it('is found to its first and last minute', async () => {
    const longest = newBooking(practice, { session, blocked })
    expect((await insert(longest)).kind).toBe('booked')
    for (const start of [minutesAfter(blocked.start, -59), minutesAfter(blocked.end, -1)])
      expect(await store.blocked(practice.tenantId, { start, end: hours(start, 1) })).toEqual([blocked])
    for (const start of [hours(blocked.start, -1), blocked.end])
      expect(await store.blocked(practice.tenantId, { start, end: hours(start, 1) })).toEqual([])
    const lastMinute = minutesAfter(session.end, -1)
    expect((await store.upcoming(practice.tenantId, lastMinute)).map((booking) => booking.id)).toEqual([longest.id])
    expect(await store.countUpcoming(practice.tenantId, lastMinute)).toMatchObject({ sessions: 1 })
    expect(await store.upcoming(practice.tenantId, session.end)).toEqual([])
  })

  it.each([
    ['session', { session: { ...session, end: minutesAfter(session.end, 1) }, blocked }],
    ['buffer before', { session, blocked: { ...blocked, start: minutesAfter(blocked.start, -1) } }],
    ['buffer after', { session, blocked: { ...blocked, end: minutesAfter(blocked.end, 1) } }],
  ])('is the longest: the database refuses a longer %s', async (_what, times) => {
    await expect(insert(newBooking(practice, times))).rejects.toThrow(StoreError)
    expect(await store.upcoming(practice.tenantId, NOW)).toEqual([])
  })
})
