import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { createRetentionStore } from '../../src/adapters/postgres/bookings/retention-store.ts'
import { DAY_MS } from '../../src/domain/durations.ts'
import type { User } from '../../src/ports/user-store.ts'
import { type ClientRetention, createClientRetention } from '../../src/services/client-retention.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, createConnection, NOW, newBooking, putEvent } from '../support/rows.ts'

let test: TestDatabase
let retention: ClientRetention
beforeAll(async () => {
  test = await openTestDatabase()
  retention = createClientRetention({ retention: createRetentionStore(test.database), clock: { now: () => NOW } })
})
afterAll(() => test.drop())

const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS)

async function book(practice: Practice, days: number, cancelled = false): Promise<string> {
  const booking = newBooking(practice, { startsAt: daysAgo(days), clientName: 'Mo' })
  await createBookingStore(test.database).insert(booking, daysAgo(9999), () => true)
  if (cancelled)
    await test.database.booking.update({
      where: { id: booking.id },
      data: { status: 'CANCELLED', cancelledAt: NOW, eventStatus: 'REMOVED' },
    })
  return booking.id
}

const owner = ({ tenantId, userId, email }: Practice): User => ({
  ...{ id: userId, tenantId, email, passwordHash: '', owner: true, locale: { language: 'en', clock: '24h' } },
})
const namesOf = async ({ tenantId }: Practice) =>
  (await test.database.booking.findMany({ where: { tenantId }, orderBy: { startsAt: 'asc' } })).map(
    ({ clientName }) => clientName,
  )
const turnOff = ({ tenantId }: Practice) =>
  test.pool.query('UPDATE tenant SET retention_days = NULL WHERE id = $1', [tenantId])

describe('clients’ data that are old enough', () => {
  it('PR-16 are erased two years after the session at a new practice, ninety days after one that was cancelled', async () => {
    const practice = await createPractice(test.database)
    for (const days of [732, 728]) await book(practice, days)
    for (const days of [92, 88]) await book(practice, days, true)
    expect(await retention.setting(owner(practice))).toBe(2)
    expect(await retention.count(owner(practice), 2)).toBe(2)
    expect(await retention.erase()).toEqual({ erasedBookings: 2, erasedConnections: 0 })
    expect(await namesOf(practice)).toEqual(['—', 'Mo', '—', 'Mo'])
    expect((await auditOf(test.pool, practice.tenantId)).filter((line) => line === 'booking_erased job')).toHaveLength(
      2,
    )
    expect(await retention.erase()).toEqual({ erasedBookings: 0, erasedConnections: 0 })
  })

  it('PR-16 stay at a practice from before, until its owner confirms the number that she was shown', async () => {
    const practice = await createPractice(test.database)
    await turnOff(practice)
    for (const days of [1000, 800, 400]) await book(practice, days)
    await book(practice, 100, true)
    expect([await retention.setting(owner(practice)), await retention.erase()]).toEqual([
      undefined,
      { erasedBookings: 0, erasedConnections: 0 },
    ])
    expect([await retention.count(owner(practice), 2), await retention.count(owner(practice), 1)]).toEqual([3, 4])
    expect(await retention.decide(owner(practice), { years: 2, shown: 2 })).toBe('changed')
    expect(await retention.setting(owner(practice))).toBeUndefined()
    expect(await retention.decide(owner(practice), { years: 2, shown: 3 })).toBe('decided')
    expect(await namesOf(practice)).toEqual(['Mo', 'Mo', 'Mo', 'Mo'])
    expect((await retention.erase()).erasedBookings).toBe(3)
    expect(await namesOf(practice)).toEqual(['—', '—', 'Mo', '—'])
    expect(await auditOf(test.pool, practice.tenantId)).toContain(`retention_decided user:${practice.userId}`)
  })

  it('PR-16 the id of a disconnected account goes after ninety days, unless a session may still need it', async () => {
    const [practice, kept] = [await createPractice(test.database), await createPractice(test.database)]
    await turnOff(kept)
    const ended = async ({ tenantId }: Practice, days: number) => {
      const id = await createConnection(test.database, tenantId, '{}', { status: 'PENDING' })
      await test.pool.query(
        `UPDATE calendar_connection SET status = 'DISCONNECTED', token_cache = NULL, disconnected_at = $2 WHERE id = $1`,
        [id, daysAgo(days)],
      )
      return id
    }
    const [gone, late, needed] = [await ended(practice, 91), await ended(practice, 89), await ended(practice, 91)]
    const off = await ended(kept, 400)
    const coming = await book(practice, -10)
    await putEvent(test.database, coming, { status: 'WRITTEN', id: 'event', connectionId: needed })
    expect((await retention.erase()).erasedConnections).toBe(1)
    const { rows } = await test.pool.query(
      `SELECT id FROM calendar_connection WHERE account_key LIKE 'erased:%' AND scopes = '{}'`,
    )
    expect(rows).toEqual([{ id: gone }])
    expect([late, needed, off]).toHaveLength(3)
    expect(await auditOf(test.pool, practice.tenantId)).toContain('connection_erased job')
  })
})
