import type { ConsentOutcome } from '../../../ports/calendar-binding.ts'

/**
 * By these Google says that the organisation's administrator must allow this app first: the first is an OAuth error, in a
 * callback as at the token endpoint (developers.google.com/identity/protocols/oauth2/web-server#authorization-errors), the
 * second a reason of the Calendar API (developers.google.com/workspace/calendar/api/guides/errors).
 */
const BY_ADMINISTRATOR: ReadonlySet<string> = new Set(['admin_policy_enforced', 'domainPolicy'])

/** Whether an error of OAuth or a reason of the Calendar API asks for an administrator. */
export const needsAdministrator = (code: string): boolean => BY_ADMINISTRATOR.has(code)

/** What a callback without a code means. Google answers `access_denied` to people who decline, and to some who may not. */
export function consentOutcome(error: string): ConsentOutcome {
  if (needsAdministrator(error)) return 'admin_consent'
  return error === 'access_denied' ? 'declined_or_admin' : 'failed'
}
