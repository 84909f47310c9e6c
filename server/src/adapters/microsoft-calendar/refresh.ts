import type { AuthenticationResult } from '@azure/msal-node'
import { startDeadline } from '../../concurrency/deadline.ts'
import type { MicrosoftConfig } from '../../config.ts'
import { RetryAfterPauses } from '../../net/retry-after-pauses.ts'
import type { ConnectionContext } from '../../ports/calendar-connector.ts'
import { CalendarError } from '../../ports/calendar-provider.ts'
import type { StoredTokens } from '../../ports/token-vault.ts'
import { entraFailure } from './entra-errors.ts'
import { EntraNetwork, msalClient, type Wire } from './msal.ts'
import { type Purpose, scopesFor } from './scopes.ts'
import type { AccessToken } from './token-cache.ts'

export const ENTRA_TIMEOUT_MS = 5000
/** A refused grant is asked about at most this often: nothing but its owner mends it. */
const REFUSED_FOR_MS = 60_000
const REFUSALS_REMEMBERED = 10_000

export type TokenOwner = Pick<ConnectionContext, 'id' | 'tenantId' | 'accountKey'>

export interface Refreshed {
  /** The serialized cache, to be stored; the old refresh token stays in it where the answer brought none. */
  readonly cache: string
  readonly token: AccessToken
  readonly scopes: readonly string[]
}

/** One exchange of a refresh token for an access token, at the account's own tenant. Never repeated by itself. */
export class GrantRefresher {
  readonly #wire: Wire
  readonly #config: MicrosoftConfig
  readonly #pauses: RetryAfterPauses
  readonly #refused = new Map<string, { readonly until: number; readonly failure: CalendarError }>()

  constructor(wire: Wire, config: MicrosoftConfig) {
    this.#wire = wire
    this.#config = config
    this.#pauses = new RetryAfterPauses(wire.clock)
  }

  async refresh(owner: TokenOwner, stored: StoredTokens, purpose: Purpose, claims?: string): Promise<Refreshed> {
    const grant = `${owner.id} ${stored.version} ${purpose}`
    this.#admit(grant, owner)
    const [tid = ''] = owner.accountKey.split('.')
    const limit = startDeadline(this.#wire.clock, ENTRA_TIMEOUT_MS)
    const network = new EntraNetwork(this.#wire, limit.signal, 'refresh_token')
    try {
      const client = msalClient(this.#config, tid, network)
      client.getTokenCache().deserialize(stored.tokenCache)
      const [account] = await client.getTokenCache().getAllAccounts()
      if (account === undefined)
        throw new CalendarError('reconnect', 'no account in the tokens', { code: 'no_account' })
      const scopes = scopesFor(this.#config, purpose)
      const wanted = { account, scopes, forceRefresh: true, ...(claims === undefined ? {} : { claims }) }
      const result = await client.acquireTokenSilent(wanted)
      const token = this.#tokenOf(owner, result, network.last.expiresAt)
      return { cache: client.getTokenCache().serialize(), token, scopes: network.last.scopes ?? result.scopes }
    } catch (thrown) {
      throw this.#judge(grant, owner, entraFailure(network.last, thrown, tid))
    } finally {
      limit.end()
    }
  }

  /** Remembers that this grant is refused, so that not every caller asks Entra again. */
  refuse(grant: string, failure: CalendarError): void {
    for (const oldest of this.#refused.keys()) {
      if (this.#refused.size < REFUSALS_REMEMBERED) break
      this.#refused.delete(oldest)
    }
    this.#refused.set(grant, { until: this.#wire.clock.now().getTime() + REFUSED_FOR_MS, failure })
  }

  #admit(grant: string, owner: TokenOwner): void {
    const refused = this.#refused.get(grant)
    if (refused !== undefined && refused.until > this.#wire.clock.now().getTime()) throw refused.failure
    this.#refused.delete(grant)
    const pause = this.#pauses.pausedFor(owner.accountKey)
    if (pause > 0)
      throw new CalendarError('throttled', "Microsoft's sign-in asked for a pause", { retryAfterMs: pause })
  }

  #judge(grant: string, owner: TokenOwner, failure: CalendarError): CalendarError {
    const { reason, code, status, retryAfterMs, requestId } = failure
    if (reason === 'reconnect' || reason === 'admin_consent') this.refuse(grant, failure)
    if (retryAfterMs !== undefined) this.#pauses.pause(owner.accountKey, retryAfterMs)
    const line = { connectionId: owner.id, reason, code, status, requestId }
    // Ours to mend, and everybody's trouble at once: an operator must hear of it.
    if (reason === 'misconfigured') this.#wire.log.error('microsoft_client_rejected', line)
    else this.#wire.log.warn('token_refresh_failed', line)
    return failure
  }

  #tokenOf(owner: TokenOwner, result: AuthenticationResult, expiresAt: Date | undefined): AccessToken {
    const { accessToken, idToken, idTokenClaims } = result
    // MSAL resolves on any JSON object that names no error, even `{}`.
    if (accessToken === '' || expiresAt === undefined)
      throw new CalendarError('garbled', 'Microsoft answered without a token', { code: 'no_access_token' })
    // F-40: an answer for somebody else is not used and not stored.
    if (idToken !== '' && `${claim(idTokenClaims, 'tid')}.${claim(idTokenClaims, 'oid')}` !== owner.accountKey) {
      this.#wire.log.error('security_token_identity_mismatch', { connectionId: owner.id, tenantId: owner.tenantId })
      throw new CalendarError('reconnect', 'Microsoft answered for another account', { code: 'identity_mismatch' })
    }
    return { secret: accessToken, expiresAt: expiresAt.getTime() }
  }
}

const claim = (claims: object, name: string): unknown => Reflect.get(claims, name)
