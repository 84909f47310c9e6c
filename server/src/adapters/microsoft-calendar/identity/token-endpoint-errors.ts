import { memberOf, wordIn } from '../../../net/untrusted-json.ts'
import { CalendarError, type CalendarFailure } from '../../../ports/calendar-provider.ts'
import { DEFAULT_THROTTLE_MS, garbled, transportFailure } from '../transport/graph-errors.ts'
import { consentMissing, PERSONAL_TENANT, type TokenError } from './consent.ts'

/** What is known of one exchange with the token endpoint. MSAL's own errors leave out the status and Retry-After. */
export interface EntraExchange extends TokenError {
  readonly status?: number
  readonly retryAfterMs?: number
  readonly requestId?: string
  /** When the access token of the answer expires, by our clock. */
  readonly expiresAt?: Date
  /** The granted scopes; absent where the answer names none, which means those asked for (RFC 6749 section 5.1). */
  readonly scopes?: readonly string[]
  /** Why there is no answer, or none that can be read. */
  readonly failure?: unknown
}

// The `error` of an answer decides. AADSTS numbers only tell apart what shares one `error`, because clients are not to depend
// on them (learn.microsoft.com/entra/identity-platform/reference-error-codes).
const TRY_LATER = new Set([90006, 90024, 90033, 90055, 50196])
const OUR_FAULT = new Set([7000215, 7000222, 700016])

const BY_ERROR: Readonly<Record<string, CalendarFailure>> = {
  invalid_grant: 'reconnect',
  interaction_required: 'reconnect',
  login_required: 'reconnect',
  access_denied: 'reconnect',
  invalid_client: 'misconfigured',
  unauthorized_client: 'misconfigured',
  invalid_request: 'misconfigured',
  invalid_scope: 'misconfigured',
  invalid_resource: 'misconfigured',
  unsupported_grant_type: 'misconfigured',
  unsupported_response_type: 'misconfigured',
  temporarily_unavailable: 'unavailable',
  server_error: 'unavailable',
}

function reasonOf(exchange: EntraExchange, personal: boolean): CalendarFailure {
  const { status = 0, error = '', codes = [] } = exchange
  const has = (numbers: ReadonlySet<number>) => codes.some((code) => numbers.has(code))
  if (status === 429) return 'throttled'
  if (status >= 500 || has(TRY_LATER)) return 'unavailable'
  const missing = consentMissing(exchange, personal)
  if (missing !== undefined) return missing
  if (has(OUR_FAULT)) return 'misconfigured'
  return (Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined) ?? 'garbled'
}

/** The failure of an exchange with the token endpoint. Nothing of MSAL's own error is kept, because it quotes the answer. */
export function tokenEndpointFailure(exchange: EntraExchange, thrown: unknown, tenantId?: string): CalendarError {
  if (thrown instanceof CalendarError) return thrown
  const { status, failure, error, codes, retryAfterMs, requestId } = exchange
  const code = error === undefined ? undefined : [error, ...(codes ?? [])].join('.').slice(0, 64)
  const details = {
    ...(status === undefined ? {} : { status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  }
  if (failure !== undefined && (status === undefined || (status < 500 && status !== 429)))
    return transportFailure(failure)
  if (status === undefined) return garbled('no_exchange')
  // Entra answered with success, and MSAL did not accept the answer.
  if (status < 400) return garbled(msalCode(thrown))
  const reason = reasonOf(exchange, tenantId === PERSONAL_TENANT)
  const wait = retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)
  return new CalendarError(reason, `Microsoft's sign-in answered ${status}`, {
    ...details,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  })
}

const msalCode = (thrown: unknown): string => wordIn(memberOf(thrown, 'errorCode')) ?? 'token_answer'
