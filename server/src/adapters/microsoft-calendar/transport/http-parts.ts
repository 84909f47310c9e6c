import type { Http } from '../../../net/http.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { MicrosoftConfig } from '../config.ts'

/** What an HTTP exchange with Entra or Graph needs. */
export interface HttpParts {
  readonly config: MicrosoftConfig
  readonly http: Http
  readonly clock: Clock
  readonly log: Log
}
