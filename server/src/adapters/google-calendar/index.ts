import { type Deadline, type Sleep, sleep } from '../../concurrency/deadline.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import { CircuitBreaker } from '../../net/circuit-breaker.ts'
import { RetryAfterPauses } from '../../net/retry-after-pauses.ts'
import type { CalendarBinding, CalendarFeatures } from '../../ports/calendar-binding.ts'
import type { ConnectedAccount } from '../../ports/calendar-connector.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { TokenVault } from '../../ports/token-vault.ts'
import type { Purpose } from '../oauth/token-client.ts'
import { TokenSource } from '../oauth/token-source.ts'
import { GoogleCalendarAdapter } from './adapter.ts'
import type { GoogleConfig } from './config.ts'
import { createGoogleConnector } from './connector.ts'
import { consentOutcome } from './identity/consent.ts'
import { createTokenClient } from './identity/token-client.ts'
import { type AccessToken, GoogleCalls, type GoogleParts } from './transport/google-client.ts'

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

export function createGoogleCalendar(options: GoogleCalendarOptions): CalendarBinding {
  const { config, clock, log, vault } = options
  const parts: GoogleParts = {
    config,
    clock,
    log,
    fetch: options.fetch ?? fetch,
    sleep: options.sleep ?? sleep,
    random: options.random ?? Math.random,
    breaker: new CircuitBreaker({ clock, threshold: 8, coolMs: 5000 }),
    pauses: new RetryAfterPauses(clock),
  }
  const tokens = new TokenSource({ ...parts, vault, provider: 'google' }, createTokenClient(parts))
  const creating = new SingleFlight<CalendarEvent>()
  const calls = (connection: ConnectedAccount, deadline: Deadline, purpose: Purpose): GoogleCalls => {
    const ref = { tenantId: connection.tenantId, connectionId: connection.id }
    const token: AccessToken = (rejected, signal) =>
      tokens.access(connection, purpose, signal, rejected === undefined ? undefined : { token: rejected })
    return new GoogleCalls({ ...parts, vault }, ref, token, deadline)
  }

  return {
    connector: createGoogleConnector({ ...parts, calls, tokens }),
    calendarFor: (connection) =>
      new GoogleCalendarAdapter(connection, {
        clock,
        creating,
        calls: (deadline, purpose) => calls(connection, deadline, purpose),
      }),
    consentOutcome,
    features: googleFeatures(config),
  }
}

// developers.google.com/identity/branding-guidelines: the G in its own colours, on every button that leads to Google.
const GOOGLE_MARK = {
  size: 48,
  shapes: [
    {
      path: 'M24 9.5c3.54 0 6.71 1.22 9.21 3.6l6.85-6.85C35.9 2.38 30.47 0 24 0 14.62 0 6.51 5.38 2.56 13.22l7.98 6.19C12.43 13.72 17.74 9.5 24 9.5z',
      fill: '#ea4335',
    },
    {
      path: 'M46.98 24.55c0-1.57-.15-3.09-.38-4.55H24v9.02h12.94c-.58 2.96-2.26 5.48-4.78 7.18l7.73 6c4.51-4.18 7.09-10.36 7.09-17.65z',
      fill: '#4285f4',
    },
    {
      path: 'M10.53 28.59c-.48-1.45-.76-2.99-.76-4.59s.27-3.14.76-4.59l-7.98-6.19C.92 16.46 0 20.12 0 24c0 3.88.92 7.54 2.56 10.78l7.97-6.19z',
      fill: '#fbbc05',
    },
    {
      path: 'M24 48c6.48 0 11.93-2.13 15.89-5.81l-7.73-6c-2.15 1.45-4.92 2.3-8.16 2.3-6.26 0-11.57-4.22-13.47-9.91l-7.98 6.19C6.51 42.62 14.62 48 24 48z',
      fill: '#34a853',
    },
  ],
}

/** Without a registration, for a stand-in that sends nobody to Google. */
export const googleFeatures = (config?: Pick<GoogleConfig, 'authorizationUrl'>): CalendarFeatures => ({
  slug: 'google',
  label: 'Google Calendar',
  company: 'Google',
  signInLabel: 'Continue with Google',
  mark: GOOGLE_MARK,
  formOrigins: config === undefined ? [] : [new URL(config.authorizationUrl).origin],
  onlineMeeting: 'Google Meet',
  // freeBusy.query answers busy or nothing.
  busyChoices: [],
  accessRemovalUrls: [{ label: 'Your connections at Google', url: 'https://myaccount.google.com/connections' }],
  sentences: {
    not_found: 'This Google account has no such calendar, or no calendar at all.',
    admin_consent: 'Your organisation’s Google administrator has to allow this app first.',
  },
})
