import type { ConnectedAccount } from '../../ports/calendar-connector.ts'
import type { StoredTokens } from '../../ports/token-vault.ts'
import type { Answered } from './exchange-log.ts'

/** What an access token is wanted for. */
export type Purpose = 'read' | 'write'

export interface AccessToken {
  readonly secret: string
  /** In milliseconds since 1970, by our clock. */
  readonly expiresAt: number
}

/** An access token that the provider has just refused, and the claims that its challenge asked for, if any. */
export interface Rejection {
  readonly token: string
  readonly claims?: string
}

export interface Refreshed extends Answered {
  /** To be stored. They hold the newer refresh token or, where the answer has none, the older one. */
  readonly tokens: Omit<StoredTokens, 'version'>
  /** Undefined where the scopes that are granted now do not allow the purpose. */
  readonly access: AccessToken | undefined
  /** The account whose tokens they are; undefined where the answer does not say. */
  readonly accountKey: string | undefined
}

/** The part of the token source that each provider has its own of. */
export interface TokenClient {
  /** The stored access token that allows `purpose`, expired or not. Throws where the stored tokens have another form. */
  accessTokenIn(stored: StoredTokens, purpose: Purpose): AccessToken | undefined
  /** One exchange of the stored refresh token, not repeated, within a deadline of its own. Rejects with a CalendarError. */
  refresh(owner: ConnectedAccount, stored: StoredTokens, purpose: Purpose, claims?: string): Promise<Refreshed>
}
