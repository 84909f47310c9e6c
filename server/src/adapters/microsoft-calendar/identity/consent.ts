import type { ConsentOutcome } from '../../../ports/calendar-binding.ts'

/** The Entra tenant of all personal accounts; it has no administrator. */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad'

/**
 * AADSTS numbers that ask for an administrator, whichever `error` comes with them
 * (learn.microsoft.com/entra/identity-platform/reference-error-codes and
 * learn.microsoft.com/entra/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error).
 * Clients are not to depend on numbers, says the first of these pages: where none is known, `error` decides, here and in
 * token-endpoint-errors.ts.
 */
const BY_ADMINISTRATOR: ReadonlySet<number> = new Set([
  50105, // not assigned to the application
  90093, // the permissions are not this person's to grant
  90094, // admin consent is required
  90095, // the same, where the organisation takes requests for it
])

/**
 * AADSTS numbers by which the directory of one organisation keeps our application, or Graph, out; the same page says so of
 * each. Signing in again changes nothing there.
 */
const KEPT_OUT: ReadonlySet<number> = new Set([
  70001, // the application is disabled
  7000112, // the same
  90099, // the application is not authorized in the tenant
  1000031, // the application cannot be accessed at this time
  50001, // the resource is disabled or does not exist
  500011, // the resource is not found in the tenant
  500014, // the resource is disabled in the tenant (seen; not on the page)
  650052, // the organisation has not enabled the service
  650054, // the resource is not present in the tenant
  650056, // no permissions are listed, or the tenant has not consented
  50002, // the tenant's proxy restrictions
  500021, // tenant restrictions
  500022, // the same
  500212, // the tenant's outbound access policy
  500213, // the resource tenant's inbound access policy
])

/** AADSTS number: neither the person nor an administrator has consented. */
const NOT_CONSENTED = 65001

/** `error` of a callback after the person declined, or could not consent without an administrator. */
const UNDECIDED: ReadonlySet<string> = new Set([
  'access_denied',
  'consent_required',
  'interaction_required',
  'permission_denied',
])

/**
 * The consent outcome of a callback without a code. Somebody who declined and somebody whose organisation wants an
 * administrator come back with the same `access_denied`; only sometimes a number in the description tells which.
 */
export function consentOutcome(
  error: string,
  _subError: string | undefined,
  description: string | undefined,
): ConsentOutcome {
  const numbers = [...(description ?? '').matchAll(/\bAADSTS(\d{1,9})\b/g)].map(([, digits]) => Number(digits))
  if (numbers.some((number) => BY_ADMINISTRATOR.has(number) || KEPT_OUT.has(number))) return 'admin_consent'
  return UNDECIDED.has(error) ? 'declined_or_admin' : 'failed'
}

/** The members of the token endpoint's error response (RFC 6749 section 5.2) and Entra's additions. */
export interface TokenError {
  readonly error?: string
  readonly subError?: string
  readonly codes?: readonly number[]
}

/**
 * Who is to consent after an error response of the token endpoint; undefined where it is not about consent. In organisations
 * consent that was withdrawn or never given is usually the administrator's to give (Microsoft 365 message center, MC1163922).
 */
export function consentMissing(
  { error, subError, codes = [] }: TokenError,
  personal: boolean,
): 'reconnect' | 'admin_consent' | undefined {
  if (codes.some((code) => BY_ADMINISTRATOR.has(code))) return 'admin_consent'
  if (!personal && codes.some((code) => KEPT_OUT.has(code))) return 'admin_consent'
  if (!codes.includes(NOT_CONSENTED) && error !== 'consent_required' && subError !== 'consent_required')
    return undefined
  return personal ? 'reconnect' : 'admin_consent'
}
