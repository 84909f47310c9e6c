import { RETRY_DEFAULTS } from '../../../net/retry.ts'

/** How long and how often. One table, so that the operations guide can quote it and tests can shorten it. */
export interface Limits {
  /** One exchange with Graph, its body included. */
  readonly attemptMs: number
  /** A whole free/busy read or listing, waits included. A caller's own signal may be shorter. */
  readonly readMs: number
  /** A whole creation or deletion; these run in jobs, where nobody waits. */
  readonly writeMs: number
  /** Pages of one calendar before the chain counts as endless. */
  readonly pages: number
  readonly retry: { readonly attempts: number; readonly baseMs: number; readonly capMs: number }
}

export const LIMITS: Limits = {
  attemptMs: 8000,
  readMs: 10_000,
  writeMs: 25_000,
  pages: 250,
  retry: RETRY_DEFAULTS,
}

/** learn.microsoft.com/graph/throttling-limits: four at a time for each app and mailbox. */
export const IN_FLIGHT_PER_MAILBOX = 4

/** Consecutive failures that close the way, and for how long before one call probes. */
export const MAILBOX_BREAKER = { threshold: 6, coolMs: 5000 } as const
export const SERVICE_BREAKER = { threshold: 12, coolMs: 5000, parties: 3 } as const
