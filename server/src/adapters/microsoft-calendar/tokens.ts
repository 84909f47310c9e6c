import { type Sleep, startDeadline } from '../../concurrency/deadline.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import type { MicrosoftConfig } from '../../config.ts'
import { redacted } from '../../net/redact.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-provider.ts'
import { type ConnectionRef, type StoredTokens, type TokenVault, UnreadableTokens } from '../../ports/token-vault.ts'
import { paused } from './errors.ts'
import type { Wire } from './msal.ts'
import { GrantRefresher, type TokenOwner } from './refresh.ts'
import { allows, type Purpose } from './scopes.ts'
import { type AccessToken, accessTokenIn } from './token-cache.ts'

/** Longer than the five minutes by which processes' clocks may differ (F-71), and than the longest call. */
const RENEW_BEFORE_MS = 5 * 60_000 + 15_000
/** Outlasts the request it covers; whoever died holding it is replaced after this. */
const LEASE_MS = 10_000
const WAIT_FOR_WINNER_MS = 5000
const REMEMBERED_TOKENS = 20_000

/** An access token that Graph would not take, and what it wants instead. */
export interface Rejection {
  readonly token: string
  readonly claims?: string
}

export interface TokenParts extends Wire {
  readonly config: MicrosoftConfig
  readonly vault: TokenVault
  readonly sleep: Sleep
  readonly random: () => number
}

interface Remembered extends AccessToken {
  readonly version: number
}

/** Access tokens of connections: from memory, else from the sealed cache, else by one refresh among all processes. */
export class MicrosoftTokens {
  readonly #parts: TokenParts
  readonly #refresher: GrantRefresher
  readonly #memory = new Map<string, Remembered>()
  readonly #flights = new SingleFlight<string>()

  constructor(parts: TokenParts) {
    this.#parts = parts
    this.#refresher = new GrantRefresher(parts, parts.config)
  }

  /** An access token for Graph, good for five minutes at least. Rejects with a CalendarError, or when the caller leaves. */
  async access(owner: TokenOwner, purpose: Purpose, signal?: AbortSignal, rejected?: Rejection): Promise<string> {
    // Read each time, so that a disconnect in another process ends the use of what is in memory here (TS-23).
    const status = await stored(() => this.#parts.vault.status(refOf(owner)))
    if (status === undefined) throw gone()
    const { version, pausedForMs } = status
    // Another process, or another connection to the mailbox, was asked for it. Whoever brings a refused token has just called.
    if (pausedForMs > 0 && rejected === undefined) throw paused(pausedForMs)
    const known = this.#memory.get(`${owner.id} ${purpose}`)
    if (known?.version === version && this.#lasts(known) && known.secret !== rejected?.token) return known.secret
    const flight = [owner.id, purpose, version, rejected === undefined ? '' : 'rejected', rejected?.claims ?? '']
    return this.#flights.run(flight.join(' '), () => this.#obtain(owner, purpose, rejected), signal)
  }

  /** Refreshes, whatever is still valid: each use of a refresh token gives it another 90 days. */
  async renew(owner: TokenOwner, signal?: AbortSignal): Promise<void> {
    const token = accessTokenIn(this.#parts.config, await this.#read(owner), 'read')?.secret ?? ''
    await this.access(owner, 'read', signal, { token })
  }

  #lasts({ expiresAt }: AccessToken): boolean {
    return expiresAt - this.#parts.clock.now().getTime() > RENEW_BEFORE_MS
  }

  async #obtain(owner: TokenOwner, purpose: Purpose, rejected: Rejection | undefined): Promise<string> {
    const { config, vault, clock, sleep, random } = this.#parts
    const patience = startDeadline(clock, WAIT_FOR_WINNER_MS)
    const forever = new AbortController().signal
    let first: number | undefined
    try {
      for (;;) {
        const tokens = await this.#read(owner)
        first ??= tokens.version
        const token = accessTokenIn(config, tokens, purpose)
        // A claims challenge is answered by a refresh: ours or, since we first looked, somebody else's.
        const stale = token?.secret === rejected?.token || (rejected?.claims !== undefined && tokens.version === first)
        if (token && !stale && this.#lasts(token)) return this.#remember(owner, purpose, tokens.version, token)
        const lease = await stored(() => vault.lease(refOf(owner), LEASE_MS))
        if (lease !== undefined) {
          const fresh = await this.#refreshUnder(lease, owner, purpose, tokens.version, rejected?.claims)
          if (fresh !== undefined) return fresh
        } else if (patience.left() === 0)
          throw new CalendarError('unavailable', 'another process is still at the token', { code: 'lease_held' })
        else await sleep(40 + random() * 80, forever)
      }
    } finally {
      patience.end()
    }
  }

  /** Undefined when somebody else committed first: then what they stored is to be read. */
  async #refreshUnder(
    lease: string,
    owner: TokenOwner,
    purpose: Purpose,
    version: number,
    claims: string | undefined,
  ): Promise<string | undefined> {
    const { vault } = this.#parts
    const ref = refOf(owner)
    try {
      const tokens = await this.#read(owner)
      if (tokens.version !== version) return undefined
      const { cache, token, scopes } = await this.#refresher.refresh(owner, tokens, purpose, claims)
      const next = { tokenCache: cache, accessExpiresAt: new Date(token.expiresAt), scopes }
      const committed = await stored(() => vault.commit(ref, lease, version, next))
      // Lost the lease, or disconnected meanwhile: only the latter forbids what is already in our hands.
      if (committed === undefined && (await stored(() => vault.status(ref))) === undefined) throw gone()
      this.#checkScopes(owner, purpose, scopes, committed)
      return committed === undefined ? token.secret : this.#remember(owner, purpose, committed, token)
    } finally {
      // The lease ends by itself: a failure to give it back must not hide how the refresh went.
      await vault.release(ref, lease).catch(() => {})
    }
  }

  /** F-50: the newer refresh token is kept, the narrower grant is not worked with. */
  #checkScopes(owner: TokenOwner, purpose: Purpose, scopes: readonly string[], version: number | undefined): void {
    if (allows(this.#parts.config, scopes, purpose)) return
    const failure = new InsufficientScope('reconnect', 'Microsoft no longer grants what was agreed')
    if (version !== undefined) this.#refresher.refuse(`${owner.id} ${version} ${purpose}`, failure)
    this.#parts.log.warn('token_scopes_narrower', { connectionId: owner.id, purpose })
    throw failure
  }

  async #read(owner: TokenOwner): Promise<StoredTokens> {
    try {
      const tokens = await stored(() => this.#parts.vault.read(refOf(owner)))
      if (tokens === undefined) throw gone()
      return tokens
    } catch (error) {
      if (!(error instanceof UnreadableTokens)) throw error
      this.#parts.log.error('tokens_unreadable', { connectionId: owner.id, tenantId: owner.tenantId })
      throw new CalendarError('reconnect', 'the stored tokens cannot be opened', { code: 'tokens_unreadable' })
    }
  }

  #remember(owner: TokenOwner, purpose: Purpose, version: number, token: AccessToken): string {
    const key = `${owner.id} ${purpose}`
    this.#memory.delete(key)
    for (const oldest of this.#memory.keys()) {
      if (this.#memory.size < REMEMBERED_TOKENS) break
      this.#memory.delete(oldest)
    }
    this.#memory.set(key, { ...token, version })
    return token.secret
  }
}

const refOf = ({ id, tenantId }: TokenOwner): ConnectionRef => ({ tenantId, connectionId: id })

const gone = (): CalendarError =>
  new CalendarError('reconnect', 'the calendar is not connected', { code: 'disconnected' })

/** A vault that cannot be reached is our trouble of the moment, and says nothing about the grant. */
async function stored<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof CalendarError || error instanceof UnreadableTokens) throw error
    const cause = redacted(error)
    throw new CalendarError('unavailable', 'the stored tokens could not be reached', { code: 'token_store', cause })
  }
}
