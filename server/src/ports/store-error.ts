/**
 * The database failed. A store rejects with this or with UnreadableTokens. It carries codes only, because the database's own
 * messages quote rows, and rows contain clients' names and addresses.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  /** `unavailable`: the same call may succeed later. */
  readonly reason: 'unavailable' | 'failed'
  /** SQLSTATE, or Prisma's code. */
  readonly code: string | undefined

  constructor(reason: StoreError['reason'], code: string | undefined) {
    super(reason === 'unavailable' ? 'The database cannot answer now' : 'The database refused')
    this.reason = reason
    this.code = code
  }
}
