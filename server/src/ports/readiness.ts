/** What a process needs to serve, and whether it has it. */
export interface Readiness {
  /** The database takes writes. */
  readonly database: boolean
  /** It has the migrations of this release. */
  readonly migrations: boolean
  /** This process reads what others encrypt. */
  readonly keys: boolean
  /** For how long, in seconds, the oldest job that is ready has been; 0 where none is. All processes share the queue. */
  readonly oldestJobSeconds: number
}
