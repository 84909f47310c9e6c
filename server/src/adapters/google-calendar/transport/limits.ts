import { RETRY_DEFAULTS } from '../../../net/retry.ts'

/** Bounds in time and number. */
export interface Limits {
  /** One exchange with the Calendar API, in milliseconds. */
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
  attemptMs: 5000,
  readMs: 10_000,
  writeMs: 15_000,
  pages: 19,
  retry: RETRY_DEFAULTS,
}

/** Consecutive failures that open a connection's circuit breaker, and how long it stays open before a probe. */
export const CONNECTION_BREAKER = { threshold: 8, coolMs: 5000 } as const
