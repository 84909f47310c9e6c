import type { TestDatabase } from './database.ts'

/**
 * Lets the database's clock go ahead, for statements of connections that are opened from now on: they find these functions before
 * PostgreSQL's own.
 */
export async function hurryClock({ pool, url }: TestDatabase): Promise<(aheadMs: number) => Promise<void>> {
  await pool.query(`
    CREATE SCHEMA hurried;
    CREATE TABLE hurried.clock (ahead interval NOT NULL);
    INSERT INTO hurried.clock VALUES ('0');
    CREATE FUNCTION hurried.statement_timestamp() RETURNS timestamptz LANGUAGE sql STABLE
      AS 'SELECT pg_catalog.statement_timestamp() + ahead FROM hurried.clock';
    CREATE FUNCTION hurried.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
      AS 'SELECT pg_catalog.clock_timestamp() + ahead FROM hurried.clock'`)
  await pool.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = hurried, public, pg_catalog`)
  return async (aheadMs) => {
    await pool.query(`UPDATE hurried.clock SET ahead = $1::float8 * interval '1 ms'`, [aheadMs])
  }
}
