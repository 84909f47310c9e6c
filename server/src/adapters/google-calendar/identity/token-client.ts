import { z } from 'zod'
import { startDeadline } from '../../../concurrency/deadline.ts'
import type { Refreshed, TokenClient } from '../../oauth/token-client.ts'
import { answerOf, boundedFetch, type GoogleParts } from '../transport/google-client.ts'
import { garbled, noAnswer, oauthFailure } from '../transport/google-errors.ts'
import { subjectOf } from './id-token.ts'
import { allows, scopeList } from './scopes.ts'

export const TOKEN_ENDPOINT_MS = 5000

/** What is kept, encrypted, of a grant. `expiresAt` is in milliseconds since 1970. */
export const TokenCache = z.object({
  refreshToken: z.string().min(1),
  accessToken: z.string().min(1),
  expiresAt: z.number(),
  scopes: z.array(z.string()),
})
export type TokenCache = z.infer<typeof TokenCache>

/** An answer of the token endpoint: developers.google.com/identity/protocols/oauth2/web-server#exchange-authorization-code */
const TokenAnswer = z.object({
  access_token: z.string().min(1),
  /** In seconds. */
  expires_in: z.number().nonnegative(),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
  scope: z.string().default(''),
})

export interface TokensReceived extends Omit<z.infer<typeof TokenAnswer>, 'expires_in'> {
  readonly expiresAt: number
  readonly status: number
}

/**
 * One POST to the token endpoint. Not by google-auth-library, which writes into the body before anybody has seen the
 * status, and throws when a proxy has put HTML there (oauth2client.js, refreshTokenNoCache).
 */
export async function askTokenEndpoint(
  parts: GoogleParts,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TokensReceived> {
  const { clientId, clientSecret, tokenUrl } = parts.config
  // Counted from when we asked, by the clock of the rest of the program.
  const asked = parts.clock.now().getTime()
  const response = await boundedFetch(parts, signal)(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }),
  })
  const { status, headers } = response
  const body: unknown = await response.json().catch(() => undefined)
  if (status !== 200) throw oauthFailure(answerOf(status, body, headers.get('retry-after'), parts.clock))
  const parsed = TokenAnswer.safeParse(body)
  if (!parsed.success) throw garbled('the tokens')
  const { expires_in, ...answer } = parsed.data
  return { ...answer, expiresAt: asked + expires_in * 1000, status }
}

const read = (tokenCache: string): TokenCache => TokenCache.parse(JSON.parse(tokenCache))

/** The tokens of Google accounts. One access token serves for all that was granted. */
export const createTokenClient = (parts: GoogleParts): TokenClient => ({
  accessTokenIn({ tokenCache }, purpose) {
    const { accessToken: secret, expiresAt, scopes } = read(tokenCache)
    return allows(scopes, purpose) ? { secret, expiresAt } : undefined
  },

  async refresh(_owner, { tokenCache }, purpose): Promise<Refreshed> {
    const old = read(tokenCache)
    const deadline = startDeadline(parts.clock, TOKEN_ENDPOINT_MS)
    try {
      const form = { grant_type: 'refresh_token', refresh_token: old.refreshToken }
      const fresh = await askTokenEndpoint(parts, form, deadline.signal)
      const { access_token: secret, expiresAt, status } = fresh
      // RFC 6749 section 5.1: an answer that names no scopes grants what was asked for.
      const scopes = fresh.scope === '' ? old.scopes : scopeList(fresh.scope)
      return {
        tokens: {
          tokenCache: written({
            refreshToken: fresh.refresh_token ?? old.refreshToken,
            accessToken: secret,
            expiresAt,
            scopes,
          }),
          accessExpiresAt: new Date(expiresAt),
          scopes,
        },
        access: allows(scopes, purpose) ? { secret, expiresAt } : undefined,
        accountKey: fresh.id_token === undefined ? undefined : subjectOf(fresh.id_token),
        status,
      }
    } catch (error) {
      throw noAnswer(error, deadline.signal)
    } finally {
      deadline.end()
    }
  },
})

export const written = (cache: TokenCache): string => JSON.stringify(cache)
