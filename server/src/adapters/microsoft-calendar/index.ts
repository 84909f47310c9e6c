import { type Sleep, sleep as systemSleep } from '../../concurrency/deadline.ts'
import { KeyedSemaphore } from '../../concurrency/semaphore.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import type { CallLimits } from '../../net/call-limits.ts'
import { CircuitBreaker } from '../../net/circuit-breaker.ts'
import { type Http, http as systemHttp } from '../../net/http.ts'
import { requireMarkerName } from '../../net/idempotency-key.ts'
import { RetryAfterPauses } from '../../net/retry-after-pauses.ts'
import type { CalendarBinding } from '../../ports/calendar-binding.ts'
import type { CalendarEvent } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { TokenVault } from '../../ports/token-vault.ts'
import { ClientRefusals } from '../oauth/client-refusals.ts'
import { TokenSource } from '../oauth/token-source.ts'
import { MicrosoftCalendarAdapter } from './adapter.ts'
import type { MicrosoftConfig } from './config.ts'
import { MicrosoftConnector } from './connector.ts'
import { markerId } from './event-body.ts'
import { microsoftFeatures } from './features.ts'
import { Authority, type AuthorityOptions } from './identity/authority.ts'
import { consentOutcome } from './identity/consent.ts'
import { IdTokenChecker } from './identity/id-token.ts'
import { createTokenClient } from './identity/token-client.ts'
import { GraphClient } from './transport/graph-client.ts'
import { IN_FLIGHT_PER_MAILBOX, LIMITS, MAILBOX_BREAKER, SERVICE_BREAKER } from './transport/limits.ts'

export interface MicrosoftOptions extends AuthorityOptions {
  readonly config: MicrosoftConfig
  readonly vault: TokenVault
  readonly clock: Clock
  readonly log: Log
  readonly http?: Http
  readonly sleep?: Sleep
  /** In [0, 1). */
  readonly random?: () => number
  readonly limits?: Partial<CallLimits>
  /** The User-Agent of every request; `booking-calendar` when absent. */
  readonly userAgent?: string
  /**
   * Letters and digits: the name under which the key of an event is written on it, and by which the event is known as ours.
   * Two applications that may meet in one mailbox take two names. It stays as it is for good.
   */
  readonly marker?: string
}

/**
 * The calendar binding of Microsoft. To be made once for a process, because its connections share circuit breakers, pauses,
 * semaphores and the access tokens in memory.
 */
export function createMicrosoftCalendar(options: MicrosoftOptions): CalendarBinding {
  const { clock, config, http: given = systemHttp, userAgent, marker } = options
  const http = userAgent === undefined ? given : namedAs(userAgent, given)
  const parts = {
    sleep: systemSleep,
    random: Math.random,
    ...options,
    http,
    marker: markerId(marker === undefined ? undefined : requireMarkerName(marker)),
    authority: new Authority({ ...options, http }),
    limits: { ...LIMITS, ...options.limits },
    mailboxes: new CircuitBreaker({ clock, ...MAILBOX_BREAKER }),
    pauses: new RetryAfterPauses(clock),
    service: new CircuitBreaker({ clock, ...SERVICE_BREAKER }),
    mailboxQueue: new KeyedSemaphore(IN_FLIGHT_PER_MAILBOX),
    creations: new SingleFlight<CalendarEvent>(),
    refusals: new ClientRefusals(clock),
  }
  const tokens = new TokenSource({ ...parts, provider: 'microsoft' }, createTokenClient(parts))
  const graph = new GraphClient({ ...parts, tokens })
  const shared = { ...parts, tokens, graph, idTokens: new IdTokenChecker(parts) }
  return {
    connector: new MicrosoftConnector(shared),
    calendarFor: (connection) => new MicrosoftCalendarAdapter(shared, connection),
    consentOutcome,
    features: microsoftFeatures(config),
  }
}

const namedAs =
  (userAgent: string, http: Http): Http =>
  (url, request) =>
    http(url, { ...request, headers: { ...request.headers, 'user-agent': userAgent } })
