import { CalendarError } from '../../ports/calendar-provider.ts'
import type { Log } from '../../ports/log.ts'

export interface ExchangeParts {
  readonly log: Log
  /** Names the provider in the alarm: `microsoft`, `google`. */
  readonly provider: string
}

/** What an exchange was about. There is no connection yet while a code is redeemed. */
export interface Exchange {
  readonly grant: 'authorization_code' | 'refresh_token'
  readonly connectionId?: string
  readonly tenantId?: string
}

/** What the token endpoint said of the exchange itself. */
export interface Answered {
  readonly status?: number | undefined
  readonly requestId?: string | undefined
}

/** One exchange with a token endpoint is one line, the same for every provider; a refusal of our own client is an alarm, too. */
export async function logged<Answer extends Answered>(
  { log, provider }: ExchangeParts,
  { grant, connectionId, tenantId }: Exchange,
  exchange: () => Promise<Answer>,
): Promise<Answer> {
  const begun = performance.now()
  const line = ({ reason, code, status, requestId }: Partial<CalendarError>) => ({
    ...{ grant, connectionId, tenantId, reason, code, status, requestId },
    ms: Math.round(performance.now() - begun),
  })
  try {
    const answer = await exchange()
    log.info('token_exchanged', line({ status: answer.status, requestId: answer.requestId }))
    return answer
  } catch (failure) {
    if (failure instanceof CalendarError) {
      log.warn('token_exchange_failed', line(failure))
      // Every tenant is affected and none can mend it: an operator must hear of it.
      if (failure.reason === 'misconfigured') log.error(`${provider}_client_rejected`, line(failure))
    }
    throw failure
  }
}
