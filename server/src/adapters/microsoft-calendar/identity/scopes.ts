import type { CalendarAccess } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'
import type { MicrosoftConfig } from '../config.ts'

const WRITE_SCOPE = 'Calendars.ReadWrite'
const IDENTITY = ['openid', 'profile', 'email', 'offline_access'] as const
const PUBLIC_GRAPH = 'https://graph.microsoft.com'
/** Graph's application id, a third way in which Entra may name the resource. */
const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000'

/** A bare name means public Graph; other clouds must be named (learn.microsoft.com/graph/deployments). */
function named(config: MicrosoftConfig, scope: string): string {
  const bare = config.graphUrl === PUBLIC_GRAPH || new URL(config.graphUrl).protocol === 'http:'
  return bare ? scope : `${config.graphUrl}/${scope}`
}

export const scopesFor = (config: MicrosoftConfig, purpose: Purpose): string[] => [
  named(config, purpose === 'write' ? WRITE_SCOPE : config.readScope),
]

/** Everything a new connection asks for; MSAL adds openid, profile and offline_access, once. */
export const scopesToGrant = (config: MicrosoftConfig, access: CalendarAccess): string[] => [
  ...IDENTITY,
  ...scopesFor(config, 'read'),
  ...(access === 'bookings' ? scopesFor(config, 'write') : []),
]

/** Each level includes the ones before it (learn.microsoft.com/graph/permissions-reference). */
const LEVELS = ['calendars.readbasic', 'calendars.read', 'calendars.readwrite']

/** Entra echoes scopes with or without the resource, in either case, percent-encoded or not: all of one list at once. */
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

/** Whether the granted scopes, as the provider wrote them, allow `purpose`. */
export function allows(config: MicrosoftConfig, granted: readonly string[], purpose: Purpose): boolean {
  const needed = LEVELS.indexOf((purpose === 'write' ? WRITE_SCOPE : config.readScope).toLowerCase())
  return bareNames(config, granted).some((scope) => LEVELS.indexOf(scope) >= needed)
}

/** Scopes nobody asked for: an earlier consent, or an administrator's. */
export function surplus(config: MicrosoftConfig, granted: readonly string[], access: CalendarAccess): string[] {
  const asked = new Set(bareNames(config, scopesToGrant(config, access)))
  return bareNames(config, granted).filter((scope) => !asked.has(scope))
}
