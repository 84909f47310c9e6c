import type { calendar_v3 } from '@googleapis/calendar'
import type { z } from 'zod'
import type { Deadline } from '../../../concurrency/deadline.ts'
import type { ConnectedAccount } from '../../../ports/calendar-connector.ts'
import type { Purpose } from '../../oauth/token-client.ts'

/** One call to the Calendar API, for {@link GoogleClient.send}. */
export interface GoogleCall<Schema extends z.ZodType> {
  readonly connection: ConnectedAccount
  readonly purpose: Purpose
  /** The API's name of the method: what the log says of the call. */
  readonly name: string
  /** Whether the call may be carried out twice. */
  readonly repeatable: boolean
  readonly deadline: Deadline
  /** What is used of the answer; an answer that does not fit is `garbled`. */
  readonly schema: Schema
  readonly request: (api: calendar_v3.Calendar, options: RequestOptions) => Promise<ApiAnswer>
}

/** To be given to the library with each request. */
interface RequestOptions {
  readonly fetchImplementation: typeof fetch
  readonly headers: Readonly<Record<string, string>>
  readonly validateStatus: () => true
  readonly retry: false
}

/** What the library answers. */
interface ApiAnswer {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, unknown>>
}
