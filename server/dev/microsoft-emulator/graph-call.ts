import type { Account } from './accounts.ts'
import type { Cloud } from './cloud.ts'
import type { Incoming } from './wire.ts'

/** One Graph call: the token's account is "me". */
export interface Call {
  readonly cloud: Cloud
  readonly incoming: Incoming
  readonly account: Account
  readonly scopes: ReadonlySet<string>
  /** Calendars.ReadBasic is all there is. */
  readonly basic: boolean
}
