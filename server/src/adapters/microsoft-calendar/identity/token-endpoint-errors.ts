import { CalendarError, type CalendarFailure } from '../../../ports/calendar-provider.ts'
import { DEFAULT_THROTTLE_MS, garbled, transportFailure } from '../transport/graph-errors.ts'
import { consentMissing, PERSONAL_TENANT, type TokenError } from './consent.ts'

/** What one exchange with the token endpoint left behind; MSAL's own errors drop the status and Retry-After. */
export interface EntraExchange extends TokenError {
  readonly status?: number
  readonly retryAfterMs?: number
  readonly requestId?: string
  /** Of the access token in the answer, by our clock. */
  readonly expiresAt?: Date
  /** What the answer says it grants; absent when it says nothing, and then what was asked for is granted. */
  readonly scopes?: readonly string[]
  /** The request brought no usable answer. */
  readonly failure?: unknown
}

// "error" decides; the numbers only tell apart what shares one "error"
// (learn.microsoft.com/entra/identity-platform/reference-error-codes says not to depend on them).
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

/** Turns every way the token endpoint can fail into one error. Nothing of MSAL's own error is kept: it quotes the answer. */
export function entraFailure(exchange: EntraExchange, thrown: unknown, tenantId?: string): CalendarError {
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
  // A success that MSAL would not accept.
  if (status < 400) return garbled(msalCode(thrown))
  const reason = reasonOf(exchange, tenantId === PERSONAL_TENANT)
  const wait = retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)
  return new CalendarError(reason, `Microsoft's sign-in answered ${status}`, {
    ...details,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  })
}

const msalCode = (thrown: unknown): string => {
  const code: unknown = typeof thrown === 'object' && thrown !== null ? Reflect.get(thrown, 'errorCode') : undefined
  return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : 'token_answer'
}
