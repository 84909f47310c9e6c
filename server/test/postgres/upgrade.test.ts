import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '../../dev/migrate.ts'
import { createTenantStore } from '../../src/adapters/postgres/accounts/tenant-store.ts'
import { createBookingStore } from '../../src/adapters/postgres/bookings/booking-store.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../../src/adapters/postgres/connections/token-vault.ts'
import { createKeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import { LAST_MIGRATION } from '../../src/adapters/postgres/readiness.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { createTestDatabase, testKey } from '../support/database.ts'
import { createPractice, type Practice } from '../support/practice.ts'
import { minutesAfter, NOW, newConnection } from '../support/rows.ts'

const BASELINE = '20240115090000_baseline'
const ADDED = '20261122090000_add_microsoft_calendar'
const ALL = readdirSync('prisma/migrations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
const TABLES = [
  'tenant',
  'app_user',
  'service',
  'working_hours',
  'booking',
  'calendar_connection',
  'connected_calendar',
  'oauth_attempt',
  'audit_event',
  'session',
]

let url: string
let drop: () => Promise<void>
let open: ReturnType<typeof openDatabase>
beforeAll(async () => {
  ;({ url, drop } = await createTestDatabase())
  open = openDatabase(url, createKeyRing([testKey('k1')]))
})
afterAll(async () => {
  await open.close()
  await drop()
})

/** Every row of every table, with its place on disk: a rewritten row would have moved. */
async function everything(): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {}
  for (const table of TABLES)
    rows[table] = (
      await open.pool.query(
        `SELECT ctid::text, xmin::text, to_jsonb(t) AS row FROM ${pg.escapeIdentifier(table)} t ORDER BY 1`,
      )
    ).rows
  return rows
}

/** Made by the SQL of that time: the code of today writes columns that were not there. */
async function formerPractice(): Promise<Practice> {
  const [tenantId, userId, serviceId] = [randomUUID(), randomUUID(), randomUUID()]
  const slug = `former-${tenantId}`
  const email = `ada@${slug}.example`
  await open.pool.query(`INSERT INTO tenant (id, slug, name, time_zone) VALUES ($1, $2, 'Practice', 'Europe/Berlin')`, [
    tenantId,
    slug,
  ])
  await open.pool.query(`INSERT INTO app_user (id, tenant_id, email, password_hash) VALUES ($1, $2, $3, 'hash')`, [
    userId,
    tenantId,
    email,
  ])
  await open.pool.query(`INSERT INTO service (id, tenant_id, name, duration_minutes) VALUES ($1, $2, 'Session', 50)`, [
    serviceId,
    tenantId,
  ])
  await open.pool.query(
    `INSERT INTO working_hours (id, tenant_id, weekday, start_minute, end_minute) VALUES ($1, $2, 1, 540, 1020)`,
    [randomUUID(), tenantId],
  )
  return { tenantId, userId, serviceId, slug, email, password: '' }
}

/** A tenant as the monolith had them before Microsoft: Google connected, one booking written, one cancelled. */
async function googleTenant(): Promise<{ practice: Practice; connectionId: string; bookingId: string }> {
  const practice = await formerPractice()
  const { userId } = practice
  const { tenantId, serviceId } = practice
  const connectionId = await connectGoogle(practice)
  const book = async (after: number, event: { status: string; id?: string; cancelledAt?: Date }): Promise<string> => {
    const [id, startsAt] = [randomUUID(), minutesAfter(NOW, after)]
    await open.pool.query(
      `INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, status, client_name,
         client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, calendar_checked_at, event_status,
         event_id, event_connection_id, cancelled_at)
       VALUES ($1, $2, $3, $4, $5, $4, $5, $6, 'A client', 'a@client.example', $7, $8, 'request', 'FRESH', $9, $10, $11, $12, $13)`,
      [
        ...[id, tenantId, serviceId, startsAt, minutesAfter(startsAt, 50)],
        ...[event.cancelledAt === undefined ? 'CONFIRMED' : 'CANCELLED', randomUUID(), randomUUID(), NOW],
        ...[event.status, event.id, event.id && connectionId, event.cancelledAt],
      ],
    )
    return id
  }
  const bookingId = await book(24 * 60, { status: 'WRITTEN', id: 'google-event' })
  await book(90, { status: 'REMOVING', cancelledAt: NOW })
  await open.pool.query(
    `INSERT INTO session (sid, sess, expire) VALUES ($1, '{"user":"u"}', now()), ($2, '{}', now())`,
    [`sid-${userId}`, `other-${userId}`],
  )
  return { practice, connectionId, bookingId }
}

/** Written without our store, which knows columns that came later. */
async function connectGoogle({ tenantId }: Practice): Promise<string> {
  const { database } = open
  const id = randomUUID()
  const account = { id, tenantId, provider: 'GOOGLE' as const, accountKey: 'google-sub', scopes: [] }
  const tokens = { tokenCache: '{"refresh_token":"r"}', tokenVersion: 1 }
  await database.calendarConnection.create({
    data: { ...account, ...tokens, status: 'ACTIVE', access: 'BOOKINGS' },
    select: { id: true },
  })
  const calendar = { tenantId, connectionId: id, provider: 'GOOGLE', isDefault: true } as const
  for (const name of ['Private calendar', 'Second calendar'])
    await database.connectedCalendar.create({
      data: { ...calendar, id: randomUUID(), externalId: name, name },
      select: { id: true },
    })
  return id
}

it('the last migration is the one without which no process of this release starts', () => {
  expect(LAST_MIGRATION).toBe(ALL.at(-1))
})

describe('upgrading a database that holds Google tenants', () => {
  it('adds MICROSOFT and changes no row of theirs', async () => {
    expect(await migrate(url, { upTo: BASELINE })).toEqual([BASELINE])
    const providers = () => open.pool.query(`SELECT enum_range(NULL::"CalendarProviderType")::text AS values`)
    expect((await providers()).rows).toEqual([{ values: '{GOOGLE}' }])
    const tenants = [await googleTenant(), await googleTenant()]
    const before = await everything()
    expect(before.booking).toHaveLength(4)
    expect(before.connected_calendar).toHaveLength(4)

    expect(await migrate(url)).toEqual(ALL.slice(1))
    expect((await providers()).rows).toEqual([{ values: '{GOOGLE,MICROSOFT}' }])
    // Columns that were added stand beside what was there, at the same place on disk.
    const after = await everything()
    expect(after).toMatchObject(before)
    for (const row of after.tenant ?? [])
      expect(row).toMatchObject({ row: { language: 'en', languages: ['en'], clock: '12h' } })

    const vault = createTokenVault(open, systemClock)
    for (const { practice, connectionId, bookingId } of tenants) {
      const { tenantId } = practice
      expect((await createTenantStore(open.database).byId(tenantId))?.calendarProvider).toBe('GOOGLE')
      expect(await vault.read({ tenantId, connectionId })).toMatchObject({ tokenCache: '{"refresh_token":"r"}' })
      expect((await createBookingStore(open.database).byId(tenantId, bookingId))?.event.id).toBe('google-event')
    }
  })

  it('lets such a tenant take Outlook instead', async () => {
    const practice = await createPractice(open.database)
    const store = createConnectionStore(open.database)
    await store.store(newConnection(practice, { provider: 'GOOGLE' }))
    const { connectionId } = await store.store(newConnection(practice, { provider: 'MICROSOFT' }))
    expect(await store.confirmPending(practice.tenantId, connectionId, NOW)).toBeDefined()
    expect((await store.active(practice.tenantId))?.provider).toBe('MICROSOFT')
  })

  it('applies nothing twice, and records what Prisma would', async () => {
    expect(await migrate(url)).toEqual([])
    const { rows } = await open.pool.query(
      `SELECT migration_name, length(checksum) AS checksum, finished_at >= started_at AS finished, applied_steps_count, logs, rolled_back_at
       FROM _prisma_migrations ORDER BY started_at`,
    )
    const row = { checksum: 64, finished: true, applied_steps_count: 1, logs: null, rolled_back_at: null }
    expect(ALL.slice(0, 2)).toEqual([BASELINE, ADDED])
    expect(rows).toEqual(ALL.map((name) => ({ migration_name: name, ...row })))
  })

  it('refuses to go on after a failed or an edited migration', async () => {
    await open.pool.query(`UPDATE _prisma_migrations SET checksum = 'x' WHERE migration_name = $1`, [ADDED])
    await expect(migrate(url)).rejects.toThrow(`${ADDED} was changed after it was applied`)
    await open.pool.query(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = $1`, [ADDED])
    await expect(migrate(url)).rejects.toThrow(`${ADDED} failed earlier`)
  })
})

describe('migrating', () => {
  it('lets processes that start at once wait for each other', async () => {
    const empty = await createTestDatabase()
    const outcomes = await Promise.all([migrate(empty.url), migrate(empty.url), migrate(empty.url)])
    expect(outcomes.map((applied) => applied.length).sort()).toEqual([0, 0, ALL.length])
    await empty.drop()
  })
})
