/** Names one connection of one tenant; no token is reached without both. */
export interface ConnectionRef {
  readonly tenantId: string
  readonly connectionId: string
}

export interface StoredTokens {
  /** What the provider's client needs to obtain access tokens, in the provider's own form. Secret. */
  readonly tokenCache: string
  /** Counts the writes, from 1; a write must name the version it is based on. */
  readonly version: number
  readonly accessExpiresAt: Date | undefined
  readonly scopes: readonly string[]
}

/** Whether tokens may be used now. */
export interface TokenStatus {
  /** Of the tokens: a cached access token of an earlier version is not used. */
  readonly version: number
  /** What is left of the account's pause, in milliseconds; 0: there is none. */
  readonly pausedForMs: number
}

/**
 * The encrypted token caches of connections. A connection is live while it is pending or active, and for some days after its
 * end while events are still to be removed with its tokens. Of one that is not live, or
 * that belongs to another tenant than the reference says, nothing is read and nothing changed.
 *
 * A ciphertext decrypts in its own row, tenant, provider, field and version only. Copied elsewhere, or written back from an
 * earlier version, it makes `read` reject with UnreadableTokens.
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
   * Starts a pause of the connection's account, for every process and for every connection to the account, of whatever tenant.
   * It ends by time alone: a shorter pause does not shorten it, and it outlives a newer version of the tokens, a disconnection
   * and a reconnection.
   */
  pause(ref: ConnectionRef, milliseconds: number): Promise<void>
  /**
   * Takes the right to refresh for `milliseconds`, and gives its id; undefined while another lease lasts. It ends with its
   * time, with `release` or with the `commit` that used it.
   */
  lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined>
  /**
   * Stores what a refresh brought and gives the new version, `basedOn` + 1. Undefined, and nothing is stored, when the
   * version is no longer `basedOn` (of several that commit at once, one counts), when the lease was followed by another,
   * released or used, or when the connection is no longer live. A lease that only ran out still counts.
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
  /** Gives a lease back before its time. Does nothing when it has ended: a lease that followed it is not touched. */
  release(ref: ConnectionRef, lease: string): Promise<void>
}

/** A stored value does not decrypt: its key is missing, or the value or its row was tampered with. It never says which. */
export class UnreadableTokens extends Error {
  override readonly name = 'UnreadableTokens'
}
