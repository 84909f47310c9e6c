import type { CalendarAccess } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

export interface AuthorizationRequest {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly provider: CalendarProviderType
  readonly nonce: string
  readonly codeVerifier: string
  readonly access: CalendarAccess
  readonly scopes: readonly string[]
  /** Reconnecting: the account that is expected back. */
  readonly expectedAccount: string | undefined
}

export interface AuthorizationRequestStore {
  /** A session keeps its five newest open attempts; starting another ends the oldest. */
  start(
    attempt: AuthorizationRequest & {
      readonly sessionHash: string
      readonly stateHash: string
      readonly now: Date
      readonly expiresAt: Date
    },
  ): Promise<void>
  /** One atomic statement: the attempt is used up if, and only if, everything matches and it is not over. */
  consume(match: {
    readonly stateHash: string
    readonly sessionHash: string
    readonly userId: string
    readonly tenantId: string
    readonly provider: CalendarProviderType
    readonly now: Date
  }): Promise<AuthorizationRequest | undefined>
}
