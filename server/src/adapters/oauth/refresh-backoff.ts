import { BoundedMap } from '../../net/bounded-map.ts'
import { RetryAfterPauses } from '../../net/retry-after-pauses.ts'
import { CalendarError } from '../../ports/calendar-failure.ts'
import type { Clock } from '../../ports/clock.ts'

/** How long a refused grant is not tried again: only the therapist can mend it, by connecting again. */
const REFUSED_FOR_MS = 60_000
/** Grants and accounts remembered at most. */
const LIMIT = 10_000

interface Refusal {
  readonly until: number
  readonly failure: CalendarError
}

/** When a token endpoint may be asked again. Keeps its pauses, by account, and the grants that it refused. */
export class RefreshBackoff {
  readonly #clock: Clock
  readonly #refusals = new BoundedMap<Refusal>(LIMIT)
  readonly #pauses: RetryAfterPauses

  constructor(clock: Clock) {
    this.#clock = clock
    this.#pauses = new RetryAfterPauses(clock, LIMIT)
  }

  /**
   * Throws a CalendarError where the token endpoint is not to be asked now. `grant` names one version of a connection's
   * tokens.
   */
  admit(grant: string, accountKey: string): void {
    const now = this.#clock.now().getTime()
    const refusal = this.#refusals.get(grant)
    if (refusal !== undefined && refusal.until > now) throw refusal.failure
    this.#refusals.delete(grant)
    const retryAfterMs = this.#pauses.pausedFor(accountKey)
    if (retryAfterMs > 0)
      throw new CalendarError('throttled', 'the token endpoint asked for a pause', {
        code: 'token_endpoint_paused',
        retryAfterMs,
      })
  }

  /** Remembers a failed exchange, for `admit`. */
  note(grant: string, accountKey: string, failure: CalendarError): void {
    const { reason, retryAfterMs } = failure
    if (reason === 'reconnect' || reason === 'admin_consent')
      this.#refusals.set(grant, { until: this.#clock.now().getTime() + REFUSED_FOR_MS, failure })
    if (retryAfterMs !== undefined) this.#pauses.pause(accountKey, retryAfterMs)
  }
}
