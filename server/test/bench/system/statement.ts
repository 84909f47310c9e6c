import { BY_SLUG } from '../../../src/adapters/postgres/accounts/tenant-snapshots.ts'

/**
 * Everything a page of slots needs of the database, in one statement: the product's own snapshot of the tenant, whose parameters
 * are the first five, and the rate limit's count, of a key and now in milliseconds. One row; every list is a JSON array.
 */
export const ONE_STATEMENT = {
  name: 'limit_of_a_slots_page',
  text: `
WITH counted AS (
  INSERT INTO rate_limit AS r (key, points, expire) VALUES ($6, 1, $7::bigint + 60000)
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN r.expire <= $7 THEN 1 ELSE r.points + 1 END,
    expire = CASE WHEN r.expire <= $7 THEN $7 + 60000 ELSE r.expire END
  RETURNING points, expire
)
SELECT counted.points, counted.expire, snapshot.* FROM counted LEFT JOIN (${BY_SLUG.text}) AS snapshot ON true`,
} as const
