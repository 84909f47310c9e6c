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

/** Whether a connection may be used now, before anything of it is opened. */
export interface Standing {
  /** Of its tokens. */
  readonly version: number
  /** How long its mailbox is to be left alone, in milliseconds; 0: not at all. */
  readonly heldForMs: number
}

/**
 * The sealed token cache of a connection. No method holds a transaction open; leases and holds use the database's clock,
 * so that processes with wrong clocks agree.
 */
export interface TokenVault {
  /** Undefined when the connection is gone, disconnected or belongs to another tenant. Rejects with UnreadableTokens. */
  read(ref: ConnectionRef): Promise<StoredTokens | undefined>
  /** Cheap, opens nothing: asked before each call. Undefined when the connection is gone or disconnected. */
  standing(ref: ConnectionRef): Promise<Standing | undefined>
  /** Its mailbox is to be left alone for so long, by every process and every connection to it; never shortens a hold. */
  hold(ref: ConnectionRef, milliseconds: number): Promise<void>
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
