import { type Deadline, startDeadline } from '../../concurrency/deadline.ts'
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
import { type Answered, logged } from '../oauth/exchange-log.ts'
import type { TokenSource } from '../oauth/token-source.ts'
import type { ReadParts } from './free-busy.ts'
import { PERSONAL_TENANT } from './identity/consent.ts'
import type { Identity, IdTokenChecker } from './identity/id-token.ts'
import { EntraNetwork, msalClient, type Wire } from './identity/msal-client.ts'
import { holdsRefreshToken } from './identity/msal-token-cache.ts'
import { allows, scopesFor, scopesToGrant, surplus } from './identity/scopes.ts'
import { ENTRA_TIMEOUT_MS } from './identity/token-client.ts'
import { entraFailure } from './identity/token-endpoint-errors.ts'
import { done } from './transport/graph-call.ts'
import { GraphRefusal, garbled, transportFailure } from './transport/graph-errors.ts'
import { asObject } from './transport/json-object.ts'
import { graphLink } from './transport/next-link.ts'

export interface ConnectorParts extends ReadParts, Wire {
  readonly tokens: TokenSource
  readonly idTokens: IdTokenChecker
}

const CALENDARS = '/me/calendars?$select=id,name,isDefaultCalendar&$top=100'

interface ListingPage {
  readonly calendars: readonly CalendarListing[]
  readonly next: URL | undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Connecting a Microsoft account: OAuth 2.0 code flow with PKCE against Entra, then its calendars. */
export class MicrosoftConnector implements CalendarConnector {
  readonly #parts: ConnectorParts

  constructor(parts: ConnectorParts) {
    this.#parts = parts
  }

  async authorize(request: AuthorizeParams): Promise<Authorization> {
    const { config } = this.#parts
    const nowhere = new EntraNetwork(this.#parts, AbortSignal.abort())
    const address = await msalClient(config, config.tenant, nowhere).getAuthCodeUrl({
      scopes: scopesToGrant(config, request.access),
      redirectUri: request.redirectUri,
      responseMode: 'query',
      state: request.state,
      nonce: request.nonce,
      codeChallenge: request.codeChallenge,
      codeChallengeMethod: 'S256',
      // MSAL drops the hint beside select_account, and the hint alone leads to the right account.
      ...(request.loginHint === undefined ? { prompt: 'select_account' } : { loginHint: request.loginHint }),
    })
    const url = new URL(address)
    return { url, scopes: url.searchParams.get('scope')?.split(' ') ?? [] }
  }

  async redeem(request: RedeemParams): Promise<Grant> {
    const parts = { ...this.#parts, provider: 'microsoft' }
    return (await logged(parts, { grant: 'authorization_code' }, () => this.#redeem(request))).grant
  }

  async #redeem(request: RedeemParams): Promise<Answered & { readonly grant: Grant }> {
    const { clock, config, idTokens } = this.#parts
    const limit = startDeadline(clock, ENTRA_TIMEOUT_MS, request.signal)
    const network = new EntraNetwork(this.#parts, limit.signal)
    try {
      const client = msalClient(config, config.tenant, network)
      const { code, codeVerifier, nonce, redirectUri, access } = request
      const scopes = scopesToGrant(config, access)
      const result = await client.acquireTokenByCode({ code, codeVerifier, nonce, redirectUri, scopes })
      // MSAL resolves on any JSON object that names no error, even `{}`.
      if (result.accessToken === '' || result.idToken === '') throw garbled('token_answer')
      const identity = await idTokens.check(result.idToken, nonce, request.signal)
      const tokenCache = client.getTokenCache().serialize()
      if (!holdsRefreshToken(tokenCache)) throw garbled('no_refresh_token')
      const granted = network.last.scopes ?? result.scopes
      this.#checkScopes(granted, request)
      const { expiresAt: accessExpiresAt, status, requestId } = network.last
      const grant = { ...grantOf(identity), scopes: granted, access, tokenCache, accessExpiresAt }
      return { grant, status, requestId }
    } catch (thrown) {
      throw entraFailure(network.last, thrown)
    } finally {
      limit.end()
    }
  }

  async listCalendars(connection: ConnectedAccount, signal?: AbortSignal): Promise<readonly CalendarListing[]> {
    const { clock, limits } = this.#parts
    const deadline = startDeadline(clock, limits.readMs, signal)
    try {
      const calendars: CalendarListing[] = []
      const seen = new Set<string>()
      for (let next: URL | 'first' | undefined = 'first'; next !== undefined; ) {
        const page: ListingPage = await this.#listingPage(connection, next === 'first' ? undefined : next, deadline)
        calendars.push(...page.calendars)
        next = page.next
        if (next !== undefined && (seen.has(next.href) || seen.size >= limits.pages)) throw garbled('endless_pages')
        if (next !== undefined) seen.add(next.href)
      }
      return calendars
    } catch (error) {
      throw guestOr(transportFailure(error))
    } finally {
      deadline.end()
    }
  }

  async keepAlive(connection: ConnectedAccount, signal?: AbortSignal): Promise<void> {
    try {
      await this.#parts.tokens.renew(connection, signal)
    } catch (error) {
      throw transportFailure(error)
    }
  }

  /**
   * Nothing to ask: Entra has no RFC 7009 endpoint, and `revokeSignInSessions` would sign the therapist out of every
   * app she uses. She removes the app herself, at `accessRemovalUrls`.
   */
  async revoke(): Promise<void> {}

  adminConsentUrl(request: Parameters<NonNullable<CalendarConnector['adminConsentUrl']>>[0]): URL {
    const { config } = this.#parts
    // Never `common` (learn.microsoft.com/entra/identity-platform/v2-admin-consent); home accounts have no administrator.
    const [tid = ''] = request.accountKey?.split('.') ?? []
    const known = UUID.test(tid) ? tid : config.tenant
    const tenant = ['common', 'consumers', PERSONAL_TENANT].includes(known) ? 'organizations' : known
    const url = new URL(`${config.authorityUrl}/${encodeURIComponent(tenant)}/v2.0/adminconsent`)
    const { access } = request
    const scopes = [...scopesFor(config, 'read'), ...(access === 'bookings' ? scopesFor(config, 'write') : [])]
    url.searchParams.set('client_id', config.clientId)
    url.searchParams.set('scope', scopes.map((scope) => this.#withResource(scope)).join(' '))
    url.searchParams.set('redirect_uri', request.redirectUri)
    url.searchParams.set('state', request.state)
    return url
  }

  /** The admin-consent page documents resource-qualified names only. */
  #withResource(scope: string): string {
    return scope.includes('://') ? scope : `https://graph.microsoft.com/${scope}`
  }

  #listingPage(connection: ConnectedAccount, link: URL | undefined, deadline: Deadline): Promise<ListingPage> {
    const { graph, config } = this.#parts
    return graph.send<ListingPage>({
      connection,
      purpose: 'read',
      method: 'GET',
      route: '/me/calendars',
      path: CALENDARS,
      ...(link === undefined ? {} : { link }),
      repeatable: true,
      deadline,
      understand: ({ body }) => {
        const page = asObject(body, 'page')
        if (!Array.isArray(page.value)) throw garbled('page_value')
        const next = page['@odata.nextLink']
        const calendars = page.value.map(listingOf)
        return done({ calendars, next: next === undefined || next === null ? undefined : graphLink(config, next) })
      },
    })
  }

  #checkScopes(scopes: readonly string[], { access }: RedeemParams): void {
    const { config, log } = this.#parts
    if (!allows(config, scopes, 'read') || (access === 'bookings' && !allows(config, scopes, 'write')))
      throw new InsufficientScope('forbidden', 'fewer rights were granted than asked for')
    const more = surplus(config, scopes, access)
    if (more.length > 0) log.warn('token_scopes_wider', { count: more.length })
  }
}

const grantOf = ({ tid, oid, address }: Identity) => ({
  accountKey: `${tid}.${oid}`,
  ...(address === undefined ? {} : { accountAddress: address }),
})

const LONGEST_NAME = 256

function listingOf(value: unknown): CalendarListing {
  const { id, name, isDefaultCalendar } = asObject(value, 'calendar')
  if (typeof id !== 'string' || id === '') throw garbled('calendar_id')
  return {
    id,
    name: typeof name === 'string' ? name.slice(0, LONGEST_NAME) : '',
    isDefault: isDefaultCalendar === true,
  }
}

/**
 * A guest in somebody else's organisation has no mailbox there: calendar calls answer 401 without any body, with the
 * freshest token. A token that was really refused is answered with a code.
 */
function guestOr(failure: CalendarError): CalendarError {
  if (!(failure instanceof GraphRefusal) || failure.status !== 401 || failure.explained) return failure
  return new CalendarError('not_found', 'this account has no mailbox here', {
    code: 'guest_account',
    status: 401,
    ...(failure.requestId === undefined ? {} : { requestId: failure.requestId }),
  })
}
