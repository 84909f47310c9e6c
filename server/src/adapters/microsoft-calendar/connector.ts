import { startDeadline } from '../../concurrency/deadline.ts'
import { isUuid } from '../../net/untrusted-json.ts'
import type {
  AdoptParams,
  AppRegistration,
  Authorization,
  AuthorizeParams,
  CalendarAccess,
  CalendarConnector,
  CalendarListing,
  ConnectedAccount,
  Grant,
  RedeemParams,
} from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-failure.ts'
import { type Answered, type ExchangeParts, logExchange } from '../oauth/exchange-log.ts'
import type { TokenSource } from '../oauth/token-source.ts'
import { listCalendars } from './calendar-list.ts'
import type { ReadParts } from './free-busy.ts'
import type { Authority } from './identity/authority.ts'
import { PERSONAL_TENANT } from './identity/consent.ts'
import type { Identity, IdTokenChecker } from './identity/id-token.ts'
import { EntraNetwork, msalClient } from './identity/msal-client.ts'
import { holdsRefreshToken } from './identity/msal-token-cache.ts'
import { reaches, scopesToGrant, surplus, withResource } from './identity/scopes.ts'
import { TOKEN_ENDPOINT_MS } from './identity/token-client.ts'
import { tokenEndpointFailure } from './identity/token-endpoint-errors.ts'
import { garbled, transportFailure } from './transport/graph-errors.ts'
import type { HttpParts } from './transport/http-parts.ts'

export interface ConnectorParts extends ReadParts, HttpParts, Pick<ExchangeParts, 'refusals'> {
  readonly tokens: TokenSource
  readonly idTokens: IdTokenChecker
  readonly authority: Authority
}

/** Connecting a Microsoft account: OAuth 2.0 code flow with PKCE against Entra, then its calendars. */
export class MicrosoftConnector implements CalendarConnector {
  readonly #parts: ConnectorParts

  constructor(parts: ConnectorParts) {
    this.#parts = parts
  }

  async authorize(request: AuthorizeParams): Promise<Authorization> {
    const { config } = this.#parts
    // MSAL builds the address without a request: whatever it tried to send would be aborted.
    const network = new EntraNetwork(this.#parts, AbortSignal.abort())
    const client = msalClient(config, config.tenant, network, await this.#parts.authority.endpoints())
    const address = await client.getAuthCodeUrl({
      scopes: scopesToGrant(config, request.access),
      redirectUri: request.redirectUri,
      responseMode: 'query',
      state: request.state,
      nonce: request.nonce,
      codeChallenge: request.codeChallenge,
      codeChallengeMethod: 'S256',
      // MSAL leaves out the login hint when the prompt is select_account; the hint alone leads to the account.
      ...(request.loginHint === undefined ? { prompt: 'select_account' } : { loginHint: request.loginHint }),
    })
    const url = new URL(address)
    return { url, scopes: url.searchParams.get('scope')?.split(' ') ?? [] }
  }

  async redeem(request: RedeemParams): Promise<Grant> {
    const parts = { ...this.#parts, provider: 'microsoft' }
    return (await logExchange(parts, { grant: 'authorization_code' }, () => this.#redeem(request))).grant
  }

  async #redeem(request: RedeemParams): Promise<Answered & { readonly grant: Grant }> {
    const { authority, clock, config, idTokens } = this.#parts
    const endpoints = await authority.endpoints(request.signal)
    const limit = startDeadline(clock, TOKEN_ENDPOINT_MS, request.signal)
    const network = new EntraNetwork(this.#parts, limit.signal)
    try {
      const client = msalClient(config, config.tenant, network, endpoints)
      const { code, codeVerifier, nonce, redirectUri, access } = request
      const scopes = scopesToGrant(config, access)
      const result = await client.acquireTokenByCode({ code, codeVerifier, nonce, redirectUri, scopes })
      // MSAL accepts every JSON object that names no error, even `{}`.
      if (result.accessToken === '' || result.idToken === '') throw garbled('token_answer')
      const identity = await idTokens.check(result.idToken, nonce, request.signal)
      return this.#granted(client, network, identity, { access, scopes: result.scopes })
    } catch (thrown) {
      throw tokenEndpointFailure(network.last, thrown)
    } finally {
      limit.end()
    }
  }

  async adopt(request: AdoptParams): Promise<Grant> {
    const parts = { ...this.#parts, provider: 'microsoft' }
    return (await logExchange(parts, { grant: 'refresh_token' }, () => this.#adopt(request))).grant
  }

  async #adopt({ refreshToken, access, signal }: AdoptParams): Promise<Answered & { readonly grant: Grant }> {
    const { authority, clock, config, idTokens } = this.#parts
    const endpoints = await authority.endpoints(signal)
    const limit = startDeadline(clock, TOKEN_ENDPOINT_MS, signal)
    const network = new EntraNetwork(this.#parts, limit.signal)
    try {
      const client = msalClient(config, config.tenant, network, endpoints)
      // MSAL keeps what it did not sign in itself only if told to.
      const wanted = { refreshToken, scopes: scopesToGrant(config, access), forceCache: true }
      const result = await client.acquireTokenByRefreshToken(wanted)
      if (result === null || result.accessToken === '') throw garbled('token_answer')
      if (result.idToken === '')
        throw new CalendarError('reconnect', 'Microsoft does not say whose the token is', { code: 'no_id_token' })
      const identity = await idTokens.checkRefreshed(result.idToken, signal)
      return this.#granted(client, network, identity, { access, scopes: result.scopes })
    } catch (thrown) {
      throw tokenEndpointFailure(network.last, thrown)
    } finally {
      limit.end()
    }
  }

  /** What an answer of the token endpoint has granted, whose scopes are looked at. */
  #granted(
    client: ReturnType<typeof msalClient>,
    { last }: EntraNetwork,
    identity: Identity,
    asked: Pick<Grant, 'access' | 'scopes'>,
  ): Answered & { readonly grant: Grant } {
    const tokenCache = client.getTokenCache().serialize()
    if (!holdsRefreshToken(tokenCache)) throw garbled('no_refresh_token')
    const { scopes = asked.scopes, expiresAt: accessExpiresAt, status, requestId } = last
    this.#requireScopes(scopes, asked)
    const grant = { ...grantOf(identity), scopes, access: asked.access, tokenCache, accessExpiresAt }
    return { grant, status, requestId }
  }

  listCalendars(connection: ConnectedAccount, signal?: AbortSignal): Promise<readonly CalendarListing[]> {
    return listCalendars(this.#parts, connection, signal)
  }

  async keepAlive(connection: ConnectedAccount, signal?: AbortSignal): Promise<void> {
    try {
      await this.#parts.tokens.renew(connection, signal)
    } catch (error) {
      throw transportFailure(error)
    }
  }

  /**
   * Does nothing: Entra has no revocation endpoint (RFC 7009), and Graph's `revokeSignInSessions` would sign the therapist out
   * of every app. She removes the app herself, at `accessRemovalUrls`.
   */
  async revoke(): Promise<void> {}

  adminConsentUrl(request: Parameters<NonNullable<CalendarConnector['adminConsentUrl']>>[0]): URL {
    const { config } = this.#parts
    // The page does not take `common` (learn.microsoft.com/entra/identity-platform/v2-admin-consent), and personal accounts
    // have no administrator.
    const [tid = ''] = request.accountKey?.split('.') ?? []
    const known = isUuid(tid) ? tid : config.tenant
    const tenant = ['common', 'consumers', PERSONAL_TENANT].includes(known) ? 'organizations' : known
    const url = new URL(`${config.authorityUrl}/${encodeURIComponent(tenant)}/v2.0/adminconsent`)
    // Where user consent is off, the scopes of signing in have to be approved as well.
    const scopes = scopesToGrant(config, request.access)
    url.searchParams.set('client_id', config.clientId)
    url.searchParams.set('scope', scopes.map(withResource).join(' '))
    url.searchParams.set('redirect_uri', request.redirectUri)
    url.searchParams.set('state', request.state)
    return url
  }

  registration(access: CalendarAccess): AppRegistration {
    const { config } = this.#parts
    return {
      clientId: config.clientId,
      permissions: scopesToGrant(config, access),
      reference: 'https://learn.microsoft.com/graph/permissions-reference',
    }
  }

  #requireScopes(scopes: readonly string[], { access }: Pick<RedeemParams, 'access'>): void {
    const { config, log } = this.#parts
    if (!reaches(config, scopes, access))
      throw new InsufficientScope('forbidden', 'fewer rights were granted than asked for')
    const more = surplus(config, scopes, access)
    if (more.length > 0) log.warn('token_scopes_wider', { count: more.length })
  }
}

const grantOf = ({ tid, oid, address }: Identity) => ({
  accountKey: `${tid}.${oid}`,
  accountKind: tid === PERSONAL_TENANT ? ('personal' as const) : ('organisation' as const),
  ...(address === undefined ? {} : { accountAddress: address }),
})
