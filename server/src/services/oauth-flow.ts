import type { AuditStore } from '../ports/audit-store.ts'
import type { AuthorizationRequest, AuthorizationRequestStore } from '../ports/authorization-request-store.ts'
import type { CalendarAccess } from '../ports/calendar-connector.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf } from '../ports/calendar-registry.ts'
import type { Connection } from '../ports/connection.ts'
import { type ConnectionStore, MAX_FURTHER_ACCOUNTS } from '../ports/connection-store.ts'
import { traceOf } from '../ports/error-trace.ts'
import { StoreError } from '../ports/store-error.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import { beginConnecting, hashOf } from './connect-flow.ts'
import { type ConnectOutcome, STORED } from './connect-outcome.ts'
import { createRedeemCode, PURPOSES, type Purpose, type RedeemParts } from './redeem-code.ts'
import type { ConnectReply } from './redeem-reply.ts'
import { redirectUri } from './redirect-uri.ts'

export interface Callback extends ConnectReply {
  readonly user: User
  /** Of the web session. */
  readonly sessionId: string
  readonly provider: CalendarProviderType
  readonly state: string
  readonly requestId?: string
}

export interface OAuthFlow {
  /**
   * Starts connecting; `useOtherAccount` leaves out the hint at the account connected now. `further`: one more account that only
   * blocks, or the id of one that is to be connected again; only reading is asked for then, whatever `access` says. `unknown`: the
   * tenant has no such account.
   */
  start(request: {
    readonly user: User
    readonly sessionId: string
    readonly provider: CalendarProviderType
    readonly access: CalendarAccess
    readonly useOtherAccount: boolean
    readonly further?: string
  }): Promise<URL | 'too_many' | 'unknown'>
  /** Handles a callback. Its state cannot be used again, whatever came of it. */
  finish(callback: Callback): Promise<ConnectOutcome>
}

export interface OAuthFlowParts extends RedeemParts {
  readonly connections: RedeemParts['connections'] & Pick<ConnectionStore, 'active'>
  readonly users: Pick<UserStore, 'byId'>
  readonly authorizationRequests: AuthorizationRequestStore
  readonly audit: AuditStore
}

/** In place of the id of a further account: one that is to be added. */
export const ONE_MORE = 'new'

/**
 * What the state of a sign-in is stored as. The release before knows of the account that receives alone: it does not find a sign-in
 * for another one, and takes it for none of its own.
 */
const statedFor = (purpose: Purpose, state: string): string =>
  purpose === 'receive' ? state : `${purpose} a further account: ${state}`

/** The authorization code flow with PKCE (RFC 6749 section 4.1, RFC 7636). It is finished once, in the web session that started it. */
export function createOAuthFlow(parts: OAuthFlowParts): OAuthFlow {
  const { users, connections, authorizationRequests, audit, providers, clock, log } = parts
  const redeemCode = createRedeemCode(parts)

  const logged = (
    { user, provider, requestId }: Callback,
    event: string,
    detail: Readonly<Record<string, string>>,
  ): void => log.info(event, { tenantId: user.tenantId, userId: user.id, provider, requestId, ...detail })

  const audited = async (
    callback: Callback,
    action: string,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const { user, provider, requestId } = callback
    logged(callback, action, detail)
    await audit.append({
      tenantId: user.tenantId,
      actor: `user:${user.id}`,
      action,
      detail: { provider, ...detail },
      ...(requestId !== undefined && { requestId }),
    })
  }

  return {
    async start({ user, sessionId, provider, access: wanted, useOtherAccount, further }) {
      const binding = bindingOf(providers, provider)
      const target = await targetOf(user, further)
      if (typeof target === 'string') return target
      const { purpose, account } = target
      const known = !useOtherAccount && account?.provider === provider ? account : undefined
      const access = purpose === 'receive' ? wanted : 'availability'
      const now = clock.now()
      const { url, attempt } = await beginConnecting(binding, {
        browser: sessionId,
        redirectUri: redirectUri(parts.appUrl, binding.features.slug),
        access,
        ...(known?.accountAddress !== undefined && { loginHint: known.accountAddress }),
        now,
      })
      await authorizationRequests.start({
        id: parts.issueId(),
        tenantId: user.tenantId,
        userId: user.id,
        sessionHash: attempt.browserHash,
        stateHash: hashOf(statedFor(purpose, attempt.state)),
        provider,
        nonce: attempt.nonce,
        codeVerifier: attempt.codeVerifier,
        access,
        now,
        expiresAt: new Date(attempt.expiresAt),
      })
      return url
    },

    async finish(callback): Promise<ConnectOutcome> {
      const { user, provider, state, sessionId } = callback
      const found = await consume({ user, provider, sessionId, state })
      if (found === undefined) {
        await audited(callback, 'oauth_state_mismatch')
        return 'unusable_state'
      }
      const { request, purpose } = found
      const current = await users.byId(user.id)
      if (current === undefined || !current.owner || current.tenantId !== request.tenantId) {
        await audited(callback, 'oauth_rights_lost')
        return 'lost_rights'
      }
      const outcome = await outcomeFor(callback, request, purpose)
      const detail = { access: request.access satisfies CalendarAccess }
      // The store has written an audit row of a connection in the transaction that stored it.
      // A database that does not answer takes no other row either.
      if (STORED.has(outcome) || outcome === 'not_stored') logged(callback, `calendar_connect_${outcome}`, detail)
      else await audited(callback, `calendar_connect_${outcome}`, detail)
      return outcome
    },
  }

  /** What a sign-in is for, and the account that the provider is to suggest. */
  async function targetOf(
    user: User,
    further: string | undefined,
  ): Promise<{ readonly purpose: Purpose; readonly account: Connection | undefined } | 'too_many' | 'unknown'> {
    if (further === undefined) return { purpose: 'receive', account: await connections.active(user.tenantId) }
    const connected = await connections.connected(user.tenantId)
    const others = connected.filter(({ role }) => role === 'blocks')
    if (further === ONE_MORE)
      return others.length < MAX_FURTHER_ACCOUNTS ? { purpose: 'add', account: undefined } : 'too_many'
    const account = connected.find(({ id }) => id === further)
    if (account === undefined) return 'unknown'
    return { purpose: account.role === 'receives' ? 'receive' : 'renew', account }
  }

  async function consume({
    user,
    provider,
    sessionId,
    state,
  }: Pick<Callback, 'user' | 'provider' | 'sessionId' | 'state'>) {
    for (const purpose of PURPOSES) {
      const request = await authorizationRequests.consume({
        stateHash: hashOf(statedFor(purpose, state)),
        sessionHash: hashOf(sessionId),
        userId: user.id,
        tenantId: user.tenantId,
        provider,
        now: clock.now(),
      })
      if (request !== undefined) return { request, purpose }
    }
    return undefined
  }

  async function outcomeFor(
    callback: Callback,
    request: AuthorizationRequest,
    purpose: Purpose,
  ): Promise<ConnectOutcome> {
    const binding = bindingOf(providers, callback.provider)
    try {
      return await redeemCode(request, callback, binding, purpose)
    } catch (error) {
      log.warn('calendar_connect_error', {
        tenantId: request.tenantId,
        reason: 'unexpected',
        ...traceOf(error),
      })
      // An error of ours is answered too: the tokens end with this call, and she is told to try again.
      return error instanceof StoreError && error.reason === 'unavailable' ? 'not_stored' : 'failed'
    }
  }
}
