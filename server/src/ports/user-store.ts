import type { Locale } from '../domain/locale.ts'

export interface User {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly passwordHash: string
  /** May connect and disconnect calendars. */
  readonly owner: boolean
  /** Her practice's. */
  readonly locale: Locale
}

export interface UserStore {
  /** Enabled users of tenants that are not suspended. */
  byEmail(email: string): Promise<User | undefined>
  byId(id: string): Promise<User | undefined>
  /**
   * Puts a hash in the place of the one that the user was read with, ends all her web sessions at every process, and records
   * it, all or nothing. False where her password has been changed since she was read.
   */
  changePassword(user: User, passwordHash: string, requestId: string): Promise<boolean>
  /** Ends all web sessions of a user at every process, and records it. */
  signOutEverywhere(user: User, requestId: string): Promise<void>
}
