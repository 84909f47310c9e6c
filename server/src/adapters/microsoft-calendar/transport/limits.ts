import { RETRY_DEFAULTS } from '../../../net/retry.ts'

/** Bounds in time and number. Tests shorten them. */
export interface Limits {
  /** One exchange with Graph, in milliseconds. */
  readonly attemptMs: number
  /** A whole free/busy read or list of calendars, waits included. A caller's signal may end it sooner. */
  readonly readMs: number
  /** A whole creation or removal of an event; longer, because it runs in a job and nobody waits. */
  readonly writeMs: number
  /** Pages of one list after the first. */
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

/** Graph allows an app four calls at a time to a mailbox (learn.microsoft.com/graph/throttling-limits). */
export const IN_FLIGHT_PER_MAILBOX = 4

// Consecutive failures that open a circuit breaker, and how long it stays open before a probe.
export const MAILBOX_BREAKER = { threshold: 6, coolMs: 5000 } as const
export const SERVICE_BREAKER = { threshold: 12, coolMs: 5000, parties: 3 } as const
