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

/** Everything a new connection asks for. */
export const scopesToGrant = (access: CalendarAccess): string[] => ['openid', 'email', ...calendarScopes(access)]

/** The `scope` of an answer: RFC 6749 section 3.3 separates by spaces, and answers have had other white space. */
export const scopeList = (scope: string): string[] => scope.split(/\s+/).filter((name) => name !== '')

/** Whether the granted scopes allow `purpose`. */
export const allows = (granted: readonly string[], purpose: Purpose): boolean =>
  SCOPES[purpose].every((scope) => granted.includes(scope))

/** Calendar scopes nobody asked for. */
export const surplus = (granted: readonly string[], access: CalendarAccess): string[] =>
  granted.filter((scope) => scope.startsWith(CALENDAR) && !calendarScopes(access).includes(scope))
