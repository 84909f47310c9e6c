import { createHash, randomBytes } from 'node:crypto'
import { MINUTE_MS } from '../domain/durations.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { AuthorizationRequest, AuthorizationRequestStore } from '../ports/authorization-request-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf } from '../ports/calendar-registry.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import { type ConnectOutcome, outcomeOf, STORED } from './connect-outcome.ts'
import { createRedeemCode, type RedeemParts } from './redeem-code.ts'
import { redirectUri } from './redirect-uri.ts'

export interface Callback {
  readonly user: User
  /** Of the web session. */
  readonly sessionId: string
  readonly provider: CalendarProviderType
  readonly state: string
  readonly code?: string
  readonly error?: string
  readonly errorSubcode?: string
  readonly errorDescription?: string
  /** `iss` of RFC 9207. */
  readonly issuer?: string
  readonly requestId?: string
}

export interface OAuthFlow {
  /** Starts connecting; `useOtherAccount` leaves out the hint at the account connected now. */
  start(request: {
    readonly user: User
    readonly sessionId: string
    readonly provider: CalendarProviderType
    readonly access: CalendarAccess
    readonly useOtherAccount: boolean
  }): Promise<URL>
  /** Handles a callback. Its state cannot be used again, whatever came of it. */
  finish(callback: Callback): Promise<ConnectOutcome>
}

/** How long the therapist may take between the start and the callback; authorization codes live about as long. */
const AUTHORIZATION_REQUEST_MS = 10 * MINUTE_MS

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const random = (): string => randomBytes(32).toString('base64url')

export interface OAuthFlowParts extends RedeemParts {
  readonly users: Pick<UserStore, 'byId'>
  readonly authorizationRequests: AuthorizationRequestStore
  readonly audit: AuditStore
}

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
    async start({ user, sessionId, provider, access, useOtherAccount }): Promise<URL> {
      const binding = bindingOf(providers, provider)
      const active = useOtherAccount ? undefined : await connections.active(user.tenantId)
      const known = active?.provider === provider ? active : undefined
      const state = random()
      const nonce = random()
      const codeVerifier = random()
      const authorization = await binding.connector.authorize({
        redirectUri: redirectUri(parts.appUrl, binding.features.slug),
        access,
        state,
        nonce,
        codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
        ...(known?.accountAddress !== undefined && { loginHint: known.accountAddress }),
      })
      const now = clock.now()
      await authorizationRequests.start({
        id: parts.issueId(),
        tenantId: user.tenantId,
        userId: user.id,
        sessionHash: sha256(sessionId),
        stateHash: sha256(state),
        provider,
        nonce,
        codeVerifier,
        access,
        now,
        expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_MS),
      })
      return authorization.url
    },

    async finish(callback): Promise<ConnectOutcome> {
      const { user, provider, state, sessionId } = callback
      const request = await authorizationRequests.consume({
        stateHash: sha256(state),
        sessionHash: sha256(sessionId),
        userId: user.id,
        tenantId: user.tenantId,
        provider,
        now: clock.now(),
      })
      if (request === undefined) {
        await audited(callback, 'oauth_state_mismatch')
        return 'unusable_state'
      }
      const current = await users.byId(user.id)
      if (current === undefined || !current.owner || current.tenantId !== request.tenantId) {
        await audited(callback, 'oauth_rights_lost')
        return 'lost_rights'
      }
      const outcome = await outcomeFor(callback, request)
      const detail = { access: request.access satisfies CalendarAccess }
      // The store has written an audit row of a connection in the transaction that stored it.
      if (STORED.has(outcome)) logged(callback, `calendar_connect_${outcome}`, detail)
      else await audited(callback, `calendar_connect_${outcome}`, detail)
      return outcome
    },
  }

  async function outcomeFor(callback: Callback, request: AuthorizationRequest): Promise<ConnectOutcome> {
    const binding = bindingOf(providers, callback.provider)
    if (callback.issuer !== undefined && !isIssuerOf(binding, callback.issuer)) return 'failed'
    if (callback.error !== undefined)
      return binding.consentOutcome(callback.error, callback.errorSubcode, callback.errorDescription)
    if (callback.code === undefined) return 'failed'
    try {
      return await redeemCode(request, callback.code, binding)
    } catch (error) {
      log.warn('calendar_connect_error', {
        tenantId: request.tenantId,
        reason: error instanceof CalendarError ? error.reason : 'unexpected',
        code: error instanceof CalendarError ? error.code : error instanceof Error ? error.name : undefined,
      })
      // An error of ours is answered too: nothing was stored, the tokens end with this call, and she is told to try again.
      return error instanceof CalendarError ? outcomeOf(error) : 'failed'
    }
  }
}

const isIssuerOf = (binding: CalendarBinding, issuer: string): boolean =>
  URL.canParse(issuer) && binding.features.issuerOrigins.includes(new URL(issuer).origin)
