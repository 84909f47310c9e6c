/** Names one connection of one tenant; both are always needed to reach a token. */
export interface ConnectionRef {
  readonly tenantId: string
  readonly connectionId: string
}

export interface StoredTokens {
  readonly tokenCache: string
  /** Counts the writes: a write is accepted only from whoever read the newest. */
  readonly version: number
  readonly accessExpiresAt: Date | undefined
  readonly scopes: readonly string[]
}

/**
 * The sealed token cache of a connection. No method holds a transaction open; leases use the database's clock,
 * so that processes with wrong clocks agree.
 */
export interface TokenVault {
  /** Undefined when the connection is gone, disconnected or belongs to another tenant. Rejects with UnreadableTokens. */
  read(ref: ConnectionRef): Promise<StoredTokens | undefined>
  /** The version alone: cheap, opens nothing. Undefined when the connection is gone or disconnected. */
  version(ref: ConnectionRef): Promise<number | undefined>
  /** The right to refresh for `milliseconds`; undefined when somebody else has it. */
  lease(ref: ConnectionRef, milliseconds: number): Promise<string | undefined>
  /** Stores what a refresh brought, if the version is still `basedOn` and the lease still held; gives the new version. */
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
  release(ref: ConnectionRef, lease: string): Promise<void>
}

/** The stored tokens cannot be opened: a wrong key, or a row somebody tampered with. Says no more than that. */
export class UnreadableTokens extends Error {
  override readonly name = 'UnreadableTokens'
}
