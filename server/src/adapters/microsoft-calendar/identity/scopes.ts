import type { CalendarAccess } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'
import type { MicrosoftConfig } from '../config.ts'

const WRITE_SCOPE = 'Calendars.ReadWrite'
const IDENTITY = ['openid', 'profile', 'email', 'offline_access'] as const
const PUBLIC_GRAPH = 'https://graph.microsoft.com'
/** The application id of Graph, by which Entra may name the resource of a scope, too. */
const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000'

/** The scope with its resource, which only public Graph may go without (learn.microsoft.com/graph/deployments). */
function named(config: MicrosoftConfig, scope: string): string {
  const bare = config.graphUrl === PUBLIC_GRAPH || new URL(config.graphUrl).protocol === 'http:'
  return bare ? scope : `${config.graphUrl}/${scope}`
}

const scopesFor = (config: MicrosoftConfig, purpose: Purpose): string[] => [
  named(config, purpose === 'write' ? WRITE_SCOPE : config.readScope),
]

/** The scopes of an authorization request. MSAL adds openid, profile and offline_access where they are missing. */
export const scopesToGrant = (config: MicrosoftConfig, access: CalendarAccess): string[] => [
  ...IDENTITY,
  ...scopesFor(config, 'read'),
  ...(access === 'bookings' ? scopesFor(config, 'write') : []),
]

/** As the admin consent page documents scopes: with their resource, but for those of OpenID Connect. */
export const withResource = (scope: string): string =>
  scope.includes('://') || IDENTITY.some((name) => name === scope) ? scope : `${PUBLIC_GRAPH}/${scope}`

/** Each scope includes those before it (learn.microsoft.com/graph/permissions-reference). */
const ASCENDING: readonly string[] = ['Calendars.ReadBasic', 'Calendars.Read', WRITE_SCOPE]

/**
 * Scopes without their resource, in lower case: Entra returns them with or without it, in either case, percent-encoded or not.
 */
function bareNames(config: MicrosoftConfig, granted: readonly string[]): string[] {
  const prefixes = [PUBLIC_GRAPH, config.graphUrl.toLowerCase(), GRAPH_APP_ID].map((resource) => `${resource}/`)
  const names = granted.flatMap((text) => decoded(text).toLowerCase().split(/\s+/))
  return names.map((name) => name.slice(prefixes.find((prefix) => name.startsWith(prefix))?.length ?? 0))
}

function decoded(scope: string): string {
  if (!scope.includes('%')) return scope
  try {
    return decodeURIComponent(scope)
  } catch {
    return scope
  }
}

/** The places in ASCENDING of what was granted, as Entra wrote it; lowest first. */
const heldIn = (config: MicrosoftConfig, granted: readonly string[]): number[] =>
  bareNames(config, granted)
    .map((name) => ASCENDING.findIndex((scope) => scope.toLowerCase() === name))
    .filter((place) => place >= 0)
    .sort((a, b) => a - b)

/** Whether the granted scopes allow `purpose`, whichever read scope is configured now. */
export const allows = (config: MicrosoftConfig, granted: readonly string[], purpose: Purpose): boolean =>
  heldIn(config, granted).some((place) => purpose === 'read' || ASCENDING[place] === WRITE_SCOPE)

/** Whether the granted scopes reach as far as an authorization request for `access` asks now. */
export const reaches = (config: MicrosoftConfig, granted: readonly string[], access: CalendarAccess): boolean =>
  (heldIn(config, granted).at(-1) ?? -1) >= ASCENDING.indexOf(access === 'bookings' ? WRITE_SCOPE : config.readScope)

/**
 * The scopes of a refresh. Entra refuses one that was not consented to, though a wider one was: a grant that was made under
 * another MICROSOFT_READ_SCOPE is refreshed with what it holds.
 */
export function scopesToRefresh(config: MicrosoftConfig, granted: readonly string[], purpose: Purpose): string[] {
  if (purpose === 'write') return scopesFor(config, purpose)
  const held = heldIn(config, granted)
  const wanted = ASCENDING.indexOf(config.readScope)
  const place = held.find((at) => at >= wanted) ?? held.at(-1) ?? wanted
  return [named(config, ASCENDING[place] ?? config.readScope)]
}

/** Granted scopes that were not asked for: of an earlier consent, or of an administrator's. */
export function surplus(config: MicrosoftConfig, granted: readonly string[], access: CalendarAccess): string[] {
  const asked = new Set(bareNames(config, scopesToGrant(config, access)))
  return bareNames(config, granted).filter((scope) => !asked.has(scope))
}
