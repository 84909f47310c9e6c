import type { AuthorizationRequest } from '../ports/authorization-request-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { Grant } from '../ports/calendar-connector.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { ConnectOutcome } from './connect-outcome.ts'
import { redirectUri } from './redirect-uri.ts'
import { createRevokeGrant } from './revoke-grant.ts'
import type { StagedTokens } from './staged-tokens.ts'

/** For all that is asked of the provider during one callback. */
const CALLBACK_DEADLINE_MS = 15_000

/** Redeems the code of a callback and stores the connection that it brought. Rejects with a CalendarError: then nothing is stored. */
export type RedeemCode = (
  request: AuthorizationRequest,
  code: string,
  binding: CalendarBinding,
) => Promise<ConnectOutcome>

export interface RedeemParts {
  readonly connections: Pick<ConnectionStore, 'store'>
  readonly bookings: Pick<BookingStore, 'requeue'>
  readonly providers: CalendarRegistry
  readonly stagedTokens: StagedTokens
  readonly issueId: IssueId
  readonly clock: Clock
  readonly log: Log
  /** The public origin of this application. */
  readonly appUrl: string
}

export function createRedeemCode(parts: RedeemParts): RedeemCode {
  const revoke = createRevokeGrant(parts)

  /**
   * The account's calendars, and the grant with its newest tokens. Nothing is stored before an account has shown its calendars,
   * even where events can be read all the same: a calendar that nobody knows of would be taken for free.
   */
  const listCalendars = async (tenantId: string, redeemed: Grant, binding: CalendarBinding, signal: AbortSignal) => {
    const connectionId = parts.issueId()
    const { tokenCache, accessExpiresAt, scopes, accountKey } = redeemed
    const { result: calendars, tokens } = await parts.stagedTokens.during(
      { tenantId, connectionId },
      { tokenCache, accessExpiresAt, scopes },
      () => binding.connector.listCalendars({ id: connectionId, tenantId, accountKey }, signal),
    )
    // The scopes stay those of redeeming: a refresh during the listing asks for the scopes of reading alone.
    const grant = { ...redeemed, tokenCache: tokens.tokenCache, accessExpiresAt: tokens.accessExpiresAt }
    return { calendars, grant }
  }

  return async (request, code, binding) => {
    const { tenantId, userId, provider, access, codeVerifier, nonce } = request
    const signal = AbortSignal.timeout(CALLBACK_DEADLINE_MS)
    const redeemed = await binding.connector.redeem({
      redirectUri: redirectUri(parts.appUrl, binding.features.slug),
      access,
      code,
      codeVerifier,
      nonce,
      signal,
    })
    const { calendars, grant } = await listCalendars(tenantId, redeemed, binding, signal)
    if (calendars.length === 0) return 'no_mailbox'
    const stored = await parts.connections.store({
      tenantId,
      userId,
      provider,
      grant,
      calendars,
      now: parts.clock.now(),
    })
    await revoke(stored.overtaken)
    if (stored.outcome === 'pending') return 'confirm'
    await parts.bookings.requeue(tenantId)
    return stored.outcome
  }
}
