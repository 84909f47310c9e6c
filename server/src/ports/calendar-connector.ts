/** What the therapist lets us do: see when she is busy, or also write the sessions booked here. */
export type CalendarAccess = 'availability' | 'bookings'

/**
 * Connects accounts of one provider, keeps their grants alive and ends them. Every failure is a CalendarError; a cancelled call
 * is a `timeout`.
 */
export interface CalendarConnector {
  /** The authorization request to send the therapist's browser to. Asks for the scopes of `access` and no others. */
  authorize(request: AuthorizeParams): Promise<Authorization>
  /**
   * Turns the code of a callback into a grant. The verifier and the nonce must be of the same authorization request, and the
   * id token is verified. Rejects with InsufficientScope (`forbidden`) where the granted scopes do not reach as far as
   * `access`. A grant without a refresh token is rejected, too.
   */
  redeem(request: RedeemParams): Promise<Grant>
  /**
   * Takes over a grant that this app registration was given elsewhere: refreshes it, and verifies the id token that comes with
   * it, which says whose it is. Rejects as `redeem` does; with `reconnect` also where the token was revoked, or was given to
   * another registration, and where nothing says whose it is (code `no_id_token`). Whatever comes of it, nothing is revoked.
   * Absent where the provider has no such way.
   */
  adopt?(request: AdoptParams): Promise<Grant>
  /** All calendars of the account, from every page. Rejects with `not_found` where the account has no mailbox. */
  listCalendars(account: ConnectedAccount, signal?: AbortSignal): Promise<readonly CalendarListing[]>
  /**
   * Refreshes the tokens now, whatever their age, so that the grant of a connection that is not used does not lapse. Calls at
   * one time, at whatever processes, share one refresh. A newer refresh token is stored before the granted scopes are looked
   * at. Rejects with `reconnect` where the scopes are too narrow for reading, where the grant was refused, and where the
   * answer is for another account, which is neither used nor stored. After a refused grant or a Retry-After of the token
   * endpoint, calls fail in the same way for a while without asking it again.
   */
  keepAlive(account: ConnectedAccount, signal?: AbortSignal): Promise<void>
  /**
   * Asks the provider to end the grant, where it has an endpoint for that (RFC 7009). It may end every grant that the account
   * gave this app: it is for the last connection to the account only. Whether or not it succeeds, the caller shreds the tokens.
   */
  revoke(tokenCache: string, signal?: AbortSignal): Promise<void>
  /** The page on which an administrator gives admin consent for her organisation. Absent where the provider has none. */
  adminConsentUrl?(request: {
    readonly redirectUri: string
    readonly state: string
    readonly access: CalendarAccess
    /** Of the account connected now: the approval is asked of its organisation. */
    readonly accountKey?: string
  }): URL
  /** How this app is known to an administrator of its provider, and what it asks for with `access`. */
  registration(access: CalendarAccess): AppRegistration
}

export interface AppRegistration {
  readonly clientId: string
  /** The provider's names of the permissions, as the authorization request has them. */
  readonly permissions: readonly string[]
  /** Where the provider says what each of them allows. */
  readonly reference: string
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
  /** Called with a grant that was made and is then rejected, where the provider can be asked to end it. Does not reject. */
  readonly onRejected?: (grant: Pick<Grant, 'accountKey' | 'tokenCache'>) => Promise<void>
}

export interface AdoptParams {
  readonly access: CalendarAccess
  /** Secret. */
  readonly refreshToken: string
  /** What it was granted, where that is known; what the provider says counts. */
  readonly scopes: readonly string[]
  readonly signal?: AbortSignal
}

/** Whose an account is. Where it is not known, it counts as personal. */
export const ACCOUNT_KINDS = ['personal', 'organisation'] as const
export type AccountKind = (typeof ACCOUNT_KINDS)[number]

export interface Grant {
  /** The account's immutable key at its provider. Never an address. */
  readonly accountKey: string
  /** Absent where the provider does not say. */
  readonly accountKind?: AccountKind
  /** For the therapist's eyes only; may change or be absent. */
  readonly accountAddress?: string
  /** As the provider reported them. */
  readonly scopes: readonly string[]
  /** What those scopes allow; never more than was asked for. */
  readonly access: CalendarAccess
  /** Everything the provider's client needs to obtain access tokens later. Secret: stored encrypted. */
  readonly tokenCache: string
  readonly accessExpiresAt: Date | undefined
}

export interface CalendarListing {
  readonly id: string
  /** The therapist's own words: shown to her, stored encrypted, never logged. */
  readonly name: string
  readonly isDefault: boolean
  /** Absent: it is hers, and is ticked by itself. */
  readonly kind?: ApartKind
  /** Whose a foreign calendar is, where the provider says so: a name, never an address. Stored and shown like `name`. */
  readonly ownerName?: string
  /** The provider says that nothing may be written into it. */
  readonly isReadOnly?: boolean
}

/**
 * Calendars that are offered and not ticked by themselves. `foreign`: shared by somebody, subscribed to, or kept by the provider
 * (holidays, birthdays). `hidden`: hers, but not in the list that she sees at the provider.
 */
export type ApartKind = 'foreign' | 'hidden'

/** A name that is given for an owner; undefined where it holds an address, as directories often do. */
export const nameAlone = (given: string | undefined): string | undefined => (given?.includes('@') ? undefined : given)

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
  /** Id of the calendar that events are written to. Absent: the account's default calendar. */
  readonly writesTo?: string
  readonly policy: BusyPolicy
}

/** Which events count as busy beside those that are marked busy; a setting of the tenant. */
export interface BusyPolicy {
  readonly tentativeBlocks: boolean
  readonly workingElsewhereBlocks: boolean
}
