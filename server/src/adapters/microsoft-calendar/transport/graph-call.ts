import type { Deadline } from '../../../concurrency/deadline.ts'
import type { Outcome } from '../../../net/retry.ts'
import type { ConnectedAccount } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'

/** One question to Graph. Failures are CalendarErrors; what may be repeated is repeated within the deadline. */
export interface GraphCall<T> {
  readonly connection: ConnectedAccount
  readonly purpose: Purpose
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** The path without ids and query, for the log. */
  readonly route: string
  /** Below `/v1.0`, encoded. */
  readonly path: string
  /** A link of Graph's own, checked by `graphLink`: used as it is, instead of `path`. */
  readonly link?: URL
  /** The ETag that the thing at `path` must still have. */
  readonly ifMatch?: string | undefined
  /** Asked anew for each exchange: a batch leaves out what it already has. */
  readonly body?: () => unknown
  /** Whether saying it twice does no harm. */
  readonly repeatable: boolean
  /** How many calls on the mailbox it stands for. */
  readonly weight?: () => number
  readonly deadline: Deadline
  /** Reads a successful answer. */
  readonly understand: (answer: GraphAnswer) => Outcome<T>
}

/** A request as Microsoft's client builds it: still without a token, its URL not yet checked. */
export interface GraphRequestParts {
  readonly url: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface GraphAnswer {
  readonly status: number
  /** Parsed JSON; undefined where there is none to expect (204). */
  readonly body: unknown
}

export const done = <T>(value: T): Outcome<T> => ({ kind: 'done', value })
