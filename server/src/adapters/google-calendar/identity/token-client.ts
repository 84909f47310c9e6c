import { z } from 'zod'
import { startDeadline } from '../../../concurrency/deadline.ts'
import type { Refreshed, TokenClient } from '../../oauth/token-client.ts'
import { boundedFetch } from '../transport/bounded-fetch.ts'
import { answerOf, garbled, tokenEndpointFailure, transportFailure } from '../transport/google-errors.ts'
import type { HttpParts } from '../transport/http-parts.ts'
import { subjectOf } from './id-token.ts'
import { allows, scopeList } from './scopes.ts'

export const TOKEN_ENDPOINT_MS = 5000

/** What is stored of a grant, encrypted. `expiresAt` is in milliseconds since 1970. */
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

interface TokensReceived extends Omit<z.infer<typeof TokenAnswer>, 'expires_in'> {
  /** In milliseconds since 1970, by our clock. */
  readonly expiresAt: number
  readonly status: number
}

/**
 * One POST to the token endpoint. Not by google-auth-library, which writes into the body before it looks at the status, and so
 * throws where a proxy answers with HTML (its oauth2client.js, refreshTokenNoCache). Rejects with a CalendarError for an answer
 * that is not a success, else with what `fetch` threw.
 */
export async function askTokenEndpoint(
  parts: HttpParts,
  form: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TokensReceived> {
  const { clientId, clientSecret, tokenUrl } = parts.config
  // The expiry is counted from when the request was sent, so that no token is used past its end.
  const asked = parts.clock.now().getTime()
  const response = await boundedFetch(parts, signal)(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }),
  })
  const { status, headers } = response
  const body: unknown = await response.json().catch(() => undefined)
  if (status !== 200) {
    const answer = answerOf(status, body, headers.get('retry-after'), parts.clock)
    throw tokenEndpointFailure(answer, form.grant_type === 'refresh_token')
  }
  const tokens = TokenAnswer.safeParse(body)
  if (!tokens.success) throw garbled('the tokens')
  const { expires_in, ...answer } = tokens.data
  return { ...answer, expiresAt: asked + expires_in * 1000, status }
}

const parsed = (tokenCache: string): TokenCache => TokenCache.parse(JSON.parse(tokenCache))

export const serialized = (cache: TokenCache): string => JSON.stringify(cache)

/** The tokens of Google accounts. An access token allows all that was granted. */
export const createTokenClient = (parts: HttpParts): TokenClient => ({
  accessTokenIn({ tokenCache }, purpose) {
    const { accessToken: secret, expiresAt, scopes } = parsed(tokenCache)
    return allows(scopes, purpose) ? { secret, expiresAt } : undefined
  },

  async refresh(_owner, { tokenCache }, purpose): Promise<Refreshed> {
    const old = parsed(tokenCache)
    const deadline = startDeadline(parts.clock, TOKEN_ENDPOINT_MS)
    try {
      const form = { grant_type: 'refresh_token', refresh_token: old.refreshToken }
      const fresh = await askTokenEndpoint(parts, form, deadline.signal)
      const { access_token: secret, expiresAt, status } = fresh
      // An answer without scopes grants those asked for, which are the old ones (RFC 6749 section 5.1).
      const scopes = fresh.scope === '' ? old.scopes : scopeList(fresh.scope)
      return {
        tokens: {
          tokenCache: serialized({
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
      throw transportFailure(error, deadline.signal)
    } finally {
      deadline.end()
    }
  },
})
