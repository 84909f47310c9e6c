import { type Sleep, sleep as systemSleep } from '../../concurrency/deadline.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import { CircuitBreaker } from '../../net/circuit-breaker.ts'
import { USER_AGENT } from '../../net/http.ts'
import { requireMarkerName } from '../../net/idempotency-key.ts'
import { RetryAfterPauses } from '../../net/retry-after-pauses.ts'
import type { CalendarBinding } from '../../ports/calendar-binding.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { TokenVault } from '../../ports/token-vault.ts'
import { ClientRefusals } from '../oauth/client-refusals.ts'
import { TokenSource } from '../oauth/token-source.ts'
import { GoogleCalendarAdapter } from './adapter.ts'
import type { GoogleConfig } from './config.ts'
import { GoogleConnector } from './connector.ts'
import { MARKER } from './event-body.ts'
import { googleFeatures } from './features.ts'
import { consentOutcome } from './identity/consent.ts'
import { IdTokenChecker } from './identity/id-token.ts'
import { createTokenClient } from './identity/token-client.ts'
import { GoogleClient } from './transport/google-client.ts'
import { CONNECTION_BREAKER, LIMITS } from './transport/limits.ts'

export interface GoogleOptions {
  readonly config: GoogleConfig
  readonly vault: TokenVault
  readonly clock: Clock
  readonly log: Log
  readonly fetch?: typeof fetch
  readonly sleep?: Sleep
  /** In [0, 1). */
  readonly random?: () => number
  /** The User-Agent of every request; `booking-calendar` when absent. */
  readonly userAgent?: string
  /**
   * Letters and digits: the name under which the key of an event is written on it, and by which the event is known as ours.
   * Two applications that may meet in one account take two names. It stays as it is for good.
   */
  readonly marker?: string
}

/**
 * The calendar binding of Google. To be made once for a process, because its connections share circuit breakers, pauses and the
 * access tokens in memory.
 */
export function createGoogleCalendar(options: GoogleOptions): CalendarBinding {
  const { clock, config, userAgent = USER_AGENT, marker = MARKER } = options
  const parts = {
    sleep: systemSleep,
    random: Math.random,
    ...options,
    fetch: namedAs(userAgent, options.fetch ?? fetch),
    marker: requireMarkerName(marker),
    limits: LIMITS,
    breaker: new CircuitBreaker({ clock, ...CONNECTION_BREAKER }),
    pauses: new RetryAfterPauses(clock),
    creations: new SingleFlight<CalendarEvent>(),
    refusals: new ClientRefusals(clock),
  }
  const tokens = new TokenSource({ ...parts, provider: 'google' }, createTokenClient(parts))
  const google = new GoogleClient({ ...parts, tokens })
  const shared = { ...parts, tokens, google, idTokens: new IdTokenChecker(parts) }
  return {
    connector: new GoogleConnector(shared),
    calendarFor: (connection) => new GoogleCalendarAdapter(shared, connection),
    consentOutcome,
    features: googleFeatures(config),
  }
}

const namedAs =
  (userAgent: string, send: typeof fetch): typeof fetch =>
  (input, init) => {
    const headers = new Headers(init?.headers)
    headers.set('user-agent', userAgent)
    return send(input, { ...init, headers })
  }
