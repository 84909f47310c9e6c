import type { StoredTokens } from '../../../ports/token-vault.ts'
import type { AccessToken, Purpose } from '../../oauth/token-client.ts'
import type { MicrosoftConfig } from '../config.ts'
import { allows } from './scopes.ts'

/** The part of MSAL's serialized cache that we read; its schema is shared by all MSAL libraries and stable. */
function section(cache: string, name: 'AccessToken' | 'RefreshToken'): Record<string, unknown>[] {
  const parsed: unknown = JSON.parse(cache)
  const entries: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, name) : undefined
  return Object.values(typeof entries === 'object' && entries !== null ? entries : {})
}

/**
 * The newest of the stored access tokens that allows `purpose`. Read by ourselves and not through MSAL: its look-up
 * compares scope names as written, and asks Entra where they differ in form.
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
  // MSAL stamps by the system's clock, the row by ours; the row's time is that of the newest token.
  const shift = accessExpiresAt === undefined ? 0 : accessExpiresAt.getTime() - newest.expiresOn
  return { secret: token.secret, expiresAt: token.expiresOn + shift }
}

/** Times are in seconds since 1970, as text. */
const fields = ({ secret, target, cached_at, expires_on }: Record<string, unknown>) => ({
  secret: typeof secret === 'string' ? secret : '',
  target: typeof target === 'string' ? target : '',
  cachedAt: Number(cached_at) || 0,
  expiresOn: Number(expires_on) * 1000 || 0,
})

/** What was cached last; of one second, what was written last. */
const last = <T extends { readonly cachedAt: number }>(tokens: readonly T[]): T | undefined =>
  [...tokens].sort((a, b) => a.cachedAt - b.cachedAt).at(-1)

export const holdsRefreshToken = (cache: string): boolean =>
  section(cache, 'RefreshToken').some(({ secret }) => typeof secret === 'string' && secret !== '')
