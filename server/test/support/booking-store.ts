import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import type { NewBooking } from '../../src/ports/booking-store.ts'
import { startTestDatabase } from './database.ts'
import { NOW } from './rows.ts'

/** A database for a test file, and the store of its bookings. */
export async function startBookingStore() {
  const test = await startTestDatabase()
  const store = createBookingStore(test.database)
  /** Every slot counts as offered. */
  const insert = (booking: NewBooking) => store.insert(booking, NOW, () => true)
  return { test, store, insert }
}
