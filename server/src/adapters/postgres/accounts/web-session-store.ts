import { createHash } from 'node:crypto'
import connectPgSimple from 'connect-pg-simple'
import session, { type SessionData } from 'express-session'
import type pg from 'pg'
import { translated } from '../database-errors.ts'

const hashed = (sid: string): string => createHash('sha256').update(sid).digest('hex')

/**
 * connect-pg-simple with hashed ids: the table holds the hash of each web session's id, so that a reader of the table can take
 * no web session over (WS-03).
 * Expired rows are removed by the retention job.
 */
class HashedSessionStore extends session.Store {
  readonly #inner: session.Store

  constructor(inner: session.Store) {
    super()
    this.#inner = inner
  }

  override get(sid: string, callback: (error: unknown, data?: SessionData | null) => void): void {
    this.#inner.get(hashed(sid), (error: unknown, data) => callback(error && translated(error), data))
  }

  override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    this.#inner.set(hashed(sid), data, (error) => callback?.(error && translated(error)))
  }

  override destroy(sid: string, callback?: (error?: unknown) => void): void {
    this.#inner.destroy(hashed(sid), (error) => callback?.(error && translated(error)))
  }

  // express-session passes an error to this callback (index.js, `ontouch`), though its type has none.
  override touch(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
    this.#inner.touch?.(hashed(sid), data, (error?: unknown) => callback?.(error && translated(error)))
  }
}

export function createSessionStore(pool: pg.Pool): session.Store {
  const PgStore = connectPgSimple(session)
  return new HashedSessionStore(
    // Without pruning connect-pg-simple has nothing to log: every failure reaches the callback.
    new PgStore({ pool, tableName: 'session', pruneSessionInterval: false, errorLog: () => {} }),
  )
}
