import type pg from 'pg'
import type { EventLock } from '../../../ports/event-lock.ts'

/**
 * A session advisory lock: it needs no transaction while the calendar is written, and the server drops it with the
 * connection of a process that died.
 */
export const createEventLock = (pool: pg.Pool): EventLock => ({
  async during(bookingId, act) {
    const client = await pool.connect()
    let broken = false
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS locked',
        [bookingId],
      )
      if (rows[0]?.locked !== true) return false
      try {
        await act()
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 1))', [bookingId]).catch(() => {
          broken = true
        })
      }
      return true
    } finally {
      client.release(broken)
    }
  },
})
