import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library'
import { z } from 'zod'
import { abandonable, type Deadline, startDeadline } from '../../concurrency/deadline.ts'
import type {
  Authorization,
  AuthorizeParams,
  CalendarConnector,
  CalendarListing,
  ConnectedAccount,
  Grant,
  RedeemParams,
} from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-provider.ts'
import { type Answered, logExchange } from '../oauth/exchange-log.ts'
import type { TokenSource } from '../oauth/token-source.ts'
import { createIdTokenChecker } from './identity/id-token.ts'
import { allows, scopeList, scopesToGrant, surplus } from './identity/scopes.ts'
import { askTokenEndpoint, TOKEN_ENDPOINT_MS, TokenCache, written } from './identity/token-client.ts'
import { CALENDAR_LIST_FIELDS, CalendarListAnswer } from './translate.ts'
import { answerOf, boundedFetch, type GoogleCalls, type GoogleParts } from './transport/google-client.ts'
import { garbled, noAnswer, oauthFailure } from './transport/google-errors.ts'

const LIST_MS = 10_000
const MAX_PAGES = 20

/** The answer to a revocation when the account's owner, or we, revoked before. */
const RevokedBefore = z.object({ error: z.literal('invalid_token') })

export interface GoogleConnectorParts extends GoogleParts {
  calls(connection: ConnectedAccount, deadline: Deadline, purpose: 'read'): GoogleCalls
  readonly tokens: TokenSource
}

export function createGoogleConnector(parts: GoogleConnectorParts): CalendarConnector {
  const { config, clock, log } = parts
  const identify = createIdTokenChecker(parts)

  async function authorize(request: AuthorizeParams): Promise<Authorization> {
    const scopes = scopesToGrant(request.access)
    const { clientId, authorizationUrl: oauth2AuthBaseUrl } = config
    const { redirectUri } = request
    const client = new OAuth2Client({ clientId, redirectUri, endpoints: { oauth2AuthBaseUrl } })
    const url = client.generateAuthUrl({
      scope: scopes,
      state: request.state,
      nonce: request.nonce,
      access_type: 'offline',
      code_challenge: request.codeChallenge,
      code_challenge_method: CodeChallengeMethod.S256,
      // A refresh token comes only with consent.
      // developers.google.com/identity/protocols/oauth2/web-server#creatingclient
      prompt: request.loginHint === undefined ? 'consent select_account' : 'consent',
      ...(request.loginHint === undefined ? {} : { login_hint: request.loginHint }),
    })
    return { url: new URL(url), scopes }
  }

  function requireScopes(granted: readonly string[], { access }: RedeemParams): void {
    if (!allows(granted, 'read') || (access === 'bookings' && !allows(granted, 'write')))
      throw new InsufficientScope('forbidden', 'Less was granted than asked for')
    const { length } = surplus(granted, access)
    if (length > 0) log.warn('token_scopes_wider', { count: length })
  }

  async function exchange(request: RedeemParams, signal: AbortSignal): Promise<Answered & { grant: Grant }> {
    const { code, codeVerifier: code_verifier, redirectUri: redirect_uri, access } = request
    const form = { grant_type: 'authorization_code', code, code_verifier, redirect_uri }
    const fresh = await askTokenEndpoint(parts, form, signal)
    const identity = await abandonable(identify(fresh.id_token, request.nonce), signal)
    const scopes = scopeList(fresh.scope)
    requireScopes(scopes, request)
    const { refresh_token: refreshToken, access_token: accessToken, expiresAt, status } = fresh
    if (refreshToken === undefined)
      throw new CalendarError('reconnect', 'There is no refresh token', { code: 'no_refresh_token' })
    const grant = {
      accountKey: identity.sub,
      ...(identity.email === undefined ? {} : { accountAddress: identity.email }),
      scopes,
      access,
      tokenCache: written({ refreshToken, accessToken, expiresAt, scopes }),
      accessExpiresAt: new Date(expiresAt),
    }
    return { grant, status }
  }

  async function listCalendars(calls: GoogleCalls): Promise<CalendarListing[]> {
    const listings = new Map<string, CalendarListing>()
    const seen = new Set<string>()
    for (let page: string | undefined, number = 1; ; number += 1) {
      const query = { fields: CALENDAR_LIST_FIELDS, maxResults: 250, minAccessRole: 'freeBusyReader' }
      const { items, nextPageToken } = await calls.call({
        name: 'calendarList.list',
        repeatable: true,
        schema: CalendarListAnswer,
        send: (api, options) =>
          api.calendarList.list({ ...query, ...(page === undefined ? {} : { pageToken: page }) }, options),
      })
      for (const { id, summary, summaryOverride, primary } of items)
        listings.set(id, { id, name: summaryOverride ?? summary ?? '', isDefault: primary === true })
      if (nextPageToken === undefined) return [...listings.values()]
      if (number === MAX_PAGES || seen.has(nextPageToken)) throw garbled('the list of calendars has no end')
      seen.add(nextPageToken)
      page = nextPageToken
    }
  }

  async function revoke(tokenCache: string, signal: AbortSignal): Promise<void> {
    const cache = TokenCache.safeParse(JSON.parse(tokenCache))
    if (!cache.success) throw new CalendarError('misconfigured', 'The stored tokens have another form')
    // In the body and not, as the library would have it, in the address, which proxies write down.
    const response = await boundedFetch(parts, signal)(new URL('revoke', config.tokenUrl), {
      method: 'POST',
      body: new URLSearchParams({ token: cache.data.refreshToken }),
    })
    if (response.ok) return
    const body: unknown = await response.json().catch(() => undefined)
    if (!RevokedBefore.safeParse(body).success)
      throw oauthFailure(answerOf(response.status, body, response.headers.get('retry-after'), clock))
  }

  async function within<Result>(
    milliseconds: number,
    caller: AbortSignal | undefined,
    work: (deadline: Deadline) => Promise<Result>,
  ): Promise<Result> {
    const deadline = startDeadline(clock, milliseconds, caller)
    try {
      return await work(deadline)
    } catch (error) {
      throw noAnswer(error, deadline.signal)
    } finally {
      deadline.end()
    }
  }

  return {
    authorize,
    async redeem(request) {
      const redeemed = await logExchange({ log, provider: 'google' }, { grant: 'authorization_code' }, () =>
        within(2 * TOKEN_ENDPOINT_MS, request.signal, ({ signal }) => exchange(request, signal)),
      )
      return redeemed.grant
    },
    listCalendars: (connection, signal) =>
      within(LIST_MS, signal, (deadline) => listCalendars(parts.calls(connection, deadline, 'read'))),
    keepAlive: (connection, signal) =>
      within(2 * TOKEN_ENDPOINT_MS, signal, (deadline) => parts.tokens.renew(connection, deadline.signal)),
    revoke: (tokenCache, signal) =>
      within(TOKEN_ENDPOINT_MS, signal, (deadline) => revoke(tokenCache, deadline.signal)),
  }
}
