import { createHash, randomBytes } from 'node:crypto'
import { MINUTE_MS } from '../domain/durations.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { AuthorizationRequest, AuthorizationRequestStore } from '../ports/authorization-request-store.ts'
import type { BookingStore } from '../ports/booking-store.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { CalendarAccess, Grant } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-provider.ts'
import type { CalendarProviderType } from '../ports/calendar-provider-type.ts'
import { bindingOf, type CalendarProviders } from '../ports/calendar-providers.ts'
import type { Clock } from '../ports/clock.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { IssueId } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { User, UserStore } from '../ports/user-store.ts'
import { type ConnectOutcome, outcomeOf, STORED } from './connect-outcome.ts'
import { createRevokeGrant } from './revoke-grant.ts'
import type { StagedTokens } from './staged-tokens.ts'

export interface Callback {
  readonly user: User
  readonly sessionId: string
  readonly provider: CalendarProviderType
  readonly state: string
  readonly code?: string
  readonly error?: string
  readonly errorSubcode?: string
  readonly errorDescription?: string
  /** RFC 9207. */
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
  /** Handles a callback. The state is used up whatever it brought. */
  finish(callback: Callback): Promise<ConnectOutcome>
}

/** How long a started connection may take; authorization codes live about as long. */
const ATTEMPT_MS = 10 * MINUTE_MS
/** For everything we ask of the provider during one callback. */
const CALLBACK_BUDGET_MS = 15_000

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const random = (): string => randomBytes(32).toString('base64url')

export interface ConnectParts {
  readonly users: Pick<UserStore, 'byId'>
  readonly connections: ConnectionStore
  readonly attempts: AuthorizationRequestStore
  readonly bookings: Pick<BookingStore, 'requeue'>
  readonly audit: AuditStore
  readonly providers: CalendarProviders
  readonly staged: StagedTokens
  readonly issueId: IssueId
  readonly clock: Clock
  readonly log: Log
  /** The public origin of this application. */
  readonly appUrl: string
}

export const redirectUri = (appUrl: string, slug: string): string => `${appUrl}/settings/calendar/callback/${slug}`

/** Authorization code with PKCE (RFC 6749, RFC 7636): start it, and finish it once, in the session that started it. */
export function createOAuthFlow(parts: ConnectParts): OAuthFlow {
  const { users, connections, attempts, audit, providers, clock, log } = parts
  const revoke = createRevokeGrant(parts)

  const say = (
    { user, provider, requestId }: Callback,
    event: string,
    detail: Readonly<Record<string, string>>,
  ): void => log.info(event, { tenantId: user.tenantId, userId: user.id, provider, requestId, ...detail })

  const note = async (
    callback: Callback,
    action: string,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const { user, provider, requestId } = callback
    say(callback, action, detail)
    await audit.append({
      tenantId: user.tenantId,
      actor: `user:${user.id}`,
      action,
      detail: { provider, ...detail },
      ...(requestId !== undefined && { requestId }),
    })
  }

  const redeem = async (
    attempt: AuthorizationRequest,
    code: string,
    binding: CalendarBinding,
  ): Promise<ConnectOutcome> => {
    const signal = AbortSignal.timeout(CALLBACK_BUDGET_MS)
    const redeemed = await binding.connector.redeem({
      redirectUri: redirectUri(parts.appUrl, binding.features.slug),
      access: attempt.access,
      code,
      codeVerifier: attempt.codeVerifier,
      nonce: attempt.nonce,
      signal,
    })
    const { tenantId, userId, provider } = attempt
    const { result: calendars, tokens } = await listCalendars(tenantId, redeemed, binding, signal)
    if (calendars.length === 0) return 'no_mailbox'
    // A refresh meanwhile asked for one level's scopes; what was granted is what redeeming said.
    const { tokenCache, accessExpiresAt } = tokens
    const grant = { ...redeemed, tokenCache, accessExpiresAt }
    const stored = await connections.store({ tenantId, userId, provider, grant, calendars, now: clock.now() })
    await revoke(stored.overtaken)
    if (stored.outcome === 'pending') return 'confirm'
    await parts.bookings.requeue(tenantId)
    return stored.outcome
  }

  /** Nothing is stored before the account has shown that it has calendars to read. */
  const listCalendars = (tenantId: string, grant: Grant, binding: CalendarBinding, signal: AbortSignal) => {
    const connectionId = parts.issueId()
    const { tokenCache, accessExpiresAt, scopes, accountKey, access } = grant
    const policy = { tentativeBlocks: true, workingElsewhereBlocks: false }
    return parts.staged.during({ tenantId, connectionId }, { tokenCache, accessExpiresAt, scopes }, () =>
      binding.connector.listCalendars(
        { id: connectionId, tenantId, accountKey, access, timeZone: 'UTC', calendarIds: [], policy },
        signal,
      ),
    )
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
      await attempts.start({
        id: parts.issueId(),
        tenantId: user.tenantId,
        userId: user.id,
        sessionHash: sha256(sessionId),
        stateHash: sha256(state),
        provider,
        nonce,
        codeVerifier,
        access,
        scopes: authorization.scopes,
        expectedAccount: known?.accountKey,
        now,
        expiresAt: new Date(now.getTime() + ATTEMPT_MS),
      })
      return authorization.url
    },

    async finish(callback): Promise<ConnectOutcome> {
      const { user, provider, state, sessionId } = callback
      const attempt = await attempts.consume({
        stateHash: sha256(state),
        sessionHash: sha256(sessionId),
        userId: user.id,
        tenantId: user.tenantId,
        provider,
        now: clock.now(),
      })
      if (attempt === undefined) {
        await note(callback, 'oauth_state_mismatch')
        return 'unusable_state'
      }
      const current = await users.byId(user.id)
      if (current === undefined || !current.owner || current.tenantId !== attempt.tenantId) {
        await note(callback, 'oauth_rights_lost')
        return 'lost_rights'
      }
      const outcome = await answer(callback, attempt)
      const detail = { access: attempt.access satisfies CalendarAccess }
      // What was stored has its audit row from the same transaction.
      if (STORED.has(outcome)) say(callback, `calendar_connect_${outcome}`, detail)
      else await note(callback, `calendar_connect_${outcome}`, detail)
      return outcome
    },
  }

  async function answer(callback: Callback, attempt: AuthorizationRequest): Promise<ConnectOutcome> {
    const binding = bindingOf(providers, callback.provider)
    if (callback.issuer !== undefined && !isIssuerOf(binding, callback.issuer)) return 'failed'
    if (callback.error !== undefined)
      return binding.consentOutcome(callback.error, callback.errorSubcode, callback.errorDescription)
    if (callback.code === undefined) return 'failed'
    try {
      return await redeem(attempt, callback.code, binding)
    } catch (error) {
      log.warn('calendar_connect_error', {
        tenantId: attempt.tenantId,
        reason: error instanceof CalendarError ? error.reason : 'unexpected',
        code: error instanceof CalendarError ? error.code : error instanceof Error ? error.name : undefined,
      })
      // Whatever else broke, nothing was stored: the tokens end with this call, and she is told to try again.
      return error instanceof CalendarError ? outcomeOf(error) : 'failed'
    }
  }
}

const isIssuerOf = (binding: CalendarBinding, issuer: string): boolean =>
  URL.canParse(issuer) && binding.features.formOrigins.includes(new URL(issuer).origin)
