import { createHash } from 'node:crypto'
import connectPgSimple from 'connect-pg-simple'
import session, { type SessionData } from 'express-session'
import type pg from 'pg'
import { translated } from '../database-errors.ts'

const hashed = (sid: string): string => createHash('sha256').update(sid).digest('hex')

const CHANGE = 'UPDATE session SET sess = $1, expire = $2 WHERE sid = $3'

/**
 * connect-pg-simple with hashed ids: the table holds the hash of each web session's id, so that a reader of the table can take
 * no web session over (WS-03).
 * A row is made for a new web session only: a request that ends after the sign-out of another brings no session back.
 * There is no `touch`: a row's end moves with what the row says, `seenAt` for one, and not with every request.
 * Expired rows are removed by the retention job.
 */
class HashedSessionStore extends session.Store {
  readonly #inner: session.Store
  readonly #pool: pg.Pool

  constructor(inner: session.Store, pool: pg.Pool) {
    super()
    this.#inner = inner
    this.#pool = pool
  }

  override get(sid: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    this.#inner.get(hashed(sid), (error: unknown, data) => callback(error && translated(error), data))
  }

  override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    const done = (error?: unknown): void => callback?.(error && translated(error))
    const { isNew, ...kept } = data
    if (isNew) this.#inner.set(hashed(sid), kept, done)
    else this.#pool.query(CHANGE, [kept, data.cookie.expires, hashed(sid)]).then(() => done(), done)
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    this.#inner.destroy(hashed(sid), (error) => callback?.(error && translated(error)))
  }
}

export function createSessionStore(pool: pg.Pool): session.Store {
  const PgStore = connectPgSimple(session)
  return new HashedSessionStore(
    // Without pruning connect-pg-simple has nothing to log: every failure reaches the callback.
    new PgStore({ pool, tableName: 'session', pruneSessionInterval: false, errorLog: () => {} }),
    pool,
  )
}
