import type { CallLimits } from '../../../net/call-limits.ts'
import { RETRY_DEFAULTS } from '../../../net/retry.ts'

export const LIMITS: CallLimits = {
  attemptMs: 8000,
  readMs: 10_000,
  writeMs: 25_000,
  meetingMs: 5000,
  pages: 250,
  retry: RETRY_DEFAULTS,
}

/** Graph allows an app four calls at a time to a mailbox (learn.microsoft.com/graph/throttling-limits). */
export const IN_FLIGHT_PER_MAILBOX = 4

// Consecutive failures that open a circuit breaker, and how long it stays open before a probe.
export const MAILBOX_BREAKER = { threshold: 6, openMs: 5000 } as const
export const SERVICE_BREAKER = { threshold: 12, openMs: 5000, parties: 3 } as const
