import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createMaintenanceStore } from '../../src/adapters/postgres/connections/maintenance-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { makeMaintenanceDue } from '../support/evidence.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, NOW, newBooking, putEvent, queuedJobs } from '../support/rows.ts'
import { type More, storedAccounts } from '../support/stored-accounts.ts'

const { test, store: bookings } = await startBookingStore()
const store = createConnectionStore(test.database)
let practice: Practice
let tenantId: string
beforeEach(async () => {
  practice = await createPractice(test.database)
  tenantId = practice.tenantId
})

const { brought, connect, add, added, rowOf, inUse, blocking } = storedAccounts(() => ({ test, store, practice }))
const tokensOf = (connectionId: string) => createTokenVault(test, { now: () => NOW }).read({ tenantId, connectionId })

describe('adding an account that only blocks', () => {
  it('stands beside the one that receives, of whatever provider, and may read and nothing else', async () => {
    const clinic = await connect()
    const own = await added('own')
    const second = await added('second', { provider: 'MICROSOFT' })
    expect(await inUse()).toEqual([`receives ${clinic}`, `blocks ${own}`, `blocks ${second}`])
    expect((await store.active(tenantId))?.id).toBe(clinic)
    const [, found] = await store.connected(tenantId)
    expect(found).toMatchObject({ provider: 'GOOGLE', access: 'availability', role: 'blocks' })
    expect(await tokensOf(own)).toMatchObject({ tokenCache: 'own', version: 1 })
    expect(await store.pending(tenantId, NOW)).toBeUndefined()
    const { calendarProvider } = await test.database.tenant.findUniqueOrThrow({ where: { id: tenantId } })
    expect(calendarProvider).toBe('MICROSOFT')
  })

  it('refuses the one that receives, and one that blocks already, by provider and account', async () => {
    await connect()
    await added('own')
    expect(await add('clinic', { provider: 'MICROSOFT' })).toEqual({ outcome: 'already_connected' })
    expect(await add('own')).toEqual({ outcome: 'already_connected' })
    expect(await add('own', { provider: 'MICROSOFT' })).toMatchObject({ outcome: 'connected' })
  })

  it('refuses the sixth, and of rivals for one place or with one account lets one in', async () => {
    await connect()
    for (const account of ['a', 'b', 'c']) await added(account)
    const rivals = (await Promise.all([add('d'), add('e'), add('d')])).map(({ outcome }) => outcome)
    expect(rivals.filter((outcome) => outcome === 'connected')).toHaveLength(1)
    expect(await add('f')).toEqual({ outcome: 'too_many' })
    expect(await inUse()).toHaveLength(5)
  })

  it('the database has the last word', async () => {
    await connect()
    const own = await added('own')
    const copy = (columns: string) =>
      test.pool.query(
        `INSERT INTO calendar_connection (id, tenant_id, provider, status, slot, access, account_key, token_cache)
         SELECT gen_random_uuid(), tenant_id, provider, ${columns}, token_cache FROM calendar_connection WHERE id = $1`,
        [own],
      )
    await expect(copy(`'BLOCKING', 5, 'AVAILABILITY', 'x'`)).rejects.toThrow('calendar_connection_slot')
    await expect(copy(`'BLOCKING', 1, 'AVAILABILITY', 'x'`)).rejects.toThrow('calendar_connection_one_slot')
    await expect(copy(`'BLOCKING', NULL, 'AVAILABILITY', 'x'`)).rejects.toThrow('calendar_connection_blocking')
    await expect(copy(`'BLOCKING', 2, 'BOOKINGS', 'x'`)).rejects.toThrow('calendar_connection_only_blocks')
    await expect(copy(`'BLOCKING', 2, 'AVAILABILITY', account_key`)).rejects.toThrow('calendar_connection_one_account')
    await expect(copy(`'ACTIVE', NULL, 'BOOKINGS', 'x'`)).rejects.toThrow('calendar_connection_one_active')
  })

  it('renews the tokens of the account that signs in again, and no other’s', async () => {
    await connect()
    const own = await added('own')
    await store.recordFailure(tenantId, own, 'reconnect', NOW)
    const renew = (account: string, more: More = {}) => store.storeFurther(brought(account, more), 'renew')
    expect(await renew('clinic', { provider: 'MICROSOFT' })).toEqual({ outcome: 'not_connected' })
    expect(await renew('stranger')).toEqual({ outcome: 'not_connected' })
    expect(await renew('own', { tokenCache: 'newer' })).toEqual({ outcome: 'reconnected', connectionId: own })
    expect(await tokensOf(own)).toMatchObject({ tokenCache: 'newer', version: 2 })
    expect((await store.connected(tenantId))[1]?.evidence.failure).toBeUndefined()
    expect(await auditOf(test.pool, tenantId)).toEqual([
      `calendar_connected user:${practice.userId}`,
      `calendar_connected user:${practice.userId}`,
      'calendar_access_lost provider',
      `calendar_reconnected user:${practice.userId}`,
    ])
  })
})

describe('evidence', () => {
  it('is each account’s own, and a further one’s says nothing of the account that is written to', async () => {
    const clinic = await connect()
    const own = await added('own')
    const waiting = newBooking(practice, { readConnectionIds: [own] })
    await bookings.insert(waiting, NOW, () => true)
    await putEvent(test.database, waiting.id, { status: 'PENDING', failure: 'unavailable' })
    const at = `UPDATE graphile_worker._private_jobs SET run_at = now() + interval '1 hour' WHERE key = $1`
    await test.pool.query(at, [`mirror:${waiting.id}`])
    const isDue = async () =>
      (
        await test.pool.query('SELECT 1 FROM graphile_worker.jobs WHERE key = $1 AND run_at <= clock_timestamp()', [
          `mirror:${waiting.id}`,
        ])
      ).rowCount === 1
    await store.recordFailure(tenantId, own, 'timeout', NOW)
    const failures = async () => (await store.connected(tenantId)).map(({ evidence }) => evidence.failure)
    expect(await failures()).toEqual([undefined, 'timeout'])
    const calendar = (await blocking(own))?.[0]?.id ?? ''
    await store.recordUnread(tenantId, own, { failures: new Map([[calendar, 'not_found']]), at: NOW })
    expect((await store.connected(tenantId)).map(({ evidence }) => evidence.unreadSince)).toEqual([undefined, NOW])
    await store.recordRead(tenantId, own, NOW)
    await store.refreshCalendars(tenantId, own, brought('own').calendars, NOW)
    expect((await store.connected(tenantId)).map(({ evidence }) => evidence.lastReadAt)).toEqual([undefined, NOW])
    expect(await isDue()).toBe(false)
    await store.recordRead(tenantId, clinic, NOW)
    expect(await isDue()).toBe(true)
  })

  it('all connections in use are cared for', async () => {
    const [clinic, own] = [await connect(), await added('own')]
    await makeMaintenanceDue(test)
    const all = await createMaintenanceStore(test.database).takeDue(1_000)
    expect(new Set(all.filter((one) => one.tenantId === tenantId).map(({ id }) => id))).toEqual(new Set([clinic, own]))
  })
})

describe('ending', () => {
  it('one that blocks leaves the others, and its place', async () => {
    const clinic = await connect()
    const [own, second] = [await added('own'), await added('second')]
    const ended = await store.disconnect(tenantId, own, NOW)
    expect(ended).toEqual({ connectionId: own, provider: 'GOOGLE', tokenCache: 'own', needed: false, shared: false })
    await store.shred(own)
    expect(await rowOf(own)).toMatchObject({ status: 'DISCONNECTED', slot: null, token_cache: null })
    expect(await inUse()).toEqual([`receives ${clinic}`, `blocks ${second}`])
    expect(await store.disconnect(tenantId, own, NOW)).toBeUndefined()
    expect((await rowOf(await added('third'))).slot).toBe(1)
  })

  it('the one that receives leaves those that block', async () => {
    const clinic = await connect()
    const own = await added('own')
    await store.disconnect(tenantId, clinic, NOW)
    expect(await store.active(tenantId)).toBeUndefined()
    expect(await inUse()).toEqual([`blocks ${own}`])
  })

  it('OA-42 a grant that another connection uses is not revoked, whichever of them blocks', async () => {
    const other = await createPractice(test.database)
    await connect()
    const own = await added('own')
    const receiving = await store.store(brought('own', { of: other }))
    expect(await store.disconnect(tenantId, own, NOW)).toMatchObject({ shared: true, needed: false })
    await added('own')
    expect(await store.disconnect(other.tenantId, receiving.connectionId, NOW)).toMatchObject({ shared: true })
  })

  it('INV-2 one that blocks gives up no removal that an earlier grant of its account still carries out', async () => {
    const before = await connect('own')
    const booking = newBooking(practice)
    await bookings.insert(booking, NOW, () => true)
    await putEvent(test.database, booking.id, { status: 'WRITTEN', id: 'event', connectionId: before })
    expect(await store.disconnect(tenantId, before, NOW, undefined, 'remove')).toMatchObject({ needed: true })
    const jobs = await queuedJobs(test.pool)
    const again = await added('own', { provider: 'MICROSOFT' })
    expect(await store.disconnect(tenantId, again, NOW)).toMatchObject({ needed: false, shared: true })
    const { rows } = await test.pool.query('SELECT status, failure FROM former_event WHERE booking_id = $1', [
      booking.id,
    ])
    expect(rows).toEqual([{ status: 'REMOVING', failure: null }])
    expect(await queuedJobs(test.pool)).toEqual(jobs)
    expect(await store.kept(tenantId, NOW)).toMatchObject([{ connectionId: before, events: 1 }])
  })
})
