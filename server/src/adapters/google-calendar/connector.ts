import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library'
import { z } from 'zod'
import { abandonable, type Deadline, startDeadline } from '../../concurrency/deadline.ts'
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
import type { Identity, IdTokenChecker } from './identity/id-token.ts'
import { allows, scopeList, scopesToGrant, surplus } from './identity/scopes.ts'
import { askTokenEndpoint, serialized, TOKEN_ENDPOINT_MS, TokenCache } from './identity/token-client.ts'
import { boundedFetch } from './transport/bounded-fetch.ts'
import { answerOf, tokenEndpointFailure, transportFailure } from './transport/google-errors.ts'
import type { HttpParts } from './transport/http-parts.ts'

/** The answer to the revocation of a grant that was revoked before, by us or by the account's owner. */
const RevokedBefore = z.object({ error: z.literal('invalid_token') })

export interface ConnectorParts extends ReadParts, HttpParts, Pick<ExchangeParts, 'refusals'> {
  readonly tokens: TokenSource
  readonly idTokens: IdTokenChecker
}

/** Connecting a Google account: OAuth 2.0 code flow with PKCE, then its calendars. */
export class GoogleConnector implements CalendarConnector {
  readonly #parts: ConnectorParts

  constructor(parts: ConnectorParts) {
    this.#parts = parts
  }

  async authorize(request: AuthorizeParams): Promise<Authorization> {
    const { clientId, authorizationUrl: oauth2AuthBaseUrl } = this.#parts.config
    const { redirectUri } = request
    const scopes = scopesToGrant(request.access)
    const client = new OAuth2Client({ clientId, redirectUri, endpoints: { oauth2AuthBaseUrl } })
    const url = client.generateAuthUrl({
      scope: scopes,
      state: request.state,
      nonce: request.nonce,
      access_type: 'offline',
      code_challenge: request.codeChallenge,
      code_challenge_method: CodeChallengeMethod.S256,
      // Google gives a refresh token only with consent.
      // developers.google.com/identity/protocols/oauth2/web-server#creatingclient
      prompt: request.loginHint === undefined ? 'consent select_account' : 'consent',
      ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    })
    return { url: new URL(url), scopes }
  }

  async redeem(request: RedeemParams): Promise<Grant> {
    const parts = { ...this.#parts, provider: 'google' }
    const redeem = () =>
      this.#within(2 * TOKEN_ENDPOINT_MS, request.signal, ({ signal }) => this.#redeem(request, signal))
    return (await logExchange(parts, { grant: 'authorization_code' }, redeem)).grant
  }

  async #redeem(request: RedeemParams, signal: AbortSignal): Promise<Answered & { readonly grant: Grant }> {
    const { code, codeVerifier: code_verifier, redirectUri: redirect_uri, nonce, access } = request
    const form = { grant_type: 'authorization_code', code, code_verifier, redirect_uri }
    const fresh = await askTokenEndpoint(this.#parts, form, signal)
    const identity = await abandonable(this.#parts.idTokens.check(fresh.id_token, nonce), signal)
    const scopes = scopeList(fresh.scope)
    const { refresh_token: refreshToken, access_token: accessToken, expiresAt, status } = fresh
    if (refreshToken === undefined) {
      this.#requireScopes(scopes, request)
      throw new CalendarError('reconnect', 'There is no refresh token', { code: 'no_refresh_token' })
    }
    const grant = grantOf(identity, { refreshToken, accessToken, expiresAt, scopes }, access)
    try {
      this.#requireScopes(scopes, request)
    } catch (error) {
      await request.onRejected?.(grant)
      throw error
    }
    return { grant, status }
  }

  async adopt(request: AdoptParams): Promise<Grant> {
    const parts = { ...this.#parts, provider: 'google' }
    const adopt = () =>
      this.#within(2 * TOKEN_ENDPOINT_MS, request.signal, ({ signal }) => this.#adopt(request, signal))
    return (await logExchange(parts, { grant: 'refresh_token' }, adopt)).grant
  }

  async #adopt(request: AdoptParams, signal: AbortSignal): Promise<Answered & { readonly grant: Grant }> {
    const form = { grant_type: 'refresh_token', refresh_token: request.refreshToken }
    const fresh = await askTokenEndpoint(this.#parts, form, signal)
    const { access_token: accessToken, refresh_token: refreshToken = request.refreshToken, expiresAt, status } = fresh
    // It comes where the grant has the scope `openid`.
    if (fresh.id_token === undefined)
      throw new CalendarError('reconnect', 'Google does not say whose the token is', { code: 'no_id_token' })
    const identity = await abandonable(this.#parts.idTokens.checkRefreshed(fresh.id_token), signal)
    const scopes = fresh.scope === '' ? [...request.scopes] : scopeList(fresh.scope)
    this.#requireScopes(scopes, request)
    return { grant: grantOf(identity, { refreshToken, accessToken, expiresAt, scopes }, request.access), status }
  }

  listCalendars(connection: ConnectedAccount, signal?: AbortSignal): Promise<readonly CalendarListing[]> {
    const { limits } = this.#parts
    return this.#within(limits.readMs, signal, (deadline) => listCalendars(this.#parts, connection, deadline))
  }

  keepAlive(connection: ConnectedAccount, signal?: AbortSignal): Promise<void> {
    const renew = (deadline: Deadline) => this.#parts.tokens.renew(connection, deadline.signal)
    return this.#within(2 * TOKEN_ENDPOINT_MS, signal, renew)
  }

  revoke(tokenCache: string, signal?: AbortSignal): Promise<void> {
    return this.#within(TOKEN_ENDPOINT_MS, signal, (deadline) => this.#revoke(tokenCache, deadline.signal))
  }

  async #revoke(tokenCache: string, signal: AbortSignal): Promise<void> {
    const { config, clock } = this.#parts
    const cache = TokenCache.safeParse(JSON.parse(tokenCache))
    if (!cache.success) throw new CalendarError('misconfigured', 'The stored tokens have another form')
    // The token goes in the body. Google's library puts it into the URL, which proxies write to their logs.
    const response = await boundedFetch(this.#parts, signal)(new URL('revoke', config.tokenUrl), {
      method: 'POST',
      body: new URLSearchParams({ token: cache.data.refreshToken }),
    })
    if (response.ok) return
    const body: unknown = await response.json().catch(() => undefined)
    if (!RevokedBefore.safeParse(body).success)
      throw tokenEndpointFailure(answerOf(response.status, body, response.headers.get('retry-after'), clock))
  }

  registration(access: CalendarAccess): AppRegistration {
    return {
      clientId: this.#parts.config.clientId,
      permissions: scopesToGrant(access),
      reference: 'https://developers.google.com/identity/protocols/oauth2/scopes#calendar',
    }
  }

  #requireScopes(scopes: readonly string[], { access }: Pick<RedeemParams, 'access'>): void {
    if (!allows(scopes, 'read') || (access === 'bookings' && !allows(scopes, 'write')))
      throw new InsufficientScope('forbidden', 'Less was granted than asked for')
    const more = surplus(scopes, access)
    if (more.length > 0) this.#parts.log.warn('token_scopes_wider', { count: more.length })
  }

  async #within<T>(
    milliseconds: number,
    caller: AbortSignal | undefined,
    work: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = startDeadline(this.#parts.clock, milliseconds, caller)
    try {
      return await work(deadline)
    } catch (error) {
      throw transportFailure(error, deadline.signal)
    } finally {
      deadline.end()
    }
  }
}

const grantOf = ({ sub, hd, email }: Identity, tokens: TokenCache, access: CalendarAccess): Grant => ({
  accountKey: sub,
  accountKind: hd === undefined ? 'personal' : 'organisation',
  ...(email === undefined ? {} : { accountAddress: email }),
  scopes: tokens.scopes,
  access,
  tokenCache: serialized(tokens),
  accessExpiresAt: new Date(tokens.expiresAt),
})
