import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { GoogleConfig } from '../config.ts'

/** What an HTTP exchange with Google needs. */
export interface HttpParts {
  readonly config: GoogleConfig
  readonly fetch: typeof fetch
  readonly clock: Clock
  readonly log: Log
}
