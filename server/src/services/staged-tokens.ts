import type { ConnectionRef, StoredTokens, TokenStatus, TokenVault } from '../ports/token-vault.ts'

type Tokens = Omit<StoredTokens, 'version'>

/** Always granted: staged tokens are known to one callback, which makes one refresh at a time. */
const LEASE = 'staged'

/**
 * A token vault that also has the tokens of accounts that are being connected, in memory, for the length of one callback:
 * their calendars are listed before anything is stored (server/docs/decisions/008-connecting-before-storing.md). What it
 * does not know as staged, it asks of the stored vault. Staged tokens can be refreshed like others, because a provider may
 * refuse even a new access token, and only a second one shows that the account, and not the token, is the reason.
 */
export class StagedTokens implements TokenVault {
  readonly #stored: TokenVault
  readonly #staged = new Map<string, StoredTokens>()

  constructor(stored: TokenVault) {
    this.#stored = stored
  }

  /** Runs `act` while the tokens are staged; gives its result and the newest tokens, because a refresh may have ended the first. */
  async during<T>(
    ref: ConnectionRef,
    tokens: Tokens,
    act: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly tokens: Tokens }> {
    const { connectionId } = ref
    this.#staged.set(connectionId, { ...tokens, version: 0 })
    try {
      const result = await act()
      return { result, tokens: this.#staged.get(connectionId) ?? tokens }
    } finally {
      this.#staged.delete(connectionId)
    }
  }

  read(ref: ConnectionRef): Promise<StoredTokens | undefined> {
    const staged = this.#staged.get(ref.connectionId)
    return staged === undefined ? this.#stored.read(ref) : Promise.resolve(staged)
  }

  status(ref: ConnectionRef): Promise<TokenStatus | undefined> {
    const staged = this.#staged.get(ref.connectionId)
    if (staged === undefined) return this.#stored.status(ref)
    return Promise.resolve({ version: staged.version, pausedForMs: 0 })
  }

  /** Not kept for a staged account: the adapter keeps a pause in memory too, and no other process calls for this account yet. */
  pause(ref: ConnectionRef, milliseconds: number): Promise<void> {
    return this.#staged.has(ref.connectionId) ? Promise.resolve() : this.#stored.pause(ref, milliseconds)
  }

  lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined> {
    return this.#staged.has(ref.connectionId) ? Promise.resolve(LEASE) : this.#stored.lease(ref, milliseconds)
  }

  commit(...[ref, lease, basedOn, tokens]: Parameters<TokenVault['commit']>): Promise<number | undefined> {
    const staged = this.#staged.get(ref.connectionId)
    if (staged === undefined) return this.#stored.commit(ref, lease, basedOn, tokens)
    if (staged.version !== basedOn) return Promise.resolve(undefined)
    const version = basedOn + 1
    this.#staged.set(ref.connectionId, { ...tokens, version })
    return Promise.resolve(version)
  }

  release(ref: ConnectionRef, lease: string): Promise<void> {
    return this.#staged.has(ref.connectionId) ? Promise.resolve() : this.#stored.release(ref, lease)
  }
}
