import type { CalendarAccess } from './calendar-connector.ts'
import type { CalendarProviderType } from './calendar-provider-type.ts'

/** One started sign-in at a provider (RFC 6749 section 4.1.1, RFC 7636). */
export interface AuthorizationRequest {
  readonly id: string
  readonly tenantId: string
  readonly userId: string
  readonly provider: CalendarProviderType
  /** What the id token must repeat. */
  readonly nonce: string
  /** What the code challenge was made of. Secret. */
  readonly codeVerifier: string
  /** What was asked for. */
  readonly access: CalendarAccess
}

export interface AuthorizationRequestStore {
  /** Stores a request. A web session keeps its five newest unused ones: the sixth removes the oldest. */
  start(
    request: AuthorizationRequest & {
      /** Of the web session's id. */
      readonly sessionHash: string
      /** Of the `state` parameter. */
      readonly stateHash: string
      readonly now: Date
      readonly expiresAt: Date
    },
  ): Promise<void>
  /**
   * Uses a request up, and gives it, where all of this matches and `now` is before its end; otherwise undefined, and nothing
   * is used up. Of several calls for one request, at whatever processes, one gets it.
   */
  consume(match: {
    readonly stateHash: string
    readonly sessionHash: string
    readonly userId: string
    readonly tenantId: string
    readonly provider: CalendarProviderType
    readonly now: Date
  }): Promise<AuthorizationRequest | undefined>
}
