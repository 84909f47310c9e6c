import { beforeEach, describe, expect, it } from 'vitest'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { createConnection, minutesAfter, NOW, newBooking, type PutEvent, putEvent } from '../support/rows.ts'

const { test, store, insert } = await startBookingStore()
let practice: Practice
beforeEach(async () => {
  practice = await createPractice(test.database)
})

describe('events that were not removed', () => {
  const bounds = { endsAfter: minutesAfter(NOW, -600), cancelledBefore: minutesAfter(NOW, 1), limit: 10 }
  const cancelled = async (hours: number, event: PutEvent, practiceOf = practice) => {
    const booking = newBooking(practiceOf, { startsAt: minutesAfter(NOW, 60 * hours) })
    await insert(booking)
    await store.cancel(practiceOf.tenantId, booking.id, minutesAfter(NOW, -6000))
    await putEvent(test.database, booking.id, event)
    return booking.id
  }
  const found = async (more: Partial<typeof bounds> = {}) =>
    (await store.unremoved(practice.tenantId, { ...bounds, ...more })).map(({ booking }) => booking.id)

  it('INV-3 events that were not removed are found, soonest first, with the provider they were written to, and no other bookings', async () => {
    const connectionId = await createConnection(test.database, practice.tenantId, 'tokens', { provider: 'GOOGLE' })
    const later = await cancelled(40, { status: 'FAILED', failure: 'forbidden', id: 'e', connectionId })
    const waiting = await cancelled(30, { status: 'REMOVING', id: 'e' })
    await cancelled(50, { status: 'REMOVED', id: 'e' })
    await cancelled(-40, { status: 'FAILED', failure: 'forbidden', id: 'e' })
    const kept = newBooking(practice, { startsAt: minutesAfter(NOW, 60 * 60) })
    await insert(kept)
    await putEvent(test.database, kept.id, { status: 'FAILED', failure: 'forbidden' })
    await cancelled(40, { status: 'FAILED', id: 'e' }, await createPractice(test.database))
    expect(await found()).toEqual([waiting, later])
    expect((await store.unremoved(practice.tenantId, bounds)).map(({ provider }) => provider)).toEqual([
      undefined,
      'GOOGLE',
    ])
    expect(await found({ cancelledBefore: minutesAfter(NOW, -6000) })).toEqual([later])
    expect(await found({ limit: 1 })).toEqual([later])
    expect((await found({ endsAfter: minutesAfter(NOW, -6000) })).length).toBe(3)
  })
})
