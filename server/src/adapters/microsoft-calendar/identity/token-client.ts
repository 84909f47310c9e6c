import { startDeadline } from '../../../concurrency/deadline.ts'
import { memberOf } from '../../../net/untrusted-json.ts'
import { CalendarError } from '../../../ports/calendar-failure.ts'
import type { StoredTokens } from '../../../ports/token-vault.ts'
import type { Purpose, Refreshed, TokenClient } from '../../oauth/token-client.ts'
import type { MicrosoftConfig } from '../config.ts'
import type { HttpParts } from '../transport/http-parts.ts'
import type { Authority, Endpoints } from './authority.ts'
import { EntraNetwork, msalClient } from './msal-client.ts'
import { accessTokenIn } from './msal-token-cache.ts'
import { allows, scopesToRefresh } from './scopes.ts'
import { tokenEndpointFailure } from './token-endpoint-errors.ts'

export const TOKEN_ENDPOINT_MS = 5000

/** The tokens of Microsoft accounts: MSAL's serialized cache, refreshed at the account's own Entra tenant. */
export const createTokenClient = (parts: HttpParts & { readonly authority: Authority }): TokenClient => ({
  accessTokenIn: (stored, purpose) => accessTokenIn(parts.config, stored, purpose),

  async refresh(owner, stored, purpose, claims) {
    const [tid = ''] = owner.accountKey.split('.')
    const endpoints = await parts.authority.endpoints()
    const limit = startDeadline(parts.clock, TOKEN_ENDPOINT_MS)
    const network = new EntraNetwork(parts, limit.signal)
    try {
      return await refresh({ config: parts.config, network, tid, endpoints }, stored, purpose, claims)
    } catch (thrown) {
      throw tokenEndpointFailure(network.last, thrown, tid)
    } finally {
      limit.end()
    }
  },
})

interface RefreshParts {
  readonly config: MicrosoftConfig
  readonly network: EntraNetwork
  readonly tid: string
  readonly endpoints: Endpoints
}

async function refresh(
  { config, network, tid, endpoints }: RefreshParts,
  stored: StoredTokens,
  purpose: Purpose,
  claims: string | undefined,
): Promise<Refreshed> {
  const client = msalClient(config, tid, network, endpoints)
  const cache = client.getTokenCache()
  cache.deserialize(stored.tokenCache)
  const [account] = await cache.getAllAccounts()
  if (account === undefined) throw new CalendarError('reconnect', 'no account in the tokens', { code: 'no_account' })
  const wanted = { account, scopes: scopesToRefresh(config, stored.scopes, purpose), forceRefresh: true }
  const result = await client.acquireTokenSilent({ ...wanted, ...(claims === undefined ? {} : { claims }) })
  const { expiresAt, status, requestId } = network.last
  const { accessToken, idToken, idTokenClaims } = result
  // MSAL accepts every JSON object that names no error, even `{}`.
  if (accessToken === '' || expiresAt === undefined)
    throw new CalendarError('garbled', 'Microsoft answered without a token', { code: 'no_access_token' })
  const scopes = network.last.scopes ?? result.scopes
  return {
    tokens: { tokenCache: cache.serialize(), accessExpiresAt: expiresAt, scopes },
    access: allows(config, scopes, purpose) ? { secret: accessToken, expiresAt: expiresAt.getTime() } : undefined,
    accountKey: idToken === '' ? undefined : `${memberOf(idTokenClaims, 'tid')}.${memberOf(idTokenClaims, 'oid')}`,
    status,
    requestId,
  }
}
