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

/** An access token that the provider has just refused, and the claims that it asked for, if it did. */
export interface Rejection {
  readonly token: string
  readonly claims?: string
}

export interface Refreshed extends Answered {
  /** What is to be stored: the newer refresh token or, where none came, the older one. */
  readonly tokens: Omit<StoredTokens, 'version'>
  /** Undefined where what is granted now is too little for the purpose. */
  readonly access: AccessToken | undefined
  /** Whose tokens they are; undefined where the answer does not say. */
  readonly accountKey: string | undefined
}

/** What one provider knows about its tokens. */
export interface TokenClient {
  /** The access token that stands in stored tokens and allows `purpose`, ended or not. Throws when they have another form. */
  accessTokenIn(stored: StoredTokens, purpose: Purpose): AccessToken | undefined
  /** One exchange of the stored refresh token. Within a deadline of its own, never repeated; rejects with a CalendarError. */
  refresh(owner: ConnectedAccount, stored: StoredTokens, purpose: Purpose, claims?: string): Promise<Refreshed>
}
