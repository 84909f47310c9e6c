/** What the consent page says about each scope, in the words of the real page. */
const SIGN_IN: Record<string, string> = {
  openid: 'Sign you in',
  profile: 'View your basic profile',
  email: 'View your email address',
  offline_access: 'Maintain access to data you have given it access to',
}
const GRAPH: Record<string, string> = {
  'User.Read': 'Sign you in and read your profile',
  'Calendars.ReadBasic': 'Read basic details of your calendar events',
  'Calendars.Read': 'Read your calendars',
  'Calendars.Read.Shared': 'Read calendars you can access',
  'Calendars.ReadWrite': 'Have full access to your calendars',
  'MailboxSettings.Read': 'Read your mailbox settings',
}
const canonical = new Map([...Object.keys(SIGN_IN), ...Object.keys(GRAPH)].map((scope) => [scope.toLowerCase(), scope]))

export const isSignInScope = (scope: string): boolean => scope in SIGN_IN
export const describeScope = (scope: string): string => SIGN_IN[scope] ?? GRAPH[scope] ?? scope

/** Scopes as asked (short, or full with Graph's or the emulator's origin, any case) → short names; `unknown` when one is not offered. */
export function readScopes(text: string, origin: string): { scopes: string[]; unknown?: string } {
  const scopes: string[] = []
  for (const asked of text.split(' ').filter(Boolean)) {
    const short = asked.replace(/^https:\/\/graph\.microsoft\.com\//i, '').replace(`${origin}/`, '')
    const scope = canonical.get(short.toLowerCase())
    if (!scope) return { scopes, unknown: asked }
    if (!scopes.includes(scope)) scopes.push(scope)
  }
  return { scopes }
}

/** How a token answer may write its scopes; the documentation shows all of these. */
export type ScopeForm = 'short' | 'full' | 'lower' | 'encoded'

/** The `scope` of a token answer. offline_access is never among them. */
export function writeScopes(scopes: readonly string[], form: ScopeForm = 'short'): string {
  const shown = scopes.filter((scope) => scope !== 'offline_access')
  const full = shown.map((scope) => (isSignInScope(scope) ? scope : `https://graph.microsoft.com/${scope}`))
  switch (form) {
    case 'short':
      return shown.join(' ')
    case 'full':
      return full.join(' ')
    case 'lower':
      return full.join(' ').toLowerCase()
    case 'encoded':
      return encodeURIComponent(full.join(' '))
  }
}
