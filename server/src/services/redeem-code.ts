import type { AuthorizationRequest } from '../ports/authorization-request-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarError } from '../ports/calendar-failure.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import { isSameMailbox, type Mailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { type ConnectOutcome, FURTHER_OUTCOMES } from './connect-outcome.ts'
import { type Listed, listCalendars } from './list-calendars.ts'
import { createLookAtCalendars } from './look-at-calendars.ts'
import { type ConnectReply, redeemReply } from './redeem-reply.ts'
import { redirectUri } from './redirect-uri.ts'
import { createRevokeGrant } from './revoke-grant.ts'
import type { StagedTokens } from './staged-tokens.ts'

/** Redeems the code of a callback and stores the connection that it brought. Rejects for failures of ours: then nothing is stored. */
export type RedeemCode = (
  request: AuthorizationRequest,
  reply: ConnectReply,
  binding: CalendarBinding,
  purpose: Purpose,
) => Promise<ConnectOutcome>

/** `receive`: the account that receives sessions. `add`, `renew`: a further one, as ConnectionStore.storeFurther has them. */
export const PURPOSES = ['receive', 'add', 'renew'] as const
export type Purpose = (typeof PURPOSES)[number]

export interface RedeemParts {
  readonly connections: Pick<
    ConnectionStore,
    'store' | 'storeFurther' | 'shred' | 'isConnected' | 'connected' | 'recordRead' | 'recordFailure' | 'recordLooks'
  >
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

export function createRedeemCode(parts: RedeemParts): RedeemCode {
  const { clock, log } = parts
  const revoke = createRevokeGrant(parts)
  const lookAt = createLookAtCalendars(parts)

  /** What is stored of an account's calendars, if it is in use. */
  const knownOf = async (tenantId: string, account: Mailbox) =>
    (await parts.connections.connected(tenantId)).find((one) => isSameMailbox(one, account))?.calendars ?? []

  /** What the read before storing has shown, of the calendars that are ticked now. */
  const recordProbe = async (
    tenant: Tenant,
    binding: CalendarBinding,
    account: Mailbox,
    { probe, readAt }: Listed,
  ): Promise<void> => {
    const connection = (await parts.connections.connected(tenant.id)).find((one) => isSameMailbox(one, account))
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
    await lookAt({ tenant, connection, binding })
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

  const logFailure = ({ tenantId }: AuthorizationRequest, { reason, code }: CalendarError): void =>
    log.warn('calendar_connect_error', { tenantId, reason, code })

  return async (request, reply, binding, purpose) => {
    const { tenantId, userId, provider } = request
    const tenant = await parts.tenants.byId(tenantId)
    if (tenant === undefined) throw new Error('an authorization request without a tenant')
    const connectionId = parts.issueId()
    const redeemed = await redeemReply(
      binding,
      {
        attempt: { ...request, redirectUri: redirectUri(parts.appUrl, binding.features.slug) },
        reply,
        staged: parts.stagedTokens,
        tenantId,
        connectionId,
        onRejected: ({ accountKey, tokenCache }) => giveBack({ provider, accountKey }, tokenCache),
      },
      // Each calendar that is to be ticked is read once.
      async ({ accountKey, access }, signal) => {
        const { timeZone, policy } = tenant
        const context = { id: connectionId, tenantId, accountKey, access, timeZone, policy, calendarIds: [] }
        const known = await knownOf(tenantId, { provider, accountKey })
        return listCalendars({ binding, context, known, ticked: true, clock, signal })
      },
    )
    if (!('grant' in redeemed)) {
      if (redeemed.error !== undefined) logFailure(request, redeemed.error)
      return redeemed.outcome
    }
    const { grant, listed } = redeemed
    const account = { provider, accountKey: grant.accountKey }
    const brought = {
      tenantId,
      userId,
      provider,
      grant,
      calendars: listed.calendars,
      ...(listed.unread === undefined ? {} : { unread: listed.unread }),
      now: clock.now(),
    }
    if (purpose !== 'receive') {
      const { outcome } = await parts.connections.storeFurther(brought, purpose)
      if (outcome === 'connected' || outcome === 'reconnected') await recordProbe(tenant, binding, account, listed)
      else await giveBack(account, grant.tokenCache)
      return FURTHER_OUTCOMES[outcome]
    }
    const stored = await parts.connections.store(brought)
    for (const ended of stored.ended) await revoke(ended)
    if (stored.outcome === 'pending') return 'confirm'
    await recordProbe(tenant, binding, account, listed)
    await parts.bookings.requeue(tenantId)
    return stored.outcome
  }
}
