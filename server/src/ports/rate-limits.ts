/** So many points within so many seconds; a try takes one. */
export interface LimitRule {
  readonly points: number
  readonly seconds: number
}

/** What is counted: a limit by its name, and by whom, hashed. */
export interface Try {
  readonly limit: string
  readonly key: string
}

export interface Count {
  readonly allowed: boolean
  /** 0 where it was allowed. */
  readonly retryAfterSeconds: number
  /** True when an earlier try within the same period was refused, too. */
  readonly repeated?: boolean
}

/** Counts tries. Shared by all processes; rejects with a StoreError when the counter cannot be reached. */
export interface RateLimits {
  consume(tried: Try): Promise<Count>
}
