import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newBooking } from '../support/rows.ts'
import { storedAccounts } from '../support/stored-accounts.ts'

const { test, store: bookings } = await startBookingStore()
const store = createConnectionStore(test.database)
let practice: Practice
let tenantId: string
beforeEach(async () => {
  practice = await createPractice(test.database)
  tenantId = practice.tenantId
})

const { brought, connect, added, rowOf, inUse, blocking } = storedAccounts(() => ({ test, store, practice }))
const book = (readConnectionIds: readonly string[]) =>
  bookings.insert(newBooking(practice, { readConnectionIds }), NOW, () => true)

describe('one account that changes its role', () => {
  const choose = async (id: string) => {
    const second = (await blocking(id))?.find(({ externalId }) => externalId === 'calendar-2')?.id ?? ''
    expect(await store.chooseCalendars(tenantId, id, [second])).toBe(true)
  }

  it('from blocking to receiving, with its choice of calendars, once that is confirmed', async () => {
    const [clinic, own] = [await connect(), await added('own')]
    await choose(own)
    const { connectionId, outcome } = await store.store(brought('own'))
    expect(outcome).toBe('pending')
    expect(await inUse()).toEqual([`receives ${clinic}`, `blocks ${own}`])
    expect(await store.confirmPending(tenantId, connectionId, NOW)).toMatchObject({
      replaced: { connectionId: clinic, shared: false },
      isSameAccount: false,
    })
    expect(await inUse()).toEqual([`receives ${connectionId}`])
    expect((await blocking(connectionId))?.map(({ externalId }) => externalId)).toEqual(['calendar-2'])
    expect(await rowOf(own)).toMatchObject({ status: 'DISCONNECTED', token_cache: null, slot: null })
    expect(await store.active(tenantId)).toMatchObject({ access: 'bookings', provider: 'GOOGLE' })
  })

  it('from blocking to receiving at once, where none receives', async () => {
    const own = await added('own')
    await choose(own)
    expect(await store.store(brought('own'))).toEqual({ connectionId: own, outcome: 'connected', ended: [] })
    expect(await inUse()).toEqual([`receives ${own}`])
    expect((await blocking(own))?.map(({ externalId }) => externalId)).toEqual(['calendar-2'])
    expect(await store.active(tenantId)).toMatchObject({ access: 'bookings' })
    const { calendarProvider } = await test.database.tenant.findUniqueOrThrow({ where: { id: tenantId } })
    expect(calendarProvider).toBe('GOOGLE')
  })

  it('from receiving to blocking, after it was given up', async () => {
    const clinic = await connect()
    await store.disconnect(tenantId, clinic, NOW)
    const own = await added('clinic', { provider: 'MICROSOFT' })
    expect(await inUse()).toEqual([`blocks ${own}`])
    expect((await store.connected(tenantId))[0]?.access).toBe('availability')
  })
})

describe('INV-1 a booking', () => {
  it('is taken only by who has read every account that blocks at that moment', async () => {
    const clinic = await connect()
    const own = await added('own')
    expect(await book([clinic])).toEqual({ kind: 'account_unread' })
    expect(await book([clinic, own])).toMatchObject({ kind: 'booked' })
    await store.disconnect(tenantId, own, NOW)
    const later = newBooking(practice, { startsAt: minutesAfter(NOW, 3_000), readConnectionIds: [clinic] })
    expect(await bookings.insert(later, NOW, () => true)).toMatchObject({ kind: 'booked' })
  })

  it('is not taken by the release before, which finds the account that receives and knows of no other', async () => {
    const clinic = await connect()
    const insert = () => {
      const startsAt = minutesAfter(NOW, 5_000)
      const { id, serviceId, clientEmail, manageTokenHash, idempotencyKeyHash } = newBooking(practice)
      return test.pool.query(
        `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
           client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status)
         VALUES ($1, $2, $3, $4, $5, $4, $5, 'A client', $6, $7, $8, 'request', 'FRESH', 'PENDING')`,
        [
          id,
          tenantId,
          serviceId,
          startsAt,
          minutesAfter(startsAt, 50),
          clientEmail,
          manageTokenHash,
          idempotencyKeyHash,
        ],
      )
    }
    const active = () =>
      test.pool.query(`SELECT id FROM calendar_connection WHERE tenant_id = $1 AND status = 'ACTIVE'`, [tenantId])
    await added('own')
    expect((await active()).rows).toEqual([{ id: clinic }])
    await expect(insert()).rejects.toThrow('booking_reads_every_account')
    practice = await createPractice(test.database)
    tenantId = practice.tenantId
    await connect(randomUUID())
    expect((await insert()).rowCount).toBe(1)
  })
})
