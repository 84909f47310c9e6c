/** What waits in the database, counted for an operator: no tenant, person or calendar is in it. Ages are in seconds. */
export interface Backlog {
  readonly jobs: readonly {
    readonly task: string
    readonly state: 'ready' | 'scheduled' | 'running' | 'given_up'
    readonly count: number
    /** Of a job that is ready: for how long it has been. */
    readonly oldestSeconds: number
  }[]
  readonly outbox: readonly {
    readonly status: string
    /** What the oldest of them wait for: a CalendarFailure of the event or of its connection, or `none`. */
    readonly failure: string
    readonly count: number
    /** Since the booking was made or cancelled. */
    readonly oldestSeconds: number
  }[]
  readonly connections: readonly {
    readonly provider: string
    /** `ok`, or the CalendarFailure of its last read. */
    readonly health: string
    readonly count: number
  }[]
}

/** Numbers about this process and its database, in the text format that Prometheus reads. */
export interface Metrics {
  readonly contentType: string
  /** Never rejects for the database's sake: what it cannot tell is absent then. */
  text(): Promise<string>
}
