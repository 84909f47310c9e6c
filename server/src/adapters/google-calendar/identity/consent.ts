import type { ConsentOutcome } from '../../../ports/calendar-binding.ts'

/**
 * Codes by which Google asks for the organisation's administrator. The first is an OAuth error, in a callback as at the token
 * endpoint (developers.google.com/identity/protocols/oauth2/web-server#authorization-errors), the
 * second a reason of the Calendar API (developers.google.com/workspace/calendar/api/guides/errors).
 */
const BY_ADMINISTRATOR: ReadonlySet<string> = new Set(['admin_policy_enforced', 'domainPolicy'])

/** Whether an OAuth error, or a reason of the Calendar API, asks for an administrator. */
export const needsAdministrator = (code: string): boolean => BY_ADMINISTRATOR.has(code)

/** The consent outcome of a callback without a code. `access_denied` means that somebody declined, or may not consent. */
export function consentOutcome(error: string): ConsentOutcome {
  if (needsAdministrator(error)) return 'admin_consent'
  return error === 'access_denied' ? 'declined_or_admin' : 'failed'
}
