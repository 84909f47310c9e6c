import { CalendarError } from '../../ports/calendar-failure.ts'
import type { Log } from '../../ports/log.ts'
import type { ClientRefusals } from './client-refusals.ts'
import { ClientRejected } from './client-rejected.ts'

export interface ExchangeParts {
  readonly log: Log
  /** In small letters; begins the name of the log event `<provider>_client_rejected`. */
  readonly provider: string
  readonly refusals: ClientRefusals
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
 * endpoint rejects our client, or what it refuses is refused to several tenants.
 */
export async function logExchange<Answer extends Answered>(
  { log, provider, refusals }: ExchangeParts,
  { grant, connectionId, tenantId }: Exchange,
  exchange: () => Promise<Answer>,
): Promise<Answer> {
  const begun = performance.now()
  const line = ({ reason, code, status, requestId }: Partial<CalendarError>) => ({
    ...{
      provider: provider.toUpperCase(),
      grant,
      connectionId,
      tenantId,
      reason,
      code,
      status,
      providerRequestId: requestId,
    },
    ms: Math.round(performance.now() - begun),
  })
  try {
    const answer = await exchange()
    log.info('token_exchanged', line({ status: answer.status, requestId: answer.requestId }))
    if (tenantId !== undefined) refusals.ended(tenantId)
    return answer
  } catch (failure) {
    if (failure instanceof CalendarError) {
      log.warn('token_exchange_failed', line(failure))
      // An operator must hear of it, because every tenant of the provider is affected and none can mend it.
      const alarm = failure instanceof ClientRejected || (refusesUs(failure, grant) && refusals.began(tenantId))
      if (alarm) log.error(`${provider}_client_rejected`, line(failure))
    }
    throw failure
  }
}

/** Whether a failure is about our application. That an administrator is wanted while somebody connects is usual. */
const refusesUs = ({ reason }: CalendarError, grant: Exchange['grant']): boolean =>
  reason === 'misconfigured' || (reason === 'admin_consent' && grant === 'refresh_token')
