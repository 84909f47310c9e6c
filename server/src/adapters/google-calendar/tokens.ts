import { z } from 'zod'
import { abandonable, CallerLeft, type Sleep, startDeadline, TimeIsUp } from '../../concurrency/deadline.ts'
import { SingleFlight } from '../../concurrency/single-flight.ts'
import { redacted } from '../../net/redact.ts'
import { CallPaused } from '../../net/retry-after-pauses.ts'
import { CalendarError, InsufficientScope } from '../../ports/calendar-provider.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type ConnectionRef, type StoredTokens, type TokenVault, UnreadableTokens } from '../../ports/token-vault.ts'
import { garbled, noAnswer, oauthFailure } from './errors.ts'
import { answerOf, type GoogleParts, oauthClient } from './google-client.ts'

/** What is kept, sealed, of a grant. `expiresAt` is in milliseconds since 1970. */
export const TokenCache = z.object({
  refreshToken: z.string().min(1),
  accessToken: z.string().min(1),
  expiresAt: z.number(),
  scopes: z.array(z.string()),
})
export type TokenCache = z.infer<typeof TokenCache>

/** An answer of the token endpoint: developers.google.com/identity/protocols/oauth2/web-server#exchange-authorization-code */
export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
  scope: z.string().default(''),
  // The library replaces `expires_in` by this.
  expiry_date: z.number(),
})
export type TokenAnswer = z.infer<typeof TokenAnswer>

export const TOKEN_ENDPOINT_MS = 5000
/** A token that ends sooner is renewed at once, so that none ends under way. */
const RENEW_BEFORE_MS = 60_000
const LEASE_MS = 15_000
const WAIT_FOR_RIVAL_MS = 5000
const POLL_MS = 100
/** A refresh belongs to all who wait for it: no single caller ends it. */
const NEVER = new AbortController().signal

/** Understands an answer of the token endpoint, and raises the alarm when it refuses us rather than the therapist. */
export function understandTokens(
  answer: unknown,
  response: { readonly status: number; readonly data: unknown; readonly headers: Headers },
  parts: GoogleParts,
): TokenAnswer {
  const { status, data, headers } = response
  if (status !== 200) {
    const failure = oauthFailure(answerOf(status, data, headers.get('retry-after'), parts.clock))
    const fields = { code: failure.code, status: failure.status }
    if (failure.reason === 'misconfigured') parts.log.error('google_client_rejected', fields)
    throw failure
  }
  const parsed = TokenAnswer.safeParse(answer)
  if (!parsed.success) throw garbled('the tokens')
  // The library counts from the system's clock; the rest of the program from the clock it was given.
  const lifetime = parsed.data.expiry_date - Date.now()
  return { ...parsed.data, expiry_date: parts.clock.now().getTime() + lifetime }
}

export const scopeList = (scopes: string): readonly string[] => scopes.split(' ').filter((scope) => scope !== '')

/** Asks Google for a new access token. */
export async function refreshTokens(parts: GoogleParts, old: TokenCache): Promise<TokenCache> {
  const deadline = startDeadline(parts.clock, TOKEN_ENDPOINT_MS)
  try {
    const client = oauthClient(parts, deadline.signal)
    client.setCredentials({ refresh_token: old.refreshToken })
    // The result carries the old refresh token whatever came back; only this event shows a new one.
    let received: unknown
    client.once('tokens', (tokens) => {
      received = { ...tokens }
    })
    const { res } = await client.refreshAccessToken()
    if (!res) throw garbled('no answer to a refresh')
    const fresh = understandTokens(received, res, parts)
    const scopes = fresh.scope === '' ? old.scopes : scopeList(fresh.scope)
    if (old.scopes.some((scope) => !scopes.includes(scope)))
      throw new InsufficientScope('reconnect', 'The grant has become narrower')
    return {
      refreshToken: fresh.refresh_token ?? old.refreshToken,
      accessToken: fresh.access_token,
      expiresAt: fresh.expiry_date,
      scopes: [...scopes],
    }
  } catch (error) {
    throw noAnswer(error, deadline.signal)
  } finally {
    deadline.end()
  }
}

const gone = (code: string): CalendarError =>
  new CalendarError('reconnect', 'The connection has no usable tokens', { code })

/** Access tokens for connections: at most one refresh at a time, whatever the number of callers and processes. */
export class Tokens {
  readonly #vault: TokenVault
  readonly #clock: Clock
  readonly #log: Log
  readonly #sleep: Sleep
  readonly #refresh: (old: TokenCache) => Promise<TokenCache>
  readonly #flights = new SingleFlight<string>()
  /** By connection, good for one version of its row only. */
  readonly #held = new Map<string, { readonly version: number; readonly cache: TokenCache }>()

  constructor(parts: {
    readonly vault: TokenVault
    readonly clock: Clock
    readonly log: Log
    readonly sleep: Sleep
    refresh(old: TokenCache): Promise<TokenCache>
  }) {
    this.#vault = parts.vault
    this.#clock = parts.clock
    this.#log = parts.log
    this.#sleep = parts.sleep
    this.#refresh = parts.refresh
  }

  /** `rejected`: a token that Google has just refused, which is not to be given again. */
  async accessToken(ref: ConnectionRef, rejected?: string, signal?: AbortSignal): Promise<string> {
    try {
      return await this.#current(ref, rejected, signal)
    } catch (error) {
      if (error instanceof CalendarError || error instanceof CallerLeft || error instanceof TimeIsUp) throw error
      throw new CalendarError('unavailable', 'The stored tokens could not be reached', { cause: redacted(error) })
    }
  }

  async #current(ref: ConnectionRef, rejected: string | undefined, signal: AbortSignal | undefined): Promise<string> {
    const key = JSON.stringify([ref.tenantId, ref.connectionId])
    // The row decides, not our memory: another process may have disconnected or replaced the account.
    const status = await abandonable(this.#vault.status(ref), signal)
    if (status === undefined) {
      this.#held.delete(key)
      throw gone('disconnected')
    }
    const { version, pausedForMs } = status
    // Whoever brings a refused token has just called, and is not held.
    if (pausedForMs > 0 && rejected === undefined) throw new CallPaused('Google is left alone for now', pausedForMs)
    const held = this.#held.get(key)
    if (held?.version === version && this.#usable(held.cache, rejected)) return held.cache.accessToken
    return this.#flights.run(`${key}${rejected ?? ''}`, () => this.#obtain(ref, key, rejected), signal)
  }

  #usable(cache: TokenCache, rejected: string | undefined): boolean {
    return cache.accessToken !== rejected && cache.expiresAt - this.#clock.now().getTime() > RENEW_BEFORE_MS
  }

  async #obtain(ref: ConnectionRef, key: string, rejected: string | undefined): Promise<string> {
    for (let waited = 0; waited <= WAIT_FOR_RIVAL_MS; waited += POLL_MS) {
      const stored = await this.#open(ref)
      if (this.#usable(stored.cache, rejected)) return this.#hold(key, stored.version, stored.cache)
      const lease = await this.#vault.lease(ref, LEASE_MS)
      const token = lease === undefined ? undefined : await this.#refreshUnder(lease, ref, key, stored.version)
      if (token !== undefined) return token
      await this.#sleep(POLL_MS, NEVER)
    }
    throw new CalendarError('unavailable', 'Somebody else is refreshing the tokens', { code: 'refresh_busy' })
  }

  /** Undefined when the row has changed meanwhile: it is read again. */
  async #refreshUnder(lease: string, ref: ConnectionRef, key: string, seen: number): Promise<string | undefined> {
    try {
      const { version, cache } = await this.#open(ref)
      if (version !== seen) return undefined
      const fresh = await this.#refresh(cache)
      const written = await this.#vault.commit(ref, lease, version, {
        tokenCache: JSON.stringify(fresh),
        accessExpiresAt: new Date(fresh.expiresAt),
        scopes: fresh.scopes,
      })
      if (written === undefined) return undefined
      this.#log.info('google_tokens_refreshed', { connectionId: ref.connectionId })
      return this.#hold(key, written, fresh)
    } catch (error) {
      // A grant that was replaced under way is refused for that reason alone.
      const now = await this.#vault.status(ref)
      if (now !== undefined && now.version !== seen) return undefined
      throw error
    } finally {
      await this.#vault.release(ref, lease)
    }
  }

  #hold(key: string, version: number, cache: TokenCache): string {
    this.#held.set(key, { version, cache })
    return cache.accessToken
  }

  async #open(ref: ConnectionRef): Promise<{ readonly version: number; readonly cache: TokenCache }> {
    const stored = await this.#read(ref)
    if (stored === undefined) throw gone('disconnected')
    try {
      return { version: stored.version, cache: TokenCache.parse(JSON.parse(stored.tokenCache)) }
    } catch {
      throw gone('unreadable_tokens')
    }
  }

  async #read(ref: ConnectionRef): Promise<StoredTokens | undefined> {
    try {
      return await this.#vault.read(ref)
    } catch (error) {
      if (!(error instanceof UnreadableTokens)) throw error
      this.#log.error('tokens_unreadable', { connectionId: ref.connectionId })
      throw gone('unreadable_tokens')
    }
  }
}
