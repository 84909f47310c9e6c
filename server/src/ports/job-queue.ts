/** `failed`: its attempts are used up, and nothing tries it again. */
export type JobState = 'running' | 'due' | 'waiting' | 'failed'

export interface QueuedJob {
  readonly id: string
  readonly task: string
  readonly state: JobState
  readonly tenantId: string | undefined
  /** What it is about, as its key says: a booking, or the key of a former event. */
  readonly subject: string | undefined
  readonly runAt: Date
  readonly attempts: number
  readonly maxAttempts: number
  /** The class of its last error, whose words may quote a row. */
  readonly lastError: string | undefined
}

/** The queue of jobs as an operator sees it. The audit keeps what she does, in the same transaction; actor as in `AuditEvent`. */
export interface JobQueue {
  /** In the order of their ids, from the first after `afterId`, at most `limit`; of one tenant, or in one state, where it is named. */
  list(
    wanted: { readonly tenantId?: string | undefined; readonly state?: JobState | undefined },
    afterId: string | undefined,
    limit: number,
  ): Promise<readonly QueuedJob[]>
  byId(id: string): Promise<QueuedJob | undefined>
  /** Makes those due at once, with all their attempts. Resolves to those that it did: not the running ones. */
  retry(ids: readonly string[], actor: string): Promise<readonly string[]>
  /** Takes those out of the queue. Resolves to those that it did: not the running ones. */
  drop(ids: readonly string[], actor: string): Promise<readonly string[]>
}
