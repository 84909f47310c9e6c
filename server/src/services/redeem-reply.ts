import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess, CalendarListing, Grant, RedeemParams } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { ConnectionRef } from '../ports/token-vault.ts'
import { type NotConnected, outcomeOf } from './connect-outcome.ts'
import type { StagedTokens } from './staged-tokens.ts'

/** For all that is asked of the provider during one callback. */
const CALLBACK_DEADLINE_MS = 15_000

/** What a provider's redirect brings (RFC 6749 sections 4.1.2 and 4.1.2.1, RFC 9207). */
export interface ConnectReply {
  readonly state?: string
  readonly code?: string
  readonly error?: string
  readonly errorSubcode?: string
  readonly errorDescription?: string
  /** `iss`. */
  readonly issuer?: string
}

export interface RedeemRequest {
  readonly attempt: {
    readonly redirectUri: string
    readonly access: CalendarAccess
    readonly nonce: string
    readonly codeVerifier: string
  }
  readonly reply: ConnectReply
  /** The vault that the binding was made with. */
  readonly staged: StagedTokens
  readonly tenantId: string
  /** A new id: the connection gets it if the host does not renew one that it has. */
  readonly connectionId: string
  /** As in {@link RedeemParams}; called for a grant whose account lists no calendar, too. */
  readonly onRejected?: RedeemParams['onRejected']
  readonly signal?: AbortSignal
}

/** Why nothing is to be stored. */
export interface NotRedeemed {
  readonly outcome: NotConnected
  /** What the provider refused or failed with, for the log. */
  readonly error?: CalendarError
}

/** Lists the calendars of an account whose tokens are staged meanwhile. */
export type ListStaged<Listed> = (grant: Grant, signal: AbortSignal) => Promise<Listed>

interface WithCalendars {
  readonly calendars: readonly CalendarListing[]
}

/**
 * What a reply that belongs to the attempt comes to. The id token, its account and the scopes are checked by the connector.
 * Rejects only for failures that are none of the provider's.
 */
export async function redeemReply<Listed extends WithCalendars>(
  binding: CalendarBinding,
  request: RedeemRequest,
  list: ListStaged<Listed>,
): Promise<{ readonly grant: Grant; readonly listed: Listed } | NotRedeemed> {
  const { issuer, error, errorSubcode, errorDescription, code } = request.reply
  if (issuer !== undefined && !isIssuerOf(binding, issuer)) return { outcome: 'failed' }
  if (error !== undefined) return { outcome: binding.consentOutcome(error, errorSubcode, errorDescription) }
  if (code === undefined) return { outcome: 'failed' }
  try {
    const { grant, listed } = await redeem(binding, request, code, list)
    if (listed.calendars.length > 0) return { grant, listed }
    await request.onRejected?.(grant)
    return { outcome: 'no_mailbox' }
  } catch (thrown) {
    if (!(thrown instanceof CalendarError)) throw thrown
    return { outcome: outcomeOf(thrown), error: thrown }
  }
}

/**
 * What the account lists, and the grant with its newest tokens. Nothing is stored before an account has shown its calendars,
 * even where events can be read all the same: a calendar that nobody knows of would be taken for free.
 */
async function redeem<Listed extends WithCalendars>(
  binding: CalendarBinding,
  request: RedeemRequest,
  code: string,
  list: ListStaged<Listed>,
): Promise<{ readonly grant: Grant; readonly listed: Listed }> {
  const { attempt, staged, tenantId, connectionId, onRejected } = request
  const { redirectUri, access, codeVerifier, nonce } = attempt
  const deadline = AbortSignal.timeout(CALLBACK_DEADLINE_MS)
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
  const asked = { redirectUri, access, code, codeVerifier, nonce, signal, ...(onRejected && { onRejected }) }
  const redeemed = await binding.connector.redeem(asked)
  try {
    return await listStaged(staged, { tenantId, connectionId }, redeemed, () => list(redeemed, signal))
  } catch (error) {
    await onRejected?.(redeemed)
    throw error
  }
}

/** What a grant lists that is not stored, and the grant with its newest tokens. */
export async function listStaged<Listed>(
  staged: StagedTokens,
  ref: ConnectionRef,
  brought: Grant,
  list: () => Promise<Listed>,
): Promise<{ readonly grant: Grant; readonly listed: Listed }> {
  const { tokenCache, accessExpiresAt, scopes } = brought
  const { tokens, result: listed } = await staged.during(ref, { tokenCache, accessExpiresAt, scopes }, list)
  // The scopes stay those that were granted: a refresh during the listing asks for the scopes of reading alone.
  return { grant: { ...brought, tokenCache: tokens.tokenCache, accessExpiresAt: tokens.accessExpiresAt }, listed }
}

const isIssuerOf = (binding: CalendarBinding, issuer: string): boolean =>
  URL.canParse(issuer) && binding.features.issuerOrigins.includes(new URL(issuer).origin)
