const LONGEST_CLAIMS = 8 * 1024

/**
 * The claims that the WWW-Authenticate of a 401 asks for, as JSON text; undefined where it asks for none
 * (learn.microsoft.com/entra/identity-platform/claims-challenge).
 */
export function claimsIn(challenge: string | undefined): string | undefined {
  if (challenge === undefined || challenge.length > LONGEST_CLAIMS) return undefined
  if (!/\berror="?insufficient_claims"?/.test(challenge)) return undefined
  const [, encoded] = /\bclaims="([A-Za-z0-9+/_=-]+)"/.exec(challenge) ?? []
  if (encoded === undefined) return undefined
  const claims = Buffer.from(encoded, 'base64').toString('utf8')
  try {
    JSON.parse(claims)
    return claims
  } catch {
    return undefined
  }
}
