import type { Connection } from './connection.ts'

/** Connections of one job of maintenance, at most. */
export const MAINTENANCE_PAGE = 100

/**
 * When each connection in use is maintained: once an hour, at a moment of the hour that is its own, and every few minutes while
 * its reading fails and may soon succeed. All moments are the database's.
 */
export interface MaintenanceStore {
  /** Says of new connections when they are due, and queues jobs for those that are: one for each {@link MAINTENANCE_PAGE}. */
  queueDue(): Promise<void>
  /** At most `limit` connections that are due, the longest first. Nobody else is given them for some minutes. */
  takeDue(limit: number): Promise<readonly Connection[]>
  /** It was maintained, and is due again in its next hour, or in minutes while it cannot be read. */
  recordMaintained(connectionId: string): Promise<void>
  /** They were taken and not maintained: they are due at once. */
  giveBack(connectionIds: readonly string[]): Promise<void>
}
