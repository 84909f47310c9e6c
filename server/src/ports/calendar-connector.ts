/** What the therapist lets us do: see when she is busy, or also write the sessions booked here. */
export type CalendarAccess = 'availability' | 'bookings'

/** Connecting an account and letting it go again. Every failure is a CalendarError; a caller who leaves is a `timeout`. */
export interface CalendarConnector {
  /** Where to send the therapist's browser, with the state, nonce and challenge. Asks for the scopes of `access` and nothing more. */
  authorize(request: AuthorizeParams): Promise<Authorization>
  /**
   * Turns the code of a callback into a grant. The verifier and the nonce must be of the same attempt, the id token is
   * verified, and the granted scopes are checked against `access` (`forbidden`). A grant without a refresh token is refused.
   */
  redeem(request: RedeemParams): Promise<Grant>
  /** The account's calendars, every page. Rejects with `not_found` where the account has no mailbox. */
  listCalendars(account: ConnectedAccount, signal?: AbortSignal): Promise<readonly CalendarListing[]>
  /**
   * Refreshes the tokens now, whatever their age, so that a quiet connection does not lapse. Callers and processes who
   * ask at once share one refresh. A newer refresh token is stored before anything else is judged; then a grant that is
   * too narrow for reading, or refused, is `reconnect`, and an answer for another account is neither used nor stored. A
   * refused grant and a Retry-After of the token endpoint are remembered for a while: it is not asked again before.
   */
  keepAlive(account: ConnectedAccount, signal?: AbortSignal): Promise<void>
  /**
   * Asks the provider to forget the grant, where it can be asked. Never the last word: our tokens are shredded anyway.
   * Ends every grant that the account gave this app, those of other connections too: only for the last one.
   */
  revoke(tokenCache: string, signal?: AbortSignal): Promise<void>
  /** Where an administrator approves this app for her organisation, where the provider knows such a thing. */
  adminConsentUrl?(request: {
    readonly redirectUri: string
    readonly state: string
    readonly access: CalendarAccess
    /** Of the account connected now: the approval is asked of its organisation. */
    readonly accountKey?: string
  }): URL
}

export interface AuthorizeParams {
  readonly redirectUri: string
  readonly access: CalendarAccess
  readonly state: string
  readonly nonce: string
  /** RFC 7636, S256. */
  readonly codeChallenge: string
  /** Reconnecting: the address of the account to sign in with. */
  readonly loginHint?: string
}

export interface Authorization {
  readonly url: URL
  /** The scopes asked for, as sent. */
  readonly scopes: readonly string[]
}

export interface RedeemParams {
  readonly redirectUri: string
  readonly access: CalendarAccess
  readonly code: string
  readonly codeVerifier: string
  readonly nonce: string
  readonly signal?: AbortSignal
}

export interface Grant {
  /** The account's immutable key at its provider. Never an address. */
  readonly accountKey: string
  /** For the therapist's eyes only; may change or be absent. */
  readonly accountAddress?: string
  /** As the provider reported them. */
  readonly scopes: readonly string[]
  /** What those scopes allow; never more than was asked for. */
  readonly access: CalendarAccess
  /** Everything the provider's client needs to obtain access tokens later. Secret: it is stored sealed. */
  readonly tokenCache: string
  readonly accessExpiresAt: Date | undefined
}

export interface CalendarListing {
  readonly id: string
  /** The therapist's own words: shown to her, stored sealed, never logged. */
  readonly name: string
  readonly isDefault: boolean
}

/** Whose tokens a call uses: an account that is connected to a tenant, or is being connected. */
export interface ConnectedAccount {
  /** Of the connection. */
  readonly id: string
  readonly tenantId: string
  readonly accountKey: string
}

/** What an adapter needs to know of a connection beside its tokens, to read and write its calendars. */
export interface ConnectionContext extends ConnectedAccount {
  readonly access: CalendarAccess
  /** IANA zone of the tenant: all-day events block its days. */
  readonly timeZone: string
  /** Ids of the calendars that block time. Never empty when free/busy is asked for. */
  readonly calendarIds: readonly string[]
  readonly policy: BusyPolicy
}

/** What counts as busy beside events that say so; a setting of the tenant. */
export interface BusyPolicy {
  readonly tentativeBlocks: boolean
  readonly workingElsewhereBlocks: boolean
}
