import { describe, expect, it } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { takeWriting, toWriting } from '../../src/adapters/postgres/connections/writing-settings.ts'
import type { AccountKind } from '../../src/ports/calendar-connector.ts'
import { startBookingStore } from '../support/booking-store.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection, NOW, newBooking, newConnection, waitingFor } from '../support/rows.ts'
import { until } from '../support/until.ts'

const { test, store: bookings, insert } = await startBookingStore()
const store = createConnectionStore(test.database)

/** A practice with an account of its own connected, and another one that waits for confirmation. */
async function twoAccounts() {
  const practice = await createPractice(test.database)
  const { tenantId } = practice
  const connect = (accountKey: string) => store.store(newConnection(practice, { grant: { accountKey } }))
  const { connectionId: old } = await connect(tenantId)
  return {
    practice,
    tenantId,
    old,
    replace: async (events: 'leave' | 'remove') => {
      const { connectionId: next } = await connect('another.person')
      expect(await store.confirmPending(tenantId, next, NOW, undefined, events)).toBeDefined()
      return next
    },
  }
}

it('INV-3 claims no write in an account that was given up meanwhile, nor in the next one for the event of before', async () => {
  const { practice, old, replace } = await twoAccounts()
  const booking = newBooking(practice)
  await insert(booking)
  const before = await bookings.forReconcile(booking.id)
  const next = await replace('leave')
  const after = await bookings.forReconcile(booking.id)
  expect(await bookings.claimWrite(booking.id, next, before?.eventKey)).toBeUndefined()
  expect(await bookings.claimWrite(booking.id, old, after?.eventKey)).toBeUndefined()
  expect(await bookings.claimWrite(booking.id, next, after?.eventKey)).toMatchObject({ isFirst: true })
})

it('INV-3 records no write that ends while its account is given up', async () => {
  const { practice, old: connectionId } = await twoAccounts()
  const { id, ...rest } = newBooking(practice)
  await insert({ id, ...rest })
  const claim = await bookings.claimWrite(id, connectionId)
  if (claim === undefined) throw new Error('nothing to write')
  const ending = await test.pool.connect()
  await ending.query('BEGIN')
  await ending.query('UPDATE booking SET event_connection_id = NULL WHERE id = $1', [id])
  await ending.query('DELETE FROM event_claim WHERE booking_id = $1', [id])
  const written = { to: 'WRITTEN', id: 'event', connectionId, claim: { ...claim, hasEnded: true } } as const
  const recording = bookings.recordEvent(id, written)
  await until(async () => (await waitingFor(test.pool, ending)) > 0)
  await ending.query('COMMIT')
  ending.release()
  expect(await recording).toBe(false)
  expect((await bookings.forReconcile(id))?.event.status).toBe('PENDING')
})

it('F-85 takes 500 sessions along in one transaction', async () => {
  const { practice, tenantId, old, replace } = await twoAccounts()
  await test.pool.query(
    `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
       client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_id,
       event_connection_id)
     SELECT gen_random_uuid(), $1, $2, at, at + interval '50 min', at, at + interval '50 min', 'A client',
       'a@client.example', gen_random_uuid(), gen_random_uuid(), 'r', 'FRESH', 'WRITTEN', 'event-' || n, $3
     FROM generate_series(1, 500) AS n, LATERAL (SELECT $4::timestamptz + n * interval '1 hour' AS at) AS t`,
    [tenantId, practice.serviceId, old, NOW],
  )
  const mailbox = { provider: 'MICROSOFT', accountKey: tenantId } as const
  expect(await bookings.countStanding(tenantId, mailbox, NOW)).toEqual({ sessions: 500, withVideo: 0 })
  await replace('remove')
  const { rows } = await test.pool.query(
    `SELECT b.event_status, f.status, count(*)::int, count(DISTINCT k.key)::int AS keys FROM booking b
     JOIN former_event f ON f.booking_id = b.id AND f.connection_id = $2 JOIN event_key k ON k.booking_id = b.id
     JOIN graphile_worker.jobs j ON j.key = 'mirror:' || b.id JOIN graphile_worker.jobs r ON r.key = 'former:' || f.key
     WHERE b.tenant_id = $1 AND k.key <> f.key AND b.event_id IS NULL GROUP BY 1, 2`,
    [tenantId, old],
  )
  expect(rows).toEqual([{ event_status: 'PENDING', status: 'REMOVING', count: 500, keys: 500 }])
  expect(await store.kept(tenantId, NOW)).toMatchObject([{ connectionId: old, events: 500 }])
})

describe('PR-10 what she chose for her entries, when the same account gets another grant', () => {
  const chosen = { writesTo: 'sessions', eventTitle: 'initials', invites: true } as const
  const neutral = { ...chosen, eventTitle: 'neutral', invites: false } as const
  const { connectionSetting } = test.database

  async function taken(kind: AccountKind | 'unknown' | 'no row', isReadOnly: boolean) {
    const { tenantId } = await createPractice(test.database)
    const from = await createConnection(test.database, tenantId, '{}')
    const to = await createConnection(test.database, tenantId, '{}', { status: 'PENDING' })
    await connectionSetting.create({ data: { connectionId: from, tenantId, accountKind: 'organisation', ...chosen } })
    if (kind !== 'no row')
      await connectionSetting.create({
        data: { connectionId: to, tenantId, accountKind: kind === 'unknown' ? null : kind },
      })
    await test.database.$transaction((transaction) => takeWriting(transaction, from, to, isReadOnly))
    return toWriting(await connectionSetting.findUnique({ where: { connectionId: to } }))
  }

  it.each([
    ['no row', false, { ...chosen, accountKind: 'organisation' }],
    ['no row', true, { ...chosen, accountKind: 'organisation', invites: false }],
    ['organisation', false, { ...chosen, accountKind: 'organisation' }],
    ['organisation', true, { ...chosen, accountKind: 'organisation', invites: false }],
    // Nothing about clients, where others may read along or nobody says who may.
    ['personal', false, { ...neutral, accountKind: 'personal' }],
    ['unknown', false, { ...neutral, accountKind: undefined }],
  ] as const)(
    'goes along as far as the newer grant lets it: %s, for reading alone %s',
    async (kind, isReadOnly, after) => {
      expect(await taken(kind, isReadOnly)).toEqual(after)
    },
  )

  it('is nothing where she never chose, and leaves what the newer grant says of itself', async () => {
    const { tenantId } = await createPractice(test.database)
    const from = await createConnection(test.database, tenantId, '{}')
    const to = await createConnection(test.database, tenantId, '{}', { status: 'PENDING' })
    await connectionSetting.create({ data: { connectionId: to, tenantId, accountKind: 'personal' } })
    await test.database.$transaction((transaction) => takeWriting(transaction, from, to, false))
    const after = await connectionSetting.findMany({ where: { tenantId } })
    expect(after).toMatchObject([{ connectionId: to, accountKind: 'personal', eventTitle: 'neutral', invites: false }])
  })
})
