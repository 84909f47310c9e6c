import { CalendarError } from '../../ports/calendar-provider.ts'
import type { Log } from '../../ports/log.ts'

export interface ExchangeParts {
  readonly log: Log
  /** Begins the name of the log event `<provider>_client_rejected`. */
  readonly provider: string
}

/** What an exchange was for. While a code is redeemed there is no connection yet. */
export interface Exchange {
  readonly grant: 'authorization_code' | 'refresh_token'
  readonly connectionId?: string
  readonly tenantId?: string
}

/** What the answer to an exchange says for the log. */
export interface Answered {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

/**
 * Writes one log line for one exchange with a token endpoint, the same for every provider, and an error as well where the
 * endpoint rejects our registration.
 */
export async function logExchange<Answer extends Answered>(
  { log, provider }: ExchangeParts,
  { grant, connectionId, tenantId }: Exchange,
  exchange: () => Promise<Answer>,
): Promise<Answer> {
  const begun = performance.now()
  const line = ({ reason, code, status, requestId }: Partial<CalendarError>) => ({
    ...{ grant, connectionId, tenantId, reason, code, status, providerRequestId: requestId },
    ms: Math.round(performance.now() - begun),
  })
  try {
    const answer = await exchange()
    log.info('token_exchanged', line({ status: answer.status, requestId: answer.requestId }))
    return answer
  } catch (failure) {
    if (failure instanceof CalendarError) {
      log.warn('token_exchange_failed', line(failure))
      // An operator must hear of it, because every tenant of the provider is affected and none can mend it.
      if (failure.reason === 'misconfigured') log.error(`${provider}_client_rejected`, line(failure))
    }
    throw failure
  }
}
