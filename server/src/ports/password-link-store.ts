import type { User } from './user-store.ts'

/** Links by which a user sets her password, once. Each user has one at most. */
export interface PasswordLinkStore {
  /** In the place of one from before. False where there is no such user. The audit keeps it; actor as in `AuditEvent`. */
  put(
    link: { readonly userId: string; readonly tokenHash: string; readonly expiresAt: Date },
    actor: string,
  ): Promise<boolean>
  /** Whose password a link sets. Undefined where it is unknown, over or used, and where its user may not sign in. */
  userOf(tokenHash: string, now: Date): Promise<User | undefined>
  /**
   * Uses a link up: its user gets this hash, all her web sessions end at every process, and the audit keeps it, all or
   * nothing. Undefined as in `userOf`.
   */
  use(tokenHash: string, passwordHash: string, now: Date, requestId: string): Promise<User | undefined>
}
