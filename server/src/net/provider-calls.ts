import type { LogFields } from '../ports/log.ts'

/** One call to a provider, each try by itself, as its log line tells of it. Each member has few values. */
export interface ProviderCall {
  readonly provider: string
  /** For example `POST /me/events`, `events.insert` or `token refresh_token`. */
  readonly operation: string
  /** `ok`, `throttled` (429), `refused` (4xx), `failed` (5xx) or `no_answer`; of an exchange of tokens `ok`, or why not. */
  readonly outcome: string
}

type Value = LogFields[string]

export const word = (value: Value): string => (value === undefined || value === null ? 'none' : String(value))

/** What came of one call to a provider, in one word, whichever provider it was. */
export function outcomeOf({ status, reason }: LogFields): string {
  if (status === 429 || reason === 'throttled') return 'throttled'
  const number = Number(status ?? 0)
  if (number === 0) return 'no_answer'
  if (number >= 500) return 'failed'
  return number >= 400 ? 'refused' : 'ok'
}

/** What a log line says of a call to a calendar's API. Undefined where it says of none. */
export function apiCallOf(event: string, fields: LogFields): ProviderCall | undefined {
  const { method, route, call } = fields
  if (event === 'graph_call')
    return { provider: 'microsoft', operation: `${word(method)} ${word(route)}`, outcome: outcomeOf(fields) }
  if (event === 'google_call') return { provider: 'google', operation: word(call), outcome: outcomeOf(fields) }
  return undefined
}

export interface TokenExchange {
  readonly provider: string
  readonly grant: string
  /** `ok`, or the reason of the failure. */
  readonly outcome: string
}

/** What a log line says of an exchange with a token endpoint. Undefined where it says of none. */
export function tokenExchangeOf(event: string, { provider, grant, reason }: LogFields): TokenExchange | undefined {
  if (event !== 'token_exchanged' && event !== 'token_exchange_failed') return undefined
  return { provider: word(provider).toLowerCase(), grant: word(grant), outcome: reason ? word(reason) : 'ok' }
}
