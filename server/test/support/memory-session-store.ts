import { MemoryStore, type SessionData } from 'express-session'

/** express-session's own memory store, with its rows where a test can see them. */
export function storeOver(rows: Map<string, SessionData>): MemoryStore {
  return new (class extends MemoryStore {
    override set(sid: string, data: SessionData, callback?: (error?: unknown) => void): void {
      rows.set(sid, data)
      super.set(sid, data, callback)
    }
    override destroy(sid: string, callback?: (error?: unknown) => void): void {
      rows.delete(sid)
      super.destroy(sid, callback)
    }
  })()
}
