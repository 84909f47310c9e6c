import type { ConsentOutcome } from '../../../ports/calendar-binding.ts'

/** Accounts that are not in any organisation live in this Entra tenant; nobody administers them. */
export const PERSONAL_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad'

/**
 * AADSTS numbers that say "an administrator first", whichever "error" comes with them
 * (learn.microsoft.com/entra/identity-platform/reference-error-codes and
 * learn.microsoft.com/entra/identity/enterprise-apps/application-sign-in-unexpected-user-consent-error).
 * The first of these pages says that clients should not depend on numbers: where the number is missing or unknown, "error"
 * decides, here and in entra-errors.ts.
 */
const BY_ADMINISTRATOR: ReadonlySet<number> = new Set([
  50105, // not assigned to the application
  90093, // the permissions are not this person's to grant
  90094, // administrator consent is required
  90095, // the same, where the organisation takes requests for it
])

/** Neither the person nor an administrator has consented. */
const NOT_CONSENTED = 65001

/** "error" of a callback where a person declined, or met a wall that only an administrator opens; both look alike. */
const UNDECIDED: ReadonlySet<string> = new Set([
  'access_denied',
  'consent_required',
  'interaction_required',
  'permission_denied',
])

/**
 * What a callback without a code means. People who decline and people whose organisation wants an administrator both
 * come back with a bare `access_denied`; only sometimes does a number in the description tell them apart.
 */
export function consentOutcome(
  error: string,
  _subError: string | undefined,
  description: string | undefined,
): ConsentOutcome {
  const numbers = [...(description ?? '').matchAll(/\bAADSTS(\d{1,9})\b/g)].map(([, digits]) => Number(digits))
  if (numbers.some((number) => BY_ADMINISTRATOR.has(number))) return 'admin_consent'
  return UNDECIDED.has(error) ? 'declined_or_admin' : 'failed'
}

/** Of an answer of the token endpoint that is not a success (RFC 6749 section 5.2, with Entra's additions). */
export interface TokenError {
  readonly error?: string
  readonly subError?: string
  readonly codes?: readonly number[]
}

/**
 * Whose consent an answer of the token endpoint asks for; undefined where it is about something else. Consent that was
 * withdrawn or never given is usually an administrator's to give in an organisation (MC1163922), and at home one's own.
 */
export function consentMissing(
  { error, subError, codes = [] }: TokenError,
  personal: boolean,
): 'reconnect' | 'admin_consent' | undefined {
  if (codes.some((code) => BY_ADMINISTRATOR.has(code))) return 'admin_consent'
  if (!codes.includes(NOT_CONSENTED) && error !== 'consent_required' && subError !== 'consent_required')
    return undefined
  return personal ? 'reconnect' : 'admin_consent'
}
