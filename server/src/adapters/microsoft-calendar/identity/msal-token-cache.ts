import { memberOf } from '../../../net/untrusted-json.ts'
import type { StoredTokens } from '../../../ports/token-vault.ts'
import type { AccessToken, Purpose } from '../../oauth/token-client.ts'
import type { MicrosoftConfig } from '../config.ts'
import { allows } from './scopes.ts'

/** The entries of one kind in MSAL's serialized cache, whose schema all MSAL libraries share. */
function section(cache: string, name: 'AccessToken' | 'RefreshToken'): Record<string, unknown>[] {
  const entries = memberOf(JSON.parse(cache), name)
  return Object.values(typeof entries === 'object' && entries !== null ? entries : {})
}

/**
 * The newest stored access token that allows `purpose`. Not looked up through MSAL, which compares the names of scopes as
 * written and asks Entra for a new token where they are written differently.
 */
export function accessTokenIn(
  config: MicrosoftConfig,
  { tokenCache, accessExpiresAt }: Pick<StoredTokens, 'tokenCache' | 'accessExpiresAt'>,
  purpose: Purpose,
): AccessToken | undefined {
  const tokens = section(tokenCache, 'AccessToken').map(fields)
  const newest = last(tokens)
  const token = last(tokens.filter(({ secret, target }) => secret !== '' && allows(config, [target], purpose)))
  if (newest === undefined || token === undefined) return undefined
  // MSAL stamped the tokens by the system's clock. `accessExpiresAt` is when the newest one expires by ours: the difference
  // corrects the others, too.
  const shift = accessExpiresAt === undefined ? 0 : accessExpiresAt.getTime() - newest.expiresOn
  return { secret: token.secret, expiresAt: token.expiresOn + shift }
}

/** MSAL writes times as text, in seconds since 1970. */
const fields = ({ secret, target, cached_at, expires_on }: Record<string, unknown>) => ({
  secret: typeof secret === 'string' ? secret : '',
  target: typeof target === 'string' ? target : '',
  cachedAt: Number(cached_at) || 0,
  expiresOn: Number(expires_on) * 1000 || 0,
})

/** The token cached last; of those cached in the same second, the one written last. */
const last = <T extends { readonly cachedAt: number }>(tokens: readonly T[]): T | undefined =>
  [...tokens].sort((a, b) => a.cachedAt - b.cachedAt).at(-1)

export const holdsRefreshToken = (cache: string): boolean =>
  section(cache, 'RefreshToken').some(({ secret }) => typeof secret === 'string' && secret !== '')
