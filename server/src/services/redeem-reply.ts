import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess, CalendarListing, Grant } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
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
  /** The account that is connected already, if any. */
  readonly connectedAccountKey?: string
  readonly signal?: AbortSignal
}

export type Redeemed =
  /** `other_account`: not the account that is connected. To be stored only when the therapist has confirmed it. */
  | {
      readonly outcome: 'connected' | 'reconnected' | 'other_account'
      readonly grant: Grant
      readonly calendars: readonly CalendarListing[]
    }
  /** Nothing is to be stored. */
  | {
      readonly outcome: NotConnected
      /** What the provider refused or failed with, for the log. */
      readonly error?: CalendarError
    }

/** What a reply that belongs to the attempt comes to. The id token, its account and the scopes are checked by the connector. */
export async function redeemReply(binding: CalendarBinding, request: RedeemRequest): Promise<Redeemed> {
  const { issuer, error, errorSubcode, errorDescription, code } = request.reply
  if (issuer !== undefined && !isIssuerOf(binding, issuer)) return { outcome: 'failed' }
  if (error !== undefined) return { outcome: binding.consentOutcome(error, errorSubcode, errorDescription) }
  if (code === undefined) return { outcome: 'failed' }
  try {
    return await redeem(binding, request, code)
  } catch (thrown) {
    if (!(thrown instanceof CalendarError)) throw thrown
    return { outcome: outcomeOf(thrown), error: thrown }
  }
}

/**
 * The account's calendars, and the grant with its newest tokens. Nothing is stored before an account has shown its calendars,
 * even where events can be read all the same: a calendar that nobody knows of would be taken for free.
 */
async function redeem(binding: CalendarBinding, request: RedeemRequest, code: string): Promise<Redeemed> {
  const { attempt, staged, tenantId, connectionId, connectedAccountKey: connected } = request
  const { redirectUri, access, codeVerifier, nonce } = attempt
  const deadline = AbortSignal.timeout(CALLBACK_DEADLINE_MS)
  const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal])
  const redeemed = await binding.connector.redeem({ redirectUri, access, code, codeVerifier, nonce, signal })
  const { tokenCache, accessExpiresAt, scopes, accountKey } = redeemed
  const { result: calendars, tokens } = await staged.during(
    { tenantId, connectionId },
    { tokenCache, accessExpiresAt, scopes },
    () => binding.connector.listCalendars({ id: connectionId, tenantId, accountKey }, signal),
  )
  if (calendars.length === 0) return { outcome: 'no_mailbox' }
  // The scopes stay those of redeeming: a refresh during the listing asks for the scopes of reading alone.
  const grant = { ...redeemed, tokenCache: tokens.tokenCache, accessExpiresAt: tokens.accessExpiresAt }
  const outcome = connected === undefined ? 'connected' : connected === accountKey ? 'reconnected' : 'other_account'
  return { outcome, grant, calendars }
}

const isIssuerOf = (binding: CalendarBinding, issuer: string): boolean =>
  URL.canParse(issuer) && binding.features.issuerOrigins.includes(new URL(issuer).origin)
