import type { CalendarAccess } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
const SCOPES: Readonly<Record<Purpose, readonly string[]>> = {
  read: [`${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`],
  write: [`${CALENDAR}.events.owned`],
}

const calendarScopes = (access: CalendarAccess): readonly string[] => [
  ...SCOPES.read,
  ...(access === 'bookings' ? SCOPES.write : []),
]

/** The scopes of an authorization request. */
export const scopesToGrant = (access: CalendarAccess): string[] => ['openid', 'email', ...calendarScopes(access)]

/**
 * The scopes in the `scope` of an answer. Separated by spaces (RFC 6749 section 3.3), or by other white space, which has been
 * seen.
 */
export const scopeList = (scope: string): string[] => scope.split(/\s+/).filter((name) => name !== '')

/** Whether the granted scopes allow `purpose`. */
export const allows = (granted: readonly string[], purpose: Purpose): boolean =>
  SCOPES[purpose].every((scope) => granted.includes(scope))

/** Granted calendar scopes that were not asked for. */
export const surplus = (granted: readonly string[], access: CalendarAccess): string[] =>
  granted.filter((scope) => scope.startsWith(CALENDAR) && !calendarScopes(access).includes(scope))
