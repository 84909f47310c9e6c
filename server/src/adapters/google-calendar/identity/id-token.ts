import { createRemoteJWKSet, customFetch, decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { CalendarError } from '../../../ports/calendar-failure.ts'
import { boundedFetch } from '../transport/bounded-fetch.ts'
import { garbled } from '../transport/google-errors.ts'
import type { HttpParts } from '../transport/http-parts.ts'

const KEYS_TIMEOUT_MS = 5000
/** How far Google's clock and ours may differ. */
const SKEW_SECONDS = 30

const Identity = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  /** The domain of the organisation whose account it is; a personal account has none. */
  hd: z.string().min(1).optional().catch(undefined),
  nonce: z.string().optional(),
})
export type Identity = z.infer<typeof Identity>

/**
 * Google writes its issuer with or without the scheme
 * (developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken).
 */
function issuers(authorizationUrl: string): string[] {
  const { origin, host } = new URL(authorizationUrl)
  return host === 'accounts.google.com' ? [origin, host] : [origin]
}

/**
 * Checks id tokens: signature, audience, issuer, times, nonce.
 * developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
 */
export class IdTokenChecker {
  readonly #parts: HttpParts
  readonly #keys: ReturnType<typeof createRemoteJWKSet>

  constructor(parts: HttpParts) {
    this.#parts = parts
    this.#keys = createRemoteJWKSet(new URL('/oauth2/v3/certs', parts.config.apiUrl), {
      [customFetch]: (url, options) => boundedFetch(parts, options.signal)(url, options),
      timeoutDuration: KEYS_TIMEOUT_MS,
      // For an unknown key they are fetched once more, however new they are.
      cooldownDuration: 0,
    })
  }

  /** Rejects with a CalendarError: `garbled` for a token that is not to be trusted. */
  async check(idToken: string | undefined, nonce: string): Promise<Identity> {
    if (idToken === undefined) throw garbled('there is no id token')
    return this.#checked(idToken, (identity) => identity.nonce === nonce)
  }

  /** Of a refresh, which no nonce was sent for. Rejects as `check` does. */
  checkRefreshed(idToken: string): Promise<Identity> {
    return this.#checked(idToken, () => true)
  }

  async #checked(idToken: string, isExpected: (identity: Identity) => boolean): Promise<Identity> {
    try {
      const identity = Identity.parse(await this.#verify(idToken))
      if (isExpected(identity)) return identity
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw new CalendarError('timeout', 'Google did not answer in time')
      // jose's error where the keys are answered with a status other than 200.
      if (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
        throw new CalendarError('unavailable', 'The keys of Google could not be read')
      if (!(error instanceof errors.JOSEError || error instanceof z.ZodError)) throw error
    }
    this.#parts.log.error('security_id_token_refused', { code: 'id_token' })
    throw new CalendarError('garbled', 'The id token is not one for this attempt', { code: 'id_token' })
  }

  async #verify(idToken: string): Promise<JWTPayload> {
    const { config, clock } = this.#parts
    const { payload } = await jwtVerify(idToken, this.#keys, {
      algorithms: ['RS256'],
      audience: config.clientId,
      issuer: issuers(config.authorizationUrl),
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: SKEW_SECONDS,
      currentDate: clock.now(),
    })
    return payload
  }
}

/**
 * The account of a refresh's id token. Its signature is not verified: it came from the token endpoint itself over TLS (OpenID
 * Connect Core section 3.1.3.7).
 */
export function subjectOf(idToken: string): string {
  try {
    return z.string().parse(decodeJwt(idToken).sub)
  } catch {
    throw garbled('the id token of a refresh')
  }
}
