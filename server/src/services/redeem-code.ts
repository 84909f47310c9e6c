import type { AuthorizationRequest } from '../ports/authorization-request-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarError } from '../ports/calendar-failure.ts'
import type { CalendarRegistry } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Mailbox } from '../ports/connection.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import { traceOf } from '../ports/error-trace.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import { type ConnectOutcome, FURTHER_OUTCOMES } from './connect-outcome.ts'
import { createNewAccount, type NewAccountParts } from './new-account.ts'
import { type ConnectReply, redeemReply } from './redeem-reply.ts'
import { redirectUri } from './redirect-uri.ts'
import { createRevokeGrant } from './revoke-grant.ts'
import type { StagedTokens } from './staged-tokens.ts'

/**
 * Redeems the code of a callback and stores the connection that it brought. Rejects for failures of ours: then nothing is stored,
 * unless the database was lost while it stored.
 */
export type RedeemCode = (
  request: AuthorizationRequest,
  reply: ConnectReply,
  binding: CalendarBinding,
  purpose: Purpose,
) => Promise<ConnectOutcome>

/** `receive`: the account that receives sessions. `add`, `renew`: a further one, as ConnectionStore.storeFurther has them. */
export const PURPOSES = ['receive', 'add', 'renew'] as const
export type Purpose = (typeof PURPOSES)[number]

export interface RedeemParts extends NewAccountParts {
  readonly connections: NewAccountParts['connections'] &
    Pick<ConnectionStore, 'store' | 'storeFurther' | 'shred' | 'isConnected'>
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
  const newAccount = createNewAccount(parts)

  /** A grant that comes to nothing is not left behind at its provider. Never fails: at worst it is. */
  const giveBack = async (account: Mailbox, tokenCache: string): Promise<void> => {
    try {
      const shared = await parts.connections.isConnected(account, clock.now())
      await revoke({ provider: account.provider, tokenCache, shared })
    } catch {
      log.warn('calendar_revocation_failed', { provider: account.provider })
    }
  }

  /** Where storing fails, nothing here uses the grant, unless the database stored it and could not say so: `giveBack` looks. */
  const storedOrGivenBack = async <Stored>(account: Mailbox, tokenCache: string, storing: Promise<Stored>) => {
    try {
      return await storing
    } catch (error) {
      await giveBack(account, tokenCache)
      throw error
    }
  }

  /** What follows a stored connection is made good by jobs: its failure must not tell her that nothing was connected. */
  const afterwards = async (tenantId: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      log.warn('calendar_connect_error', { tenantId, reason: 'after_storing', ...traceOf(error) })
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
      (grant, signal) => newAccount.list({ tenant, binding, id: connectionId, provider, grant }, signal),
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
    const recordProbe = () => newAccount.recordProbe({ tenant, binding, mailbox: account }, listed)
    if (purpose !== 'receive') {
      const storing = parts.connections.storeFurther(brought, purpose)
      const { outcome } = await storedOrGivenBack(account, grant.tokenCache, storing)
      if (outcome === 'connected' || outcome === 'reconnected') await afterwards(tenantId, recordProbe)
      else await giveBack(account, grant.tokenCache)
      return FURTHER_OUTCOMES[outcome]
    }
    const stored = await storedOrGivenBack(account, grant.tokenCache, parts.connections.store(brought))
    for (const ended of stored.ended) await afterwards(tenantId, () => revoke(ended))
    if (stored.outcome === 'pending') return 'confirm'
    await afterwards(tenantId, recordProbe)
    await afterwards(tenantId, () => parts.bookings.requeue(tenantId))
    return stored.outcome
  }
}
