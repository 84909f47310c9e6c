import type { Deadline } from '../../../concurrency/deadline.ts'
import type { Outcome } from '../../../net/retry.ts'
import type { ConnectedAccount } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'

/** One call to Graph, for {@link GraphClient.send}. */
export interface GraphCall<T> {
  readonly connection: ConnectedAccount
  readonly purpose: Purpose
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** The path without ids and query: what the log says of the call. */
  readonly route: string
  /** Path and query below `/v1.0`, encoded. */
  readonly path: string
  /** Instead of `path`: a link to a further page, checked by `graphLink`. */
  readonly link?: URL
  /** The ETag that the item at `path` must still have (If-Match, RFC 9110 section 13.1.1). */
  readonly ifMatch?: string | undefined
  /** Called for each attempt, because a batch leaves out the items that were answered. */
  readonly body?: () => unknown
  /** Whether the call may be carried out twice. */
  readonly repeatable: boolean
  /** How many places of the mailbox's semaphore the call takes; 1 if not given. */
  readonly weight?: () => number
  readonly deadline: Deadline
  /** Reads an answer of success. Throws a CalendarError where it cannot be trusted. */
  readonly understand: (answer: GraphAnswer) => Outcome<T>
}

/** A request as Microsoft's client built it: without a token, its URL not checked yet. */
export interface GraphRequestParts {
  readonly url: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

export interface GraphAnswer {
  readonly status: number
  /** Parsed JSON; undefined where the body is empty. */
  readonly body: unknown
}

export const done = <T>(value: T): Outcome<T> => ({ kind: 'done', value })
