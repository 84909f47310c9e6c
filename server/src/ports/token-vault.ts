/** Names one connection of one tenant; both are always needed to reach a token. */
export interface ConnectionRef {
  readonly tenantId: string
  readonly connectionId: string
}

export interface StoredTokens {
  /** What the provider's client needs to obtain access tokens, in the provider's own form. Secret. */
  readonly tokenCache: string
  /** Counts the writes, from 1: a write is accepted only from whoever read the newest. */
  readonly version: number
  readonly accessExpiresAt: Date | undefined
  readonly scopes: readonly string[]
}

/** Whether a connection may be used now, before anything of it is decrypted. */
export interface TokenStatus {
  /** Of its tokens. */
  readonly version: number
  /** How long its mailbox is to be left alone, in milliseconds; 0: not at all. */
  readonly pausedForMs: number
}

/**
 * The encrypted token caches of connections. A connection is live from its connection to its disconnection; of one that
 * is not live, or that belongs to another tenant than the reference says, nothing is read and nothing changed.
 *
 * A ciphertext decrypts in its own row, tenant, provider, field and version only: copied into another one, or written
 * back from an earlier version, it is UnreadableTokens.
 *
 * No method holds a transaction open. Leases and pauses use the database's clock, so that processes with wrong clocks
 * agree. Every method may reject with a StoreError.
 */
export interface TokenVault {
  /** Undefined when the connection is not live. Rejects with UnreadableTokens. */
  read(ref: ConnectionRef): Promise<StoredTokens | undefined>
  /** Cheap, decrypts nothing: asked before each call to a provider. Undefined when the connection is not live. */
  status(ref: ConnectionRef): Promise<TokenStatus | undefined>
  /**
   * The mailbox of the connection is to be left alone for so long, by every process. It counts for every connection to
   * the mailbox, of whatever tenant. It ends by time alone: a shorter pause does not shorten it, and it outlives a newer
   * version of the tokens, a disconnection and a reconnection.
   */
  pause(ref: ConnectionRef, milliseconds: number): Promise<void>
  /**
   * The right to refresh, for `milliseconds`; undefined when somebody else has it. It ends with its time, with `release`
   * or with the `commit` that used it.
   */
  lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined>
  /**
   * Stores what a refresh brought and gives the new version, `basedOn` + 1. Undefined, and nothing is stored, when the
   * version is no longer `basedOn` (of several that commit at once, one counts), when the lease went to somebody else,
   * was released or used, or when the connection is no longer live. A lease that ended without a successor still counts.
   */
  commit(
    ref: ConnectionRef,
    lease: string,
    basedOn: number,
    tokens: {
      readonly tokenCache: string
      readonly accessExpiresAt: Date | undefined
      readonly scopes: readonly string[]
    },
  ): Promise<number | undefined>
  /** Gives a lease back before its time. One that is not held any more is left alone, whoever has its successor. */
  release(ref: ConnectionRef, lease: string): Promise<void>
}

/** The stored tokens cannot be decrypted: a wrong key, or a row somebody tampered with. Says no more than that. */
export class UnreadableTokens extends Error {
  override readonly name = 'UnreadableTokens'
}
