import type { Clock } from '../../src/ports/clock.ts'
import {
  type ConnectionRef,
  type StoredTokens,
  type TokenStatus,
  type TokenVault,
  UnreadableTokens,
} from '../../src/ports/token-vault.ts'

interface Row {
  tokens: StoredTokens
  lease: { readonly id: string; readonly until: number } | undefined
  unreadable: boolean
  /** Of the mailbox, which other connections may share. */
  readonly account: string
}

/** A vault without a database: the same promises, and a count of what was asked of it. */
export class MemoryVault implements TokenVault {
  readonly asked = { read: 0, status: 0, pause: 0, lease: 0, commit: 0, release: 0 }
  /** Runs before each method: to fail, or to let somebody else act in between. */
  before: (method: keyof MemoryVault['asked']) => void | Promise<void> = () => {}
  readonly #rows = new Map<string, Row>()
  readonly #pausedUntil = new Map<string, number>()
  readonly #clock: Clock
  #leases = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Connects or reconnects; `account` where its mailbox is another connection's too. */
  put(ref: ConnectionRef, tokens: Omit<StoredTokens, 'version'>, account?: string): void {
    const known = this.#rows.get(keyOf(ref))
    this.#rows.set(keyOf(ref), {
      tokens: { ...tokens, version: (known?.tokens.version ?? 0) + 1 },
      lease: undefined,
      unreadable: false,
      account: account ?? known?.account ?? keyOf(ref),
    })
  }

  /** Disconnects. */
  shred(ref: ConnectionRef): void {
    this.#rows.delete(keyOf(ref))
  }

  spoil(ref: ConnectionRef): void {
    const row = this.#rows.get(keyOf(ref))
    if (row !== undefined) row.unreadable = true
  }

  /** Changes what is stored, as another process would. */
  replace(ref: ConnectionRef, change: Partial<Omit<StoredTokens, 'version'>>): void {
    const row = this.#rows.get(keyOf(ref))
    if (row !== undefined) row.tokens = { ...row.tokens, ...change, version: row.tokens.version + 1 }
  }

  peek(ref: ConnectionRef): StoredTokens | undefined {
    return this.#rows.get(keyOf(ref))?.tokens
  }

  async read(ref: ConnectionRef): Promise<StoredTokens | undefined> {
    await this.#ask('read')
    const row = this.#rows.get(keyOf(ref))
    if (row?.unreadable) throw new UnreadableTokens('the stored tokens cannot be decrypted')
    return row?.tokens
  }

  async status(ref: ConnectionRef): Promise<TokenStatus | undefined> {
    await this.#ask('status')
    const row = this.#rows.get(keyOf(ref))
    if (row === undefined) return undefined
    return { version: row.tokens.version, pausedForMs: Math.max(0, this.#pauseOf(row) - this.#clock.now().getTime()) }
  }

  async pause(ref: ConnectionRef, milliseconds: number): Promise<void> {
    await this.#ask('pause')
    const row = this.#rows.get(keyOf(ref))
    if (row === undefined) return
    const until = Math.max(this.#pauseOf(row), this.#clock.now().getTime() + milliseconds)
    this.#pausedUntil.set(row.account, until)
  }

  async lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined> {
    await this.#ask('lease')
    const row = this.#rows.get(keyOf(ref))
    const now = this.#clock.now().getTime()
    if (row === undefined || (row.lease !== undefined && row.lease.until > now)) return undefined
    this.#leases += 1
    row.lease = { id: `lease-${this.#leases}`, until: now + milliseconds }
    return row.lease.id
  }

  async commit(
    ref: ConnectionRef,
    lease: string,
    basedOn: number,
    tokens: Omit<StoredTokens, 'version'>,
  ): Promise<number | undefined> {
    await this.#ask('commit')
    const row = this.#rows.get(keyOf(ref))
    if (row === undefined || row.lease?.id !== lease || row.tokens.version !== basedOn) return undefined
    row.tokens = { ...tokens, version: basedOn + 1 }
    row.lease = undefined
    return row.tokens.version
  }

  async release(ref: ConnectionRef, lease: string): Promise<void> {
    await this.#ask('release')
    const row = this.#rows.get(keyOf(ref))
    if (row?.lease?.id === lease) row.lease = undefined
  }

  #pauseOf({ account }: Row): number {
    return this.#pausedUntil.get(account) ?? 0
  }

  async #ask(method: keyof MemoryVault['asked']): Promise<void> {
    this.asked[method] += 1
    await this.before(method)
  }
}

const keyOf = ({ tenantId, connectionId }: ConnectionRef): string => `${tenantId} ${connectionId}`
