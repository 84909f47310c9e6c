import type { ErasedBefore } from '../domain/retention.ts'

/** For how long each practice keeps its clients' data. */
export interface RetentionStore {
  /** In days after a session. Undefined: never erased by itself. */
  setting(tenantId: string): Promise<number | undefined>
  /** How many bookings would be erased. */
  count(tenantId: string, before: ErasedBefore): Promise<number>
  /** Keeps the setting and, in the same transaction, who decided it and how many bookings she was shown. Actor as in `AuditEvent`. */
  decide(tenantId: string, decision: { readonly days: number; readonly shown: number }, actor: string): Promise<void>
  /** Tenants with a setting by which something is to be erased now. */
  due(now: Date): Promise<readonly { readonly tenantId: string; readonly days: number }[]>
  /** Erases at most `limit` bookings, the oldest first, and resolves to their number. */
  erase(tenantId: string, before: ErasedBefore, limit: number): Promise<number>
  /**
   * Erases the account's id and the scopes of at most `limit` connections of tenants with a setting that ended before `before`
   * and have no session left, or entry to be removed, that ends after `settled`. Resolves to their number.
   */
  eraseConnections(bounds: { readonly before: Date; readonly settled: Date; readonly limit: number }): Promise<number>
}
