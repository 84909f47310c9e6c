import type pg from 'pg'

/** Connections of as many practices; of a hundred, one is due to be maintained. */
export async function addConnections(pool: pg.Pool, practices: number): Promise<void> {
  await pool.query(
    `WITH t AS (INSERT INTO tenant (id, slug, name, time_zone)
       SELECT gen_random_uuid(), 'many-' || n, 'Many', 'UTC' FROM generate_series(1, $1::int) n RETURNING id, slug)
     INSERT INTO calendar_connection (id, tenant_id, provider, status, access, account_key, scopes, token_cache, maintain_at)
     SELECT gen_random_uuid(), t.id, 'MICROSOFT', 'ACTIVE', 'AVAILABILITY', slug, '{}', c.token_cache,
       now() + (CASE WHEN slug LIKE '%00' THEN -1 ELSE 1 END) * interval '1 hour'
     FROM t, LATERAL (SELECT token_cache FROM calendar_connection WHERE status = 'ACTIVE' LIMIT 1) c`,
    [practices],
  )
}

/** Of some of those practices, a session each whose event waits, and one whose event is written and is to be compared. */
export async function addSessions(pool: pg.Pool, practices: number): Promise<void> {
  await pool.query(
    `WITH s AS (INSERT INTO service (id, tenant_id, name, duration_minutes)
       SELECT gen_random_uuid(), id, 'Session', 50 FROM tenant WHERE slug LIKE 'many-%' LIMIT $1 RETURNING id, tenant_id)
     INSERT INTO booking (id, tenant_id, service_id, starts_at, ends_at, blocked_from, blocked_until, client_name,
       client_email, manage_token_hash, idempotency_key_hash, request_hash, calendar_check, event_status, event_id)
     SELECT gen_random_uuid(), s.tenant_id, s.id, at, at + interval '50 min', at, at + interval '50 min', 'A client',
       'a@client.example', gen_random_uuid()::text, gen_random_uuid()::text, 'r', 'FRESH',
       (CASE WHEN n = 1 THEN 'PENDING' ELSE 'WRITTEN' END)::"EventStatus", CASE WHEN n = 2 THEN 'event' END
     FROM s, generate_series(1, 2) n, LATERAL (SELECT now() + n * interval '1 day' AS at) t`,
    [practices],
  )
  await pool.query(`UPDATE event_comparison SET compare_at = now() - interval '1 minute' WHERE compare_at IS NULL`)
}
