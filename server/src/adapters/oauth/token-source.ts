import { abandonable, Cancelled, DeadlineExceeded, type Sleep } from '../../concurrency/deadline.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import { BoundedMap } from '../../net/bounded-map.ts'
import { redacted } from '../../net/redact.ts'
import { CallPaused } from '../../net/retry-after-pauses.ts'
import type { ConnectedAccount } from '../../ports/calendar-connector.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-failure.ts'
import type { Clock } from '../../ports/clock.ts'
import { type ConnectionRef, type StoredTokens, type TokenVault, UnreadableTokens } from '../../ports/token-vault.ts'
import { type ExchangeParts, logExchange } from './exchange-log.ts'
import { RefreshBackoff } from './refresh-backoff.ts'
import type { AccessToken, Purpose, Refreshed, Rejection, TokenClient } from './token-client.ts'

/** More than the five minutes by which the clocks of processes may differ (F-71), and than the longest call lasts. */
const RENEW_BEFORE_MS = 5 * 60_000 + 15_000
/** Longer than a refresh may take. The lease of a process that has ended is taken over after it. */
const LEASE_MS = 10_000
const WAIT_FOR_LEASE_MS = 5000
const CACHED_TOKENS = 20_000
/** The signal of a refresh, which several callers may wait for: none of them ends it by leaving. */
const NEVER = new AbortController().signal

export interface TokenSourceParts extends ExchangeParts {
  readonly vault: TokenVault
  readonly clock: Clock
  readonly sleep: Sleep
  /** In [0, 1). */
  readonly random: () => number
}

/**
 * Access tokens of connections: from the cache in memory, else from the vault, else by one refresh among all callers and
 * processes.
 */
export class TokenSource {
  readonly #parts: TokenSourceParts
  readonly #client: TokenClient
  readonly #backoff: RefreshBackoff
  readonly #flights = new SingleFlight<string>()
  /** By connection and purpose. An entry counts while the stored tokens have its version. */
  readonly #cache = new BoundedMap<AccessToken & { readonly version: number }>(CACHED_TOKENS)

  constructor(parts: TokenSourceParts, client: TokenClient) {
    this.#parts = parts
    this.#client = client
    this.#backoff = new RefreshBackoff(parts.clock)
  }

  /**
   * An access token that lasts five minutes at least and, where one was rejected, another one. Rejects with a CalendarError, or
   * with the reason of the caller's signal.
   */
  async access(owner: ConnectedAccount, purpose: Purpose, signal?: AbortSignal, rejected?: Rejection): Promise<string> {
    // Read each time, because another process may have disconnected the account or stored newer tokens (TS-23).
    const status = await stored(() => abandonable(this.#parts.vault.status(refOf(owner)), signal))
    if (status === undefined) throw this.#forget(owner)
    const { version, pausedForMs } = status
    // Another process may have stored a pause. It is ignored after a rejected token: that call is under way already.
    if (pausedForMs > 0 && rejected === undefined) throw new CallPaused('the provider asked for a pause', pausedForMs)
    const cached = this.#cache.get(cacheKey(owner, purpose))
    if (cached?.version === version && this.#lasts(cached) && cached.secret !== rejected?.token) return cached.secret
    const flight = JSON.stringify([cacheKey(owner, purpose), version, rejected?.token, rejected?.claims])
    return this.#flights.run(flight, () => this.#obtain(owner, purpose, rejected), signal)
  }

  /** Refreshes the tokens, however new they are. Rejects as `access` does. */
  async renew(owner: ConnectedAccount, signal?: AbortSignal): Promise<void> {
    const token = this.#tokenIn(owner, await this.#read(owner), 'read')?.secret ?? ''
    await this.access(owner, 'read', signal, { token })
  }

  #forget(owner: ConnectedAccount): CalendarError {
    for (const purpose of ['read', 'write'] as const) this.#cache.delete(cacheKey(owner, purpose))
    return disconnected()
  }

  #lasts({ expiresAt }: AccessToken): boolean {
    return expiresAt - this.#parts.clock.now().getTime() > RENEW_BEFORE_MS
  }

  async #obtain(owner: ConnectedAccount, purpose: Purpose, rejected: Rejection | undefined): Promise<string> {
    const { vault, sleep, random } = this.#parts
    let first: number | undefined
    for (let waited = 0; waited <= WAIT_FOR_LEASE_MS; ) {
      const tokens = await this.#read(owner)
      first ??= tokens.version
      const token = this.#tokenIn(owner, tokens, purpose)
      // Claims are answered by any refresh since the first read, ours or another process's: it raises the version.
      const stale = token?.secret === rejected?.token || (rejected?.claims !== undefined && tokens.version === first)
      if (token && !stale && this.#lasts(token)) return this.#keep(owner, purpose, tokens.version, token)
      this.#backoff.admit(grantKey(owner, tokens.version, purpose), owner.accountKey)
      const lease = await stored(() => vault.lease(refOf(owner), LEASE_MS))
      const fresh = lease && (await this.#refreshUnder(lease, owner, purpose, tokens.version, rejected?.claims))
      if (fresh) return fresh
      const wait = 40 + random() * 80
      await sleep(wait, NEVER)
      waited += wait
    }
    throw new CalendarError('unavailable', 'another process is still refreshing the tokens', { code: 'lease_held' })
  }

  /** Undefined where other tokens were stored meanwhile, which are to be read then. */
  async #refreshUnder(
    lease: string,
    owner: ConnectedAccount,
    purpose: Purpose,
    version: number,
    claims: string | undefined,
  ): Promise<string | undefined> {
    const { vault } = this.#parts
    const ref = refOf(owner)
    try {
      const tokens = await this.#read(owner)
      if (tokens.version !== version) return undefined
      const fresh = await this.#exchange(owner, tokens, purpose, claims)
      if (fresh === undefined) return undefined
      const committed = await stored(() => vault.commit(ref, lease, version, fresh.tokens))
      if (committed === undefined) {
        const status = await stored(() => vault.status(ref))
        if (status === undefined) throw disconnected()
        if (status.version !== version) return undefined
      }
      if (fresh.access === undefined) throw this.#narrower(owner, purpose, committed)
      // Another process took over the lease, and stored nothing yet: the token is valid, and is used without being kept.
      return committed === undefined ? fresh.access.secret : this.#keep(owner, purpose, committed, fresh.access)
    } finally {
      // A lease that cannot be given back ends by time; the failure to do so must not hide the outcome of the refresh.
      await vault.release(ref, lease).catch(() => {})
    }
  }

  /** Undefined where the exchange failed and other tokens were stored meanwhile: the failure says nothing about those. */
  async #exchange(
    owner: ConnectedAccount,
    tokens: StoredTokens,
    purpose: Purpose,
    claims: string | undefined,
  ): Promise<Refreshed | undefined> {
    const { id: connectionId, tenantId, accountKey } = owner
    try {
      return await logExchange(this.#parts, { grant: 'refresh_token', connectionId, tenantId }, async () => {
        const fresh = await this.#client.refresh(owner, tokens, purpose, claims)
        if (fresh.accountKey !== undefined && fresh.accountKey !== accountKey) throw this.#somebodyElses(owner)
        return fresh
      })
    } catch (failure) {
      if (!(failure instanceof CalendarError)) throw failure
      this.#backoff.note(grantKey(owner, tokens.version, purpose), accountKey, failure)
      const now = await this.#parts.vault.status(refOf(owner)).catch(() => undefined)
      if (now !== undefined && now.version !== tokens.version) return undefined
      throw failure
    }
  }

  /** The failure of an answer with another account's tokens, which are neither used nor stored (F-40). */
  #somebodyElses({ id: connectionId, tenantId }: ConnectedAccount): CalendarError {
    this.#parts.log.error('security_token_identity_mismatch', { connectionId, tenantId })
    return new CalendarError('reconnect', 'the tokens are of another account', { code: 'identity_mismatch' })
  }

  /**
   * The failure of a refresh that grants less than the purpose needs. Its newer refresh token is stored all the same (F-50).
   */
  #narrower(owner: ConnectedAccount, purpose: Purpose, version: number | undefined): CalendarError {
    const { id: connectionId, tenantId, accountKey } = owner
    const failure = new InsufficientScope('reconnect', 'less is granted than before')
    if (version !== undefined) this.#backoff.note(grantKey(owner, version, purpose), accountKey, failure)
    this.#parts.log.warn('token_scopes_narrower', { connectionId, tenantId, purpose })
    return failure
  }

  async #read(owner: ConnectedAccount): Promise<StoredTokens> {
    try {
      const tokens = await stored(() => this.#parts.vault.read(refOf(owner)))
      if (tokens === undefined) throw disconnected()
      return tokens
    } catch (error) {
      throw error instanceof UnreadableTokens ? this.#unreadable(owner) : error
    }
  }

  #tokenIn(owner: ConnectedAccount, tokens: StoredTokens, purpose: Purpose): AccessToken | undefined {
    try {
      return this.#client.accessTokenIn(tokens, purpose)
    } catch {
      throw this.#unreadable(owner)
    }
  }

  #unreadable({ id: connectionId, tenantId }: ConnectedAccount): CalendarError {
    this.#parts.log.error('tokens_unreadable', { connectionId, tenantId })
    return new CalendarError('reconnect', 'the stored tokens cannot be read', { code: 'tokens_unreadable' })
  }

  #keep(owner: ConnectedAccount, purpose: Purpose, version: number, token: AccessToken): string {
    this.#cache.set(cacheKey(owner, purpose), { ...token, version })
    return token.secret
  }
}

const refOf = ({ id, tenantId }: ConnectedAccount): ConnectionRef => ({ tenantId, connectionId: id })
const cacheKey = ({ id, tenantId }: ConnectedAccount, purpose: Purpose): string => `${tenantId} ${id} ${purpose}`
const grantKey = (owner: ConnectedAccount, version: number, purpose: Purpose): string =>
  `${cacheKey(owner, purpose)} ${version}`

const disconnected = (): CalendarError =>
  new CalendarError('reconnect', 'the calendar is not connected', { code: 'disconnected' })

/** The vault's answer. A vault that cannot be reached is `unavailable`: it says nothing about the grant. */
async function stored<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof UnreadableTokens || error instanceof Cancelled || error instanceof DeadlineExceeded)
      throw error
    const cause = redacted(error)
    throw new CalendarError('unavailable', 'the stored tokens could not be reached', { code: 'token_store', cause })
  }
}
