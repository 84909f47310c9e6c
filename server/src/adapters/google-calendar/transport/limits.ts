import type { CallLimits } from '../../../net/call-limits.ts'
import { RETRY_DEFAULTS } from '../../../net/retry.ts'

export const LIMITS: CallLimits = {
  attemptMs: 5000,
  readMs: 10_000,
  writeMs: 15_000,
  meetingMs: 5000,
  pages: 19,
  retry: RETRY_DEFAULTS,
}

/** Consecutive failures that open a connection's circuit breaker, and how long it stays open before a probe. */
export const CONNECTION_BREAKER = { threshold: 8, openMs: 5000 } as const
