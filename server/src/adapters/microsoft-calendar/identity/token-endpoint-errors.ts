import { memberOf, wordIn } from '../../../net/untrusted-json.ts'
import { CalendarError, type CalendarFailure } from '../../../ports/calendar-failure.ts'
import { ClientRejected } from '../../oauth/client-rejected.ts'
import { DEFAULT_THROTTLE_MS, exchangeFailure, garbled } from '../transport/graph-errors.ts'
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
/** Our client secret is wrong, has expired, or is missing. */
const CLIENT_REJECTED = new Set([70002, 7000215, 7000218, 7000222])
/** The Entra tenant does not exist. At a refresh it is the one in which the account was. */
const NO_TENANT = 90002

/**
 * What `error` means while a code is redeemed and, where that differs, at a refresh: at the account's own Entra tenant, with a
 * request that worked before, so that what changed is the directory there.
 */
const BY_ERROR: Readonly<Record<string, readonly [redeeming: CalendarFailure, refreshing?: CalendarFailure]>> = {
  invalid_grant: ['reconnect'],
  interaction_required: ['reconnect'],
  login_required: ['reconnect'],
  access_denied: ['reconnect'],
  unauthorized_client: ['misconfigured', 'admin_consent'],
  invalid_resource: ['misconfigured', 'admin_consent'],
  invalid_request: ['misconfigured'],
  invalid_scope: ['misconfigured'],
  unsupported_grant_type: ['misconfigured'],
  unsupported_response_type: ['misconfigured'],
  temporarily_unavailable: ['unavailable'],
  server_error: ['unavailable'],
}

/** `tenantId` is the Entra tenant of a refresh. */
function reasonOf(exchange: EntraExchange, tenantId: string | undefined): CalendarFailure | 'client_rejected' {
  const { status = 0, error = '', codes = [] } = exchange
  const has = (numbers: ReadonlySet<number>) => codes.some((code) => numbers.has(code))
  const personal = tenantId === PERSONAL_TENANT
  if (status === 429) return 'throttled'
  if (status >= 500 || has(TRY_LATER)) return 'unavailable'
  if (has(CLIENT_REJECTED)) return 'client_rejected'
  const missing = consentMissing(exchange, personal)
  if (missing !== undefined) return missing
  if (error === 'invalid_client') return 'client_rejected'
  if (tenantId !== undefined && codes.includes(NO_TENANT)) return 'reconnect'
  const [redeeming, refreshing] = (Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined) ?? ['garbled']
  // People of no organisation have no directory of their own.
  return tenantId === undefined || personal ? redeeming : (refreshing ?? redeeming)
}

/** The failure of an exchange with the token endpoint; `tenantId` is the Entra tenant of a refresh. Nothing of MSAL's own error is kept, because it quotes the answer. */
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
    return exchangeFailure(failure)
  if (status === undefined) return garbled('no_exchange')
  // Entra answered with success, and MSAL did not accept the answer.
  if (status < 400) return garbled(msalCode(thrown))
  const reason = reasonOf(exchange, tenantId)
  const wait = retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)
  const message = `Microsoft's sign-in answered ${status}`
  const said = { ...details, ...(wait === undefined ? {} : { retryAfterMs: wait }) }
  return reason === 'client_rejected' ? new ClientRejected(message, said) : new CalendarError(reason, message, said)
}

const msalCode = (thrown: unknown): string => wordIn(memberOf(thrown, 'errorCode')) ?? 'token_answer'
