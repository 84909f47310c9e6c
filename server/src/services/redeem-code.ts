import type { AuthorizationRequest } from '../ports/authorization-request-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { Grant } from '../ports/calendar-connector.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { type ConnectionStore, isSameMailbox, type Mailbox } from '../ports/connection-store.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import type { ConnectOutcome } from './connect-outcome.ts'
import { type Listed, listCalendars } from './list-calendars.ts'
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
  readonly connections: Pick<ConnectionStore, 'store' | 'isConnected' | 'active' | 'recordRead' | 'recordFailure'>
  readonly evidence: Pick<CalendarEvidence, 'unread'>
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly bookings: Pick<BookingStore, 'requeue'>
  readonly providers: CalendarRegistry
  readonly stagedTokens: StagedTokens
  readonly issueId: IssueId
  readonly clock: Clock
  readonly log: Log
  /** The public origin of this application. */
  readonly appUrl: string
}

interface Redeeming {
  readonly binding: CalendarBinding
  readonly provider: CalendarProviderType
  readonly signal: AbortSignal
}

export function createRedeemCode(parts: RedeemParts): RedeemCode {
  const { clock, log } = parts
  const revoke = createRevokeGrant(parts)

  /**
   * The account's calendars, each one that is to be ticked read once, and the grant with its newest tokens. Nothing is stored before an account has shown its calendars,
   * even where events can be read all the same: a calendar that nobody knows of would be taken for free.
   */
  const listStaged = async (
    { id: tenantId, timeZone, policy }: Tenant,
    redeemed: Grant,
    { binding, provider, signal }: Redeeming,
  ) => {
    const connectionId = parts.issueId()
    const { tokenCache, accessExpiresAt, scopes, accountKey, access } = redeemed
    const active = await parts.connections.active(tenantId)
    const known = active !== undefined && isSameMailbox(active, { provider, accountKey }) ? active.calendars : []
    const context = { id: connectionId, tenantId, accountKey, access, timeZone, policy, calendarIds: [] }
    const { result: listed, tokens } = await parts.stagedTokens.during(
      { tenantId, connectionId },
      { tokenCache, accessExpiresAt, scopes },
      () => listCalendars({ binding, context, known, ticked: true, clock: parts.clock, signal }),
    )
    // The scopes stay those of redeeming: a refresh during the listing asks for the scopes of reading alone.
    const grant = { ...redeemed, tokenCache: tokens.tokenCache, accessExpiresAt: tokens.accessExpiresAt }
    return { listed, grant }
  }

  /** What the read before storing has shown, of the calendars that are ticked now. */
  const recordProbe = async (tenant: Tenant, binding: CalendarBinding, { probe, readAt }: Listed): Promise<void> => {
    const connection = await parts.connections.active(tenant.id)
    if (connection === undefined) return
    const { tenantId, id, calendars } = connection
    if ('error' in probe) {
      log.warn('connection_check_failed', { tenantId, connectionId: id, reason: probe.error.reason })
      return parts.connections.recordFailure(tenantId, id, probe.error.reason, clock.now(), probe.error.code)
    }
    const { failures } = probe
    if (failures.size > 0) await parts.evidence.unread({ tenant, connection, binding }, failures)
    if (!calendars.some(({ blocks, externalId }) => blocks && failures.has(externalId)))
      await parts.connections.recordRead(tenantId, id, readAt)
  }

  /** A grant that comes to nothing is not left behind at its provider. Never fails: at worst it is. */
  const giveBack = async (account: Mailbox, tokenCache: string): Promise<void> => {
    try {
      const shared = await parts.connections.isConnected(account, clock.now())
      await revoke({ provider: account.provider, tokenCache, shared })
    } catch {
      log.warn('calendar_revocation_failed', { provider: account.provider })
    }
  }

  return async (request, code, binding) => {
    const { tenantId, userId, provider, access, codeVerifier, nonce } = request
    const signal = AbortSignal.timeout(CALLBACK_DEADLINE_MS)
    const onRejected = ({ accountKey, tokenCache }: Pick<Grant, 'accountKey' | 'tokenCache'>) =>
      giveBack({ provider, accountKey }, tokenCache)
    const redeemed = await binding.connector.redeem({
      redirectUri: redirectUri(parts.appUrl, binding.features.slug),
      access,
      code,
      codeVerifier,
      nonce,
      signal,
      onRejected,
    })
    const tenant = await parts.tenants.byId(tenantId)
    if (tenant === undefined) throw new Error('an authorization request without a tenant')
    const { listed, grant } = await listStaged(tenant, redeemed, { binding, provider, signal }).catch(
      async (error: unknown) => {
        await onRejected(redeemed)
        throw error
      },
    )
    if (listed.calendars.length === 0) {
      await onRejected(grant)
      return 'no_mailbox'
    }
    const stored = await parts.connections.store({
      tenantId,
      userId,
      provider,
      grant,
      calendars: listed.calendars,
      ...(listed.unread === undefined ? {} : { unread: listed.unread }),
      now: clock.now(),
    })
    await revoke(stored.overtaken)
    if (stored.outcome === 'pending') return 'confirm'
    await recordProbe(tenant, binding, listed)
    await parts.bookings.requeue(tenantId)
    return stored.outcome
  }
}
