import type { CalendarAccess } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
/**
 * What each call of a purpose needs: the scope that is asked for, and those that a grant made elsewhere may have in its place
 * (developers.google.com/workspace/calendar/api/v3/reference: freebusy/query, calendarList/list, events/insert).
 */
const NEEDED: Readonly<Record<Purpose, readonly (readonly [asked: string, ...wider: string[]])[]>> = {
  read: [
    [`${CALENDAR}.freebusy`, `${CALENDAR}.readonly`, CALENDAR],
    [`${CALENDAR}.calendarlist.readonly`, `${CALENDAR}.calendarlist`, `${CALENDAR}.readonly`, CALENDAR],
  ],
  write: [[`${CALENDAR}.events.owned`, `${CALENDAR}.events`, CALENDAR]],
}

const asked = (purpose: Purpose): string[] => NEEDED[purpose].map(([scope]) => scope)

const calendarScopes = (access: CalendarAccess): readonly string[] => [
  ...asked('read'),
  ...(access === 'bookings' ? asked('write') : []),
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
  NEEDED[purpose].every((scopes) => scopes.some((scope) => granted.includes(scope)))

/** Granted calendar scopes that were not asked for. */
export const surplus = (granted: readonly string[], access: CalendarAccess): string[] =>
  granted.filter((scope) => scope.startsWith(CALENDAR) && !calendarScopes(access).includes(scope))
