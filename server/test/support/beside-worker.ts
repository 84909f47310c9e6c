import pg from 'pg'

const DEADLOCK = '40P01'

/**
 * A change of many rows while a worker may be at work, which takes the same rows in another order: where PostgreSQL ends this
 * one of the two, it is asked again. Returns the changed rows.
 */
export async function changeBesideWorker(
  pool: pg.Pool,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly unknown[]> {
  for (;;) {
    try {
      const { rows } = await pool.query(sql, [...values])
      return rows
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== DEADLOCK) throw error
    }
  }
}
