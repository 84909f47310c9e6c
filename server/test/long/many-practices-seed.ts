import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { EmulatedWorld } from '../support/emulated-world.ts'

export const TENANTS = Number(process.env.TENANTS ?? 10_000)
export const BOOKINGS = 30
/** Of them waiting for their event, over all tenants. */
export const PENDING = 300

/** Rows of one statement. */
const TOGETHER = 500

/** Statements without a time limit. */
export async function untimed(world: EmulatedWorld, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: world.database.url })
  await client.connect()
  await work(client).finally(() => client.end())
}

/**
 * Tenants with a service, hours, a connected account and thirty sessions each, beside those that are there. The tokens are those of
 * the accounts that are connected already, encrypted for each row.
 */
export const seed = (world: EmulatedWorld): Promise<void> =>
  untimed(world, async (client) => {
    await client.query(
      `INSERT INTO tenant (id, slug, name, time_zone, calendar_provider)
       SELECT gen_random_uuid(), 'many-' || n, 'Practice ' || n, 'Europe/Berlin', 'MICROSOFT' FROM generate_series(1, $1::int) n`,
      [TENANTS],
    )
    await client.query(
      `INSERT INTO service (id, tenant_id, name, duration_minutes)
       SELECT gen_random_uuid(), id, 'Session', 50 FROM tenant WHERE slug LIKE 'many-%'`,
    )
    await client.query(
      `INSERT INTO working_hours (id, tenant_id, weekday, start_minute, end_minute)
       SELECT gen_random_uuid(), id, day, 540, 1020 FROM tenant, generate_series(1, 5) day WHERE slug LIKE 'many-%'`,
    )
    await connectAll(world)
    // What the trigger does for each row, at once.
    await client.query('ALTER TABLE booking DISABLE TRIGGER USER')
    await client.query(BOOKINGS_OF_ALL, [BOOKINGS])
    await client.query('ALTER TABLE booking ENABLE TRIGGER USER')
    await client.query(
      `INSERT INTO event_comparison (booking_id, tenant_id)
       SELECT id, tenant_id FROM booking WHERE event_status = 'WRITTEN' AND ends_at > now()`,
    )
    await client.query(
      `UPDATE booking SET event_status = 'PENDING', event_id = NULL WHERE id IN (
         SELECT b.id FROM booking b JOIN tenant t ON t.id = b.tenant_id
         WHERE t.slug LIKE 'many-%' AND b.starts_at > now() LIMIT $1)`,
      [PENDING],
    )
    // As after hours of running: spread over six hours, of which some minutes are due.
    await client.query(
      `UPDATE event_comparison SET compare_at = now() - interval '5 minutes' + random() * interval '6 hours'`,
    )
    await client.query('VACUUM ANALYZE')
  })

/** The first four are three years old, the next eleven of last week and before, the others to come. */
const BOOKINGS_OF_ALL = `
  INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name, client_email,
    manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_id, event_connection_id)
  SELECT gen_random_uuid(), s.tenant_id, s.id, at, at + interval '50 minutes', at, at + interval '50 minutes', 'A client',
    'client-' || n || '@client.example', gen_random_uuid()::text, gen_random_uuid()::text, 'seeded', 'FRESH', 'WRITTEN',
    gen_random_uuid()::text, c.id
  FROM service s
  JOIN tenant t ON t.id = s.tenant_id AND t.slug LIKE 'many-%'
  JOIN calendar_connection c ON c.tenant_id = t.id, generate_series(0, $1::int - 1) n,
    LATERAL (SELECT date_trunc('hour', now())
      + (CASE WHEN n < 4 THEN n - 1095 WHEN n < 15 THEN n - 22 ELSE n - 14 END) * interval '1 day' AS at) times`

async function connectAll({ database: { database, pool } }: EmulatedWorld): Promise<void> {
  const sources = await database.calendarConnection.findMany({
    where: { status: 'ACTIVE' },
    include: { calendars: true },
  })
  const { rows } = await pool.query<{ id: string }>(`SELECT id FROM tenant WHERE slug LIKE 'many-%'`)
  for (let first = 0; first < rows.length; first += TOGETHER) {
    const connected = rows.slice(first, first + TOGETHER).map(({ id: tenantId }, index) => {
      const source = sources[(first + index) % sources.length]
      if (source === undefined) throw new Error('nobody is connected')
      return { id: randomUUID(), tenantId, source }
    })
    await database.calendarConnection.createMany({
      data: connected.map(({ id, tenantId, source }) => ({
        id,
        tenantId,
        provider: source.provider,
        status: 'ACTIVE',
        access: source.access,
        accountKey: source.accountKey,
        scopes: source.scopes,
        tokenCache: source.tokenCache,
        tokenVersion: 1,
        accessExpiresAt: source.accessExpiresAt,
        refreshedAt: source.refreshedAt,
        lastReadAt: source.lastReadAt,
      })),
    })
    await database.connectedCalendar.createMany({
      data: connected.flatMap(({ id: connectionId, tenantId, source }) =>
        source.calendars.map(({ externalId, name, isDefault, blocks, provider }) => ({
          id: randomUUID(),
          tenantId,
          connectionId,
          provider,
          externalId,
          name,
          isDefault,
          blocks,
        })),
      ),
    })
  }
}
