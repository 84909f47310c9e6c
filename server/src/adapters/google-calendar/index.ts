import type { GoogleConfig } from '../../config.ts'
import { Breaker } from '../../net/breaker.ts'
import { type Deadline, type Sleep, sleep } from '../../net/deadline.ts'
import { SingleFlight } from '../../net/single-flight.ts'
import type {
  CalendarBinding,
  CalendarFeatures,
  ConsentRefusal,
  OpenConnection,
} from '../../ports/calendar-connector.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { TokenVault } from '../../ports/token-vault.ts'
import { GoogleCalendarAdapter } from './adapter.ts'
import { createGoogleConnector } from './connector.ts'
import { GoogleCalls, type GoogleParts } from './google-client.ts'
import { refreshTokens, Tokens } from './tokens.ts'

export { GoogleCalendarAdapter } from './adapter.ts'

export interface GoogleCalendarOptions {
  readonly config: GoogleConfig
  readonly vault: TokenVault
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof fetch
  readonly sleep?: Sleep
  readonly random?: () => number
}

// developers.google.com/identity/protocols/oauth2/web-server#authorization-errors
const REFUSALS: Readonly<Record<string, ConsentRefusal['kind']>> = {
  access_denied: 'declined_or_admin',
  admin_policy_enforced: 'admin_consent',
}

export function createGoogleCalendar(options: GoogleCalendarOptions): CalendarBinding {
  const { config, clock, log, vault } = options
  const parts: GoogleParts = {
    config,
    clock,
    log,
    fetch: options.fetch ?? fetch,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    breaker: new Breaker({ clock, threshold: 8, coolMs: 5000 }),
  }
  const tokens = new Tokens({ vault, clock, log, sleep: parts.sleep, refresh: (old) => refreshTokens(parts, old) })
  const creating = new SingleFlight<CalendarEvent>()
  const calls = ({ id, tenantId }: OpenConnection, deadline: Deadline): GoogleCalls => {
    const ref = { tenantId, connectionId: id }
    return new GoogleCalls(parts, id, (rejected, signal) => tokens.accessToken(ref, rejected, signal), deadline)
  }

  return {
    connector: createGoogleConnector({
      ...parts,
      calls,
      freshToken: ({ id, tenantId }, signal) => tokens.accessToken({ tenantId, connectionId: id }, undefined, signal),
    }),
    open: (connection) =>
      new GoogleCalendarAdapter(connection, { clock, creating, calls: (deadline) => calls(connection, deadline) }),
    refusal: (error) => REFUSALS[error] ?? 'failed',
    features: googleFeatures(config),
  }
}

/** Without a registration, for a stand-in that sends nobody to Google. */
export const googleFeatures = (config?: Pick<GoogleConfig, 'authorizationUrl'>): CalendarFeatures => ({
  slug: 'google',
  label: 'Google Calendar',
  company: 'Google',
  signInLabel: 'Continue with Google',
  formOrigins: config === undefined ? [] : [new URL(config.authorizationUrl).origin],
  onlineMeeting: 'Google Meet',
  accessRemovalUrls: [{ label: 'Your connections at Google', url: 'https://myaccount.google.com/connections' }],
  sentences: {
    not_found: 'This Google account has no such calendar, or no calendar at all.',
    admin_consent: 'Your organisation’s Google administrator has to allow this app first.',
  },
})
