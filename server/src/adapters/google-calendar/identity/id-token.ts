import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify } from 'jose'
import { z } from 'zod'
import { CalendarError } from '../../../ports/calendar-provider.ts'
import { boundedFetch, type GoogleParts } from '../transport/google-client.ts'
import { garbled } from '../transport/google-errors.ts'

const KEYS_TIMEOUT_MS = 5000

const Identity = z.object({ sub: z.string().min(1), email: z.string().optional(), nonce: z.string() })

// Google's own tokens name their issuer with or without the scheme.
// developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
function issuers(authorizationUrl: string): string[] {
  const { origin, host } = new URL(authorizationUrl)
  return host === 'accounts.google.com' ? [origin, host] : [origin]
}

type CheckIdToken = (idToken: string | undefined, nonce: string) => Promise<z.infer<typeof Identity>>

/**
 * Checks id tokens: signature, audience, issuer, times, nonce.
 * developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken
 */
export function createIdTokenChecker(parts: GoogleParts): CheckIdToken {
  const { config, clock, log } = parts
  const keys = createRemoteJWKSet(new URL('/oauth2/v3/certs', config.apiUrl), {
    [customFetch]: (url, options) => boundedFetch(parts, options.signal)(url, options),
    timeoutDuration: KEYS_TIMEOUT_MS,
    // An unknown key is looked for once, however new the keys are.
    cooldownDuration: 0,
  })
  return async (idToken, nonce) => {
    if (idToken === undefined) throw garbled('there is no id token')
    try {
      const { payload } = await jwtVerify(idToken, keys, {
        algorithms: ['RS256'],
        issuer: issuers(config.authorizationUrl),
        audience: config.clientId,
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: clock.now(),
        clockTolerance: 30,
      })
      const identity = Identity.parse(payload)
      if (identity.nonce === nonce) return identity
    } catch (error) {
      if (error instanceof errors.JWKSTimeout) throw new CalendarError('timeout', 'Google did not answer in time')
      // What jose says of a status other than 200.
      if (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')
        throw new CalendarError('unavailable', 'The keys of Google could not be read')
      if (!(error instanceof errors.JOSEError || error instanceof z.ZodError)) throw error
    }
    log.error('security_id_token_refused', { code: 'id_token' })
    throw new CalendarError('garbled', 'The id token is not one for this attempt', { code: 'id_token' })
  }
}

/** Unverified: it came from the token endpoint itself, over TLS (OpenID Connect Core section 3.1.3.7). */
export function subjectOf(idToken: string): string {
  try {
    return z.string().parse(decodeJwt(idToken).sub)
  } catch {
    throw garbled('the id token of a refresh')
  }
}
