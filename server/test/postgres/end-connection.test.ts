import { beforeEach, describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { UnreadableTokens } from '../../src/ports/token-vault.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import {
  auditOf,
  minutesAfter,
  NOW,
  newBooking,
  newConnection,
  type PutEvent,
  putEvent,
  queuedJobs,
  waitingFor,
} from '../support/rows.ts'
import { until } from '../support/until.ts'

const { test, store: bookings } = await startBookingStore()
const store = createConnectionStore(test.database)
let practice: Practice
let tenantId: string
beforeEach(async () => {
  practice = await createPractice(test.database)
  tenantId = practice.tenantId
})

const OTHER = { accountKey: 'another.person', tokenCache: '{"RefreshToken":"other"}' }
/** To an account that is no other practice's. */
const connect = async (more: Parameters<typeof newConnection>[1] = {}) =>
  store.store(newConnection(practice, { ...more, grant: { accountKey: tenantId, ...more.grant } }))
const ended = (connectionId: string, needed = false) => ({
  connectionId,
  provider: 'MICROSOFT',
  tokenCache: '{"RefreshToken":"first"}',
  needed,
  shared: false,
})
const actor = () => `user:${practice.userId}`
const tokensOf = (connectionId: string) => createTokenVault(test, { now: () => NOW }).read({ tenantId, connectionId })
const rowOf = async (id: string) =>
  (await test.pool.query('SELECT * FROM calendar_connection WHERE id = $1', [id])).rows[0]
/** What a kept connection still has: its tokens, and nothing else of the account. */
const expectKept = async (id: string) => {
  expect(await rowOf(id)).toMatchObject({ status: 'ENDING', account_address: null })
  const { rowCount } = await test.pool.query('SELECT 1 FROM connected_calendar WHERE connection_id = $1', [id])
  expect(rowCount).toBe(0)
}
const providerOf = async () =>
  (await test.database.tenant.findUniqueOrThrow({ where: { id: tenantId } })).calendarProvider

/** Bookings whose events are in every state, through `connectionId`. */
async function eventsThrough(connectionId: string) {
  const states: Record<string, PutEvent> = {
    unwritten: { status: 'PENDING' },
    written: { status: 'WRITTEN', id: 'event', connectionId },
    removing: { status: 'REMOVING', id: 'event', connectionId },
    unknown: { status: 'REMOVING', connectionId },
    neverBegun: { status: 'REMOVING' },
  }
  const ids: Record<string, string> = {}
  for (const [index, [name, event]] of Object.entries(states).entries()) {
    const booking = newBooking(practice, { startsAt: minutesAfter(NOW, 60 * (index + 24)) })
    await bookings.insert(booking, NOW, () => true)
    await putEvent(test.database, booking.id, event)
    ids[name] = booking.id
  }
  const each = async <T>(look: (id: string) => Promise<T>) =>
    Object.fromEntries(
      await Promise.all(Object.entries(ids).map(async ([name, id]) => [name, await look(id)] as const)),
    )
  return {
    queued: async () => {
      const jobs = new Set(await queuedJobs(test.pool))
      return Object.keys(ids).filter((name) => jobs.has(`mirror:${ids[name]}`))
    },
    statuses: () => each(async (id) => (await bookings.forReconcile(id))?.event.status),
    failures: () => each(async (id) => (await bookings.forReconcile(id))?.event.failure),
  }
}

const expectShredded = async (id: string) => {
  const row = await rowOf(id)
  expect(row).toMatchObject({ status: 'DISCONNECTED', token_cache: null, account_address: null, lease_owner: null })
  const { rowCount } = await test.pool.query('SELECT 1 FROM connected_calendar WHERE connection_id = $1', [id])
  expect(rowCount).toBe(0)
}

describe('confirming the account that waits', () => {
  it('TS-24 replaces the old one, whose tokens are kept for what is owed; what was not written waits for the new one', async () => {
    const { connectionId: old } = await connect()
    const events = await eventsThrough(old)
    const { connectionId: waiting } = await connect({ provider: 'GOOGLE', grant: OTHER })
    const stranger = await createPractice(test.database)
    expect(await store.confirmPending(stranger.tenantId, waiting, NOW)).toBeUndefined()
    expect(await store.confirmPending(tenantId, old, NOW)).toBeUndefined()
    expect(await store.confirmPending(tenantId, waiting, NOW)).toEqual({
      replaced: ended(old, true),
      isSameAccount: false,
    })
    expect(await store.confirmPending(tenantId, waiting, NOW)).toBeUndefined()
    await expectKept(old)
    expect((await store.active(tenantId))?.id).toBe(waiting)
    expect(await tokensOf(waiting)).toMatchObject({ tokenCache: OTHER.tokenCache })
    expect(await providerOf()).toBe('GOOGLE')
    expect(await events.statuses()).toEqual({
      unwritten: 'PENDING',
      written: 'PENDING',
      removing: 'REMOVING',
      unknown: 'REMOVING',
      neverBegun: 'REMOVED',
    })
    expect(await events.queued()).toEqual(['unwritten', 'written', 'removing', 'unknown'])
    expect((await auditOf(test.pool, tenantId)).filter((line) => line.startsWith('calendar'))).toEqual(
      ['calendar_connected', 'calendar_pending', 'calendar_replaced'].map((action) => `${action} ${actor()}`),
    )
  })

  it('F-85 forgets unwritten events when the new account may not write', async () => {
    const { connectionId: old } = await connect()
    const events = await eventsThrough(old)
    const { connectionId: waiting } = await connect({ grant: { ...OTHER, access: 'availability' } })
    await store.confirmPending(tenantId, waiting, NOW)
    expect(await events.statuses()).toMatchObject({ unwritten: 'NOT_WANTED', removing: 'REMOVING' })
    expect(await events.queued()).toEqual(['written', 'removing', 'unknown'])
  })
})

describe('disconnecting', () => {
  it('TS-24 F-85 forgets, takes back what was queued but for removals, and keeps the tokens for those', async () => {
    const { connectionId } = await connect()
    const events = await eventsThrough(connectionId)
    const stranger = await createPractice(test.database)
    expect(await store.disconnect(stranger.tenantId, connectionId, NOW)).toBeUndefined()
    expect(await store.disconnect(tenantId, connectionId, NOW, 'user:someone')).toEqual(ended(connectionId, true))
    await expectKept(connectionId)
    expect(await store.active(tenantId)).toBeUndefined()
    expect(await tokensOf(connectionId)).toMatchObject({ tokenCache: ended(connectionId).tokenCache })
    expect(await events.statuses()).toEqual({
      unwritten: 'NOT_WANTED',
      written: 'WRITTEN',
      removing: 'REMOVING',
      unknown: 'REMOVING',
      neverBegun: 'REMOVED',
    })
    expect(await events.queued()).toEqual(['written', 'removing', 'unknown'])
    expect((await auditOf(test.pool, tenantId)).at(-1)).toBe('calendar_disconnected user:someone')
    expect((await connect()).outcome).toBe('connected')
  })

  it('TS-24 keeps the tokens, for nothing, until they are revoked, where nothing is to be removed', async () => {
    const { connectionId } = await connect()
    expect(await store.disconnect(tenantId, connectionId, NOW)).toEqual(ended(connectionId))
    expect(await tokensOf(connectionId)).toBeUndefined()
    expect(await store.disconnect(tenantId, connectionId, NOW)).toBeUndefined()
    // Who disconnected it revokes it; should that process end, another one does.
    expect(await store.releasable(NOW, tenantId)).toEqual([])
    expect(await store.release(tenantId, connectionId, NOW)).toBeUndefined()
    const later = minutesAfter(NOW, 1)
    expect(await store.releasable(later)).toContainEqual({ tenantId, id: connectionId })
    expect(await store.release(tenantId, connectionId, later)).toEqual(ended(connectionId))
    expect(await store.release(tenantId, connectionId, later)).toBeUndefined()
    await store.shred(connectionId)
    await expectShredded(connectionId)
    expect(await store.releasable(minutesAfter(NOW, 60), tenantId)).toEqual([])
  })

  it('TS-24 ends the grant that is kept once she says so, or its time is over, and says so of what is owed', async () => {
    for (const end of [
      (id: string) => store.disconnect(tenantId, id, NOW, 'user:someone'),
      (id: string) => store.release(tenantId, id, minutesAfter(NOW, 7 * 24 * 60 + 1)),
    ]) {
      const { connectionId } = await connect()
      const events = await eventsThrough(connectionId)
      await store.disconnect(tenantId, connectionId, NOW)
      expect(await store.kept(tenantId, NOW)).toMatchObject([{ connectionId, events: 2 }])
      expect(await store.releasable(NOW, tenantId)).toEqual([])
      expect(await store.releasable(minutesAfter(NOW, 7 * 24 * 60 + 1), tenantId)).toEqual([
        { tenantId, id: connectionId },
      ])
      expect(await end(connectionId)).toEqual(ended(connectionId))
      expect(await store.kept(tenantId, minutesAfter(NOW, 7 * 24 * 60 + 1))).toEqual([])
      await store.shred(connectionId)
      await expectShredded(connectionId)
      expect(await events.failures()).toMatchObject({ removing: 'reconnect', unknown: 'reconnect' })
      await test.pool.query('DELETE FROM booking WHERE tenant_id = $1', [tenantId])
    }
    expect((await auditOf(test.pool, tenantId)).filter((line) => line.includes('given_up'))).toEqual([
      'calendar_grant_given_up user:someone',
    ])
  })

  it('INV-3 leaves an event alone that an outbox job has written meanwhile', async () => {
    const { connectionId } = await connect()
    const { id } = newBooking(practice)
    await bookings.insert({ ...newBooking(practice), id }, NOW, () => true)
    const job = await test.pool.connect()
    await job.query('BEGIN')
    await job.query(`UPDATE booking SET event_status = 'WRITTEN', event_id = 'event' WHERE id = $1`, [id])
    const disconnecting = store.disconnect(tenantId, connectionId, NOW)
    await until(async () => (await waitingFor(test.pool, job)) > 0)
    await job.query('COMMIT')
    job.release()
    expect(await disconnecting).toBeDefined()
    expect((await bookings.forReconcile(id))?.event).toMatchObject({ status: 'WRITTEN', id: 'event' })
  })

  it('disconnecting a connection that only waits leaves the active one and its events alone', async () => {
    const { connectionId } = await connect()
    const events = await eventsThrough(connectionId)
    const { connectionId: waiting } = await connect({ grant: OTHER })
    await store.disconnect(tenantId, waiting, NOW)
    await store.shred(waiting)
    await expectShredded(waiting)
    expect((await store.active(tenantId))?.id).toBe(connectionId)
    expect(await events.queued()).toEqual(['unwritten', 'written', 'removing', 'unknown', 'neverBegun'])
  })

  it('F-52 TS-17 works on tokens that do not decrypt', async () => {
    const { connectionId } = await connect()
    await test.pool.query(`UPDATE calendar_connection SET token_cache = 'v1.k1.AAAA' WHERE id = $1`, [connectionId])
    await expect(tokensOf(connectionId)).rejects.toBeInstanceOf(UnreadableTokens)
    expect(await store.disconnect(tenantId, connectionId, NOW)).toEqual({
      ...ended(connectionId),
      tokenCache: undefined,
    })
    await store.shred(connectionId)
    await expectShredded(connectionId)
  })
})
