import type pg from 'pg'
import { type EventLock, EventLockLost } from '../../../ports/event-lock.ts'

/**
 * A session advisory lock: it needs no transaction while the calendar is written, and the server drops it with the
 * connection, of a process that died, or of one that lives on and is told by its signal.
 */
export const createEventLock = (pool: pg.Pool): EventLock => ({
  async during(bookingId, act) {
    const client = await pool.connect()
    const lost = new AbortController()
    const lose = (): void => lost.abort(new EventLockLost('the database connection of an event lock has ended'))
    client.on('error', lose)
    client.on('end', lose)
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 1)) AS locked',
        [bookingId],
      )
      if (rows[0]?.locked !== true) return false
      try {
        await act(lost.signal)
      } finally {
        await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 1))', [bookingId]).catch(lose)
      }
      return true
    } finally {
      client.off('error', lose)
      client.off('end', lose)
      client.release(lost.signal.aborted)
    }
  },
})
