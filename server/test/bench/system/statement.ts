/**
 * Everything a page of slots needs of the database, in one statement: the rate limit's count, the tenant, its services and
 * hours, its connection with the calendars, and what its bookings block. Parameters: the limit's key, now in milliseconds, the
 * slug, and the window's two ends. One row; every list is a JSON array.
 */
export const ONE_STATEMENT = {
  name: 'limit_of_a_slots_page',
  text: `
WITH counted AS (
  INSERT INTO rate_limit AS r (key, points, expire) VALUES ($1, 1, $2::bigint + 60000)
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN r.expire <= $2 THEN 1 ELSE r.points + 1 END,
    expire = CASE WHEN r.expire <= $2 THEN $2 + 60000 ELSE r.expire END
  RETURNING points, expire
), practice AS (
  SELECT * FROM tenant WHERE slug = $3 AND suspended_at IS NULL
)
SELECT counted.points, counted.expire, to_json(practice.*) AS tenant,
  (SELECT json_agg(s ORDER BY s.created_at, s.id) FROM service s WHERE s.tenant_id = practice.id AND s.active) AS services,
  (SELECT json_agg(h ORDER BY h.weekday, h.start_minute) FROM working_hours h WHERE h.tenant_id = practice.id) AS hours,
  (SELECT json_agg(json_build_object('id', c.id, 'provider', c.provider, 'access', c.access, 'account_key', c.account_key,
      'token_version', c.token_version, 'last_read_at', c.last_read_at, 'failure_reason', c.failure_reason,
      'failing_since', c.failing_since,
      'calendars', (SELECT json_agg(json_build_object('id', k.id, 'external_id', k.external_id, 'blocks', k.blocks,
          'is_default', k.is_default, 'first_seen_at', k.first_seen_at, 'kind', d.kind, 'failing_since', d.failing_since)
          ORDER BY k.is_default DESC, k.first_seen_at, k.id)
        FROM connected_calendar k LEFT JOIN calendar_detail d ON d.id = k.id WHERE k.connection_id = c.id)))
    FROM calendar_connection c WHERE c.tenant_id = practice.id AND c.status = 'ACTIVE') AS connections,
  (SELECT json_agg(json_build_array(b.blocked_from, b.blocked_until) ORDER BY b.blocked_from) FROM booking b
    WHERE b.tenant_id = practice.id AND b.status = 'CONFIRMED'
      AND b.starts_at > $4::timestamptz - interval '16 hours' AND b.starts_at < $5::timestamptz + interval '4 hours'
      AND b.blocked_from < $5 AND b.blocked_until > $4) AS blocked
FROM counted LEFT JOIN practice ON true`,
} as const
