import type { ConnectionRef, StoredTokens, TokenVault } from '../ports/token-vault.ts'

/**
 * A vault before the vault: tokens of an account that is just being connected, so that its calendars can be listed
 * before anything is stored. They live in memory for the length of one callback.
 */
export class StagedTokens implements TokenVault {
  readonly #stored: TokenVault
  readonly #staged = new Map<string, StoredTokens>()

  constructor(stored: TokenVault) {
    this.#stored = stored
  }

  async during<T>(ref: ConnectionRef, tokens: Omit<StoredTokens, 'version'>, act: () => Promise<T>): Promise<T> {
    this.#staged.set(ref.connectionId, { ...tokens, version: 0 })
    try {
      return await act()
    } finally {
      this.#staged.delete(ref.connectionId)
    }
  }

  read(ref: ConnectionRef): Promise<StoredTokens | undefined> {
    const staged = this.#staged.get(ref.connectionId)
    return staged === undefined ? this.#stored.read(ref) : Promise.resolve(staged)
  }

  version(ref: ConnectionRef): Promise<number | undefined> {
    const staged = this.#staged.get(ref.connectionId)
    return staged === undefined ? this.#stored.version(ref) : Promise.resolve(staged.version)
  }

  /** Staged tokens are minutes old: nobody needs to refresh them. */
  lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined> {
    return this.#staged.has(ref.connectionId) ? Promise.resolve(undefined) : this.#stored.lease(ref, milliseconds)
  }

  commit(...[ref, lease, basedOn, tokens]: Parameters<TokenVault['commit']>): Promise<number | undefined> {
    return this.#stored.commit(ref, lease, basedOn, tokens)
  }

  release(ref: ConnectionRef, lease: string): Promise<void> {
    return this.#stored.release(ref, lease)
  }
}
