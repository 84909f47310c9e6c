import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { googleFeatures } from '../../src/adapters/google-calendar/features.ts'
import { microsoftFeatures } from '../../src/adapters/microsoft-calendar/features.ts'
import { createMockCalendar } from '../../src/adapters/mock-calendar/index.ts'
import { createOffboardingStore } from '../../src/adapters/postgres/accounts/offboarding-store.ts'
import { createUserStore } from '../../src/adapters/postgres/accounts/user-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { type Admin, adminOf } from '../support/admin.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { auditOf, createConnection, minutesAfter, NOW, newBooking, putEvent, queuedJobs } from '../support/rows.ts'

let test: TestDatabase
let admin: Admin
/** The grants that a provider was asked to end. */
const revoked: string[] = []

const recorded = (features: ReturnType<typeof googleFeatures>) => {
  const mock = createMockCalendar({ features, clock: systemClock })
  const revoke = async (tokenCache: string) => {
    if (tokenCache === 'deaf') throw new Error('nobody answers')
    revoked.push(tokenCache)
  }
  return { ...mock, connector: { ...mock.connector, revoke } }
}

beforeAll(async () => {
  test = await openTestDatabase()
  const providers = () => ({ GOOGLE: recorded(googleFeatures()), MICROSOFT: recorded(microsoftFeatures()) })
  admin = adminOf(test, { clock: { now: () => NOW }, providers })
})
afterAll(async () => {
  await admin.close()
  await test.drop()
})

const store = () => createOffboardingStore(test.database)

async function book(practice: Practice, minutes: number, readConnectionIds: readonly string[] = []): Promise<string> {
  const booking = newBooking(practice, {
    startsAt: minutesAfter(NOW, minutes),
    clientName: 'Mo Moser',
    readConnectionIds,
  })
  const made = await createBookingStore(test.database).insert(booking, minutesAfter(NOW, -99_999), () => true)
  if (made.kind !== 'booked') throw new Error(made.kind)
  return booking.id
}

/** Every table in which a row of the tenant's is left, with their number. */
async function left(tenantId: string): Promise<Record<string, number>> {
  const { rows } = await test.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE column_name = 'tenant_id' AND table_schema = 'public' UNION SELECT 'tenant' ORDER BY 1`,
  )
  const found: Record<string, number> = {}
  for (const { name } of rows) {
    const column = name === 'tenant' ? 'id' : 'tenant_id'
    const { rowCount } = await test.pool.query(`SELECT 1 FROM "${name}" WHERE ${column} = $1`, [tenantId])
    if (rowCount !== 0) found[name] = rowCount ?? 0
  }
  return found
}

async function furnished() {
  const practice = await createPractice(test.database)
  const { tenantId, userId } = practice
  const receiving = await createConnection(test.database, tenantId, 'microsoft tokens')
  const further = await createConnection(test.database, tenantId, 'deaf', { provider: 'GOOGLE', further: true })
  const [past, coming] = [await book(practice, -3000, [further]), await book(practice, 3000, [further])]
  await putEvent(test.database, past, { status: 'WRITTEN', id: 'event-1', connectionId: receiving })
  await putEvent(test.database, coming, { status: 'WRITTEN', id: 'event-2', connectionId: receiving })
  const calendar = { tenantId, connectionId: receiving, provider: 'MICROSOFT' as const, isDefault: true, name: 'Hers' }
  await test.database.connectedCalendar.create({ data: { id: receiving, ...calendar, externalId: 'calendar' } })
  await test.pool.query(
    `INSERT INTO former_event (key, booking_id, tenant_id, connection_id, status, left_at)
     VALUES (gen_random_uuid(), $1, $2, $3, 'WRITTEN', now())`,
    [past, tenantId, receiving],
  )
  await test.pool.query(`INSERT INTO session (sid, sess, expire) VALUES ($1, $2, now() + interval '1 day')`, [
    `sid-${userId}`,
    { userId },
  ])
  await test.database.passwordLink.create({ data: { userId, tokenHash: userId, expiresAt: minutesAfter(NOW, 60) } })
  return { practice, receiving, further, past, coming }
}

describe('a practice that leaves', () => {
  it('PR-23 goes with its grants, clients, users and jobs, once what would be lost has been said', async () => {
    const stranger = await furnished()
    const strangers = await left(stranger.practice.tenantId)
    const { practice, receiving, coming } = await furnished()
    const { slug, tenantId, userId } = practice
    await test.pool.query(
      `INSERT INTO booking SELECT (jsonb_populate_record(b, jsonb_build_object('id', gen_random_uuid(), 'status', 'CANCELLED',
         'cancelled_at', now(), 'event_status', 'NOT_WANTED', 'event_id', NULL, 'manage_token_hash', 'm' || n,
         'idempotency_key_hash', 'i' || n))).* FROM booking b, generate_series(1, 450) AS n WHERE b.id = $1`,
      [coming],
    )
    const refusal = async (...args: string[]) => {
      const { code, warned } = await admin('tenants', 'offboard', slug, ...args)
      expect(code).toBe(1)
      return warned
    }
    expect(await refusal('--yes', '452')).toContain('tenants close comes first')
    await admin('tenants', 'close', slug, '--keep-sessions')
    expect(await refusal('--yes', '452')).toContain('1 sessions are to come or under way')
    await admin('tenants', 'close', slug, '--cancel-sessions')
    const owed = await refusal('--yes', '452')
    expect(owed).toContain('still to be removed: the app does that')
    expect(owed).toMatch(new RegExp(`^1 +still to be removed.* +MICROSOFT +account-${receiving} +default`, 'm'))
    for (const word of [[], ['--yes', '451']])
      expect(await refusal('--leave-events', ...word)).toContain('then say --yes 452')
    expect(await refusal('--leave-events', '--yes', 'all')).toContain('--yes takes the number of bookings')
    expect(await auditOf(test.pool, tenantId)).not.toContain('tenant_offboarding_begun operator')
    expect(revoked).toEqual([])

    const { data } = await admin('tenants', 'offboard', slug, '--leave-events', '--yes', '452', '--json')
    expect(data).toMatchObject({
      removed: true,
      ...{ bookings: 452, users: 1, accounts: 2, standing: 0 },
      grants: expect.arrayContaining([
        { provider: 'MICROSOFT', grant: 'asked' },
        { provider: 'GOOGLE', grant: 'unanswered' },
      ]),
      events: [
        { kind: 'left', events: 1 },
        { kind: 'owed', events: 1, provider: 'MICROSOFT', account: `account-${receiving}` },
        { kind: 'past', events: 1, first: minutesAfter(NOW, -3000).toJSON() },
      ],
    })
    expect(revoked).toEqual(['microsoft tokens'])
    expect(Object.keys(await left(tenantId))).toEqual(['audit_event', 'tombstone'])
    const sessions = `SELECT 1 FROM session WHERE sess->>'userId' = $1 UNION ALL SELECT 1 FROM password_link WHERE user_id = $1::uuid`
    expect((await test.pool.query(sessions, [userId])).rowCount).toBe(0)
    expect((await queuedJobs(test.pool)).filter((key) => key.includes(coming))).toEqual([])
    expect((await auditOf(test.pool, tenantId)).slice(-5).sort()).toEqual(
      [
        'calendar_disconnected operator',
        'calendar_disconnected operator',
        'calendar_grant_given_up operator',
        ...['tenant_offboarded operator', 'tenant_offboarding_begun operator'],
      ].sort(),
    )
    const noted = await test.database.tombstone.findMany({ where: { tenantId }, orderBy: { id: 'asc' } })
    expect(noted.map(({ kind, subjectId }) => kind === 'tenant' && subjectId === tenantId)).toEqual([
      true,
      false,
      false,
    ])
    expect(await left(stranger.practice.tenantId)).toEqual(strangers)
    expect((await admin('tenants', 'offboard', slug)).warned).toContain('there is no practice')
  })

  it('PR-23 goes on where it was stopped, and neither opens nor signs anybody in meanwhile', async () => {
    const { practice, past, coming } = await furnished()
    const { slug, tenantId } = practice
    await admin('tenants', 'close', slug, '--keep-sessions')
    const word = { bookings: 2, leaveSessions: true, leaveEvents: false }
    await test.pool.query(`UPDATE booking SET event_status = 'PENDING', event_id = NULL WHERE id = $1`, [coming])
    await test.pool.query(`INSERT INTO event_claim VALUES ($1, now(), gen_random_uuid())`, [coming])
    // A write may be under way, and what it makes would stay in the calendar unnoticed.
    expect((await store().begin(tenantId, word, NOW, 'operator')).kind).toBe('owed')
    await test.pool.query('DELETE FROM event_claim')
    expect((await store().begin(tenantId, word, NOW, 'operator')).kind).toBe('begun')
    expect((await test.database.booking.findUniqueOrThrow({ where: { id: coming } })).eventStatus).toBe('NOT_WANTED')
    expect(await test.database.session.count({ where: { sid: `sid-${practice.userId}` } })).toBe(0)
    expect(await store().finish(tenantId, 'operator')).toBe(false)
    expect(await store().deleteBookings(tenantId, 1)).toBe(1)
    expect(await createUserStore(test.database).byEmail(practice.email)).toBeUndefined()
    for (const command of ['reopen', 'resume'])
      expect((await admin('tenants', command, slug)).warned).toContain('is being removed for good')
    expect((await admin('tenants', 'show', slug)).said).toMatch(/^state +offboarding$/m)
    const { code, data } = await admin('tenants', 'offboard', slug, '--json')
    expect([code, data]).toEqual([0, expect.objectContaining({ removed: true, bookings: 1 })])
    expect(Object.keys(await left(tenantId))).toEqual(['audit_event', 'tombstone'])
    expect(await test.database.booking.count({ where: { id: { in: [past, coming] } } })).toBe(0)
  })

  it('PR-23 is removed again after a restore, and no provider is asked once more', async () => {
    const { practice, past, receiving } = await furnished()
    const { tenantId } = practice
    revoked.length = 0
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tombstones-'))
    const file = path.join(folder, 'list')
    const line = { at: NOW, tenantId }
    const lines = [
      { ...line, kind: 'tenant', subjectId: tenantId },
      { ...line, kind: 'connection', subjectId: receiving },
      { ...line, kind: 'booking', subjectId: past },
    ]
    fs.writeFileSync(file, lines.map((one) => `${JSON.stringify(one)}\n`).join(''))
    const applied = { connections: 0, bookings: 0, tenants: 1, unchanged: 2 }
    expect((await admin('tombstones', 'apply', file, '--json')).data).toEqual(applied)
    expect(Object.keys(await left(tenantId))).toEqual(['audit_event', 'tombstone'])
    expect(revoked).toEqual([])
    const again = { ...applied, tenants: 0, unchanged: 3 }
    expect((await admin('tombstones', 'apply', file, '--json')).data).toEqual(again)
    fs.rmSync(folder, { recursive: true })
  })

  it('is noted as gone where somebody deletes it by hand, which the database lets nobody do before the rest', async () => {
    const { tenantId } = await createPractice(test.database)
    await expect(test.pool.query('DELETE FROM tenant WHERE id = $1', [tenantId])).rejects.toThrow(/foreign key/)
    for (const table of ['working_hours', 'service', 'app_user', 'tenant'])
      await test.pool.query(`DELETE FROM ${table} WHERE ${table === 'tenant' ? 'id' : 'tenant_id'} = $1`, [tenantId])
    const noted = await test.database.tombstone.findMany({ where: { tenantId } })
    expect(noted.map(({ kind }) => kind)).toEqual(['tenant'])
  })
})
