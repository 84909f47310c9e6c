import { randomUUID } from 'node:crypto'
import type { Answer } from './wire.ts'

/** Texts of learn.microsoft.com/entra/identity-platform/reference-error-codes, shortened; `error` as Entra pairs it. */
const AADSTS: Record<number, readonly [error: string, text: string]> = {
  9002313: ['invalid_request', 'Invalid request. Request is malformed or invalid.'],
  50001: ['invalid_resource', "The resource is disabled or doesn't exist."],
  50011: [
    'invalid_request',
    'The redirect URI specified in the request does not match the ones configured for the application.',
  ],
  500011: ['invalid_resource', "The resource principal wasn't found in the tenant."],
  500014: ['invalid_resource', 'The service principal for the resource is disabled.'],
  50020: [
    'invalid_grant',
    'User account from identity provider does not exist in tenant and cannot access the application in that tenant.',
  ],
  50058: ['login_required', 'A silent sign-in request was sent but no user is signed in.'],
  50076: [
    'interaction_required',
    'Due to a configuration change made by your administrator, you must use multi-factor authentication.',
  ],
  50089: ['invalid_grant', 'Authentication failed due to flow token expired.'],
  50105: ['invalid_grant', "The signed in user isn't assigned to a role for the signed in app."],
  50148: [
    'invalid_grant',
    "The code_verifier doesn't match the code_challenge supplied in the authorization request for PKCE.",
  ],
  50173: ['invalid_grant', 'The provided grant has expired due to it being revoked, a fresh auth token is needed.'],
  50196: ['invalid_grant', 'The server terminated an operation because it encountered a client request loop.'],
  53003: ['invalid_grant', 'Access has been blocked by Conditional Access policies.'],
  54005: [
    'invalid_grant',
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ],
  65001: ['invalid_grant', 'The user or administrator has not consented to use the application.'],
  65004: ['access_denied', 'User declined to consent to access the app.'],
  70000: ['invalid_grant', 'Provided grant is invalid or malformed.'],
  70003: ['unsupported_grant_type', 'The app returned an unsupported grant type.'],
  70008: ['invalid_grant', 'The provided authorization code or refresh token has expired due to inactivity.'],
  70011: ['invalid_scope', "The provided value for the input parameter 'scope' isn't valid."],
  70043: [
    'invalid_grant',
    'The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.',
  ],
  700005: ['invalid_grant', 'Provided Authorization Code is intended to use against other tenant, thus rejected.'],
  7000112: ['unauthorized_client', 'The application is disabled.'],
  700016: ['unauthorized_client', 'Application with the identifier was not found in the directory.'],
  700082: ['invalid_grant', 'The refresh token has expired due to inactivity.'],
  700051: ['unsupported_response_type', 'The response_type is not enabled for the application.'],
  7000215: ['invalid_client', 'Invalid client secret provided.'],
  7000218: [
    'invalid_client',
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ],
  7000222: ['invalid_client', 'The provided client secret keys are expired.'],
  90002: ['invalid_request', 'The tenant was not found.'],
  90033: ['temporarily_unavailable', 'A transient error has occurred. Please try again.'],
  90099: ['unauthorized_client', 'The application has not been authorized in the tenant.'],
  90094: ['consent_required', 'Admin consent is required for the permissions requested by this application.'],
}

interface Details {
  error?: string
  status?: number
  suberror?: string
  /** A claims request to take to /authorize. */
  claims?: string
  now?: Date
}

export const aadstsText = (code: number): string => `AADSTS${code}: ${AADSTS[code]?.[1] ?? 'An error occurred.'}`

/** A refusal of the token endpoint in Entra's form. */
export function entraError(code: number, details: Details = {}): Answer {
  const stamp = `${(details.now ?? new Date()).toISOString().slice(0, 19).replace('T', ' ')}Z`
  const trace = randomUUID()
  const correlation = randomUUID()
  const error = details.error ?? AADSTS[code]?.[0] ?? 'invalid_grant'
  return {
    status: details.status ?? (error === 'invalid_client' ? 401 : 400),
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: {
      error,
      error_description: `${aadstsText(code)} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${stamp}`,
      error_codes: [code],
      timestamp: stamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
      ...(details.suberror !== undefined && { suberror: details.suberror }),
      ...(details.claims !== undefined && { claims: details.claims }),
    },
  }
}
