import type { CalendarProviderType } from './calendar-provider-type.ts'

/**
 * Events of ours in a calendar. `owed`: they are to be removed, or a write of them may be under way; `past`, `to_come`: of sessions
 * that are over, or not; `left`: in an account that the practice has given up.
 */
export interface EventsThere {
  readonly kind: 'owed' | 'past' | 'to_come' | 'left'
  /** Undefined where it is not known. */
  readonly provider: CalendarProviderType | undefined
  /** The account's address or, where that is no longer known, its id at the provider. */
  readonly account: string | undefined
  /** The provider's id of the calendar; undefined for the account's default calendar. */
  readonly calendarId: string | undefined
  readonly events: number
  /** When the first and the last session of these begin. */
  readonly first: Date
  readonly last: Date
}

/** What is to be removed of a practice, and what cannot be. */
export interface Offboarding {
  /** All of them, cancelled ones too: who removes the practice confirms this number. */
  readonly bookings: number
  readonly users: number
  /** Accounts whose tokens are kept. */
  readonly accounts: number
  /** Sessions that are confirmed and not over. */
  readonly standing: number
  readonly events: readonly EventsThere[]
}

/** What somebody has said who removes a practice. */
export interface OffboardingWord {
  /** How many bookings she was shown. Undefined: nothing is done. */
  readonly bookings: number | undefined
  /** Sessions that stand are forgotten here. */
  readonly leaveSessions: boolean
  /** Events that are owed stay in their calendars. */
  readonly leaveEvents: boolean
}

/** `begun`: from here on it only goes on. Else nothing is done, and this is why. */
export type OffboardingStart =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'begun'; readonly offboarding: Offboarding }
  | { readonly kind: 'open' | 'standing' | 'owed' | 'unconfirmed'; readonly offboarding: Offboarding }

/** Removes a tenant, in transactions that are each short, and each safe to repeat. Actor as in `AuditEvent`. */
export interface OffboardingStore {
  /**
   * In one transaction: judges, closes and suspends the tenant for good, ends its users' web sessions and links, and takes back
   * events that nobody has begun to write. One that has begun already goes on, whatever is said.
   */
  begin(tenantId: string, word: OffboardingWord, now: Date, actor: string): Promise<OffboardingStart>
  /** Begins without a word, because it was removed before a restore. False where there is no such tenant. */
  beginAgain(tenantId: string, now: Date, actor: string): Promise<boolean>
  /** Connections whose tokens are not shredded. */
  connectionIds(tenantId: string): Promise<readonly string[]>
  /** Deletes at most `limit` bookings with all that hangs on them, their queued jobs too; resolves to their number. */
  deleteBookings(tenantId: string, limit: number): Promise<number>
  /** Deletes what is left, and the tenant. False where a booking or a grant has come meanwhile: then nothing is deleted. */
  finish(tenantId: string, actor: string): Promise<boolean>
}
