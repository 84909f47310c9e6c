/** One process at a time works on one booking's event. A process that dies lets go at once. */
export interface EventLock {
  /**
   * False when somebody else has it; then `act` did not run. The signal is aborted when the lock is lost meanwhile: from
   * then on somebody else may be at work, and nothing of what `act` comes to may be believed.
   */
  during(bookingId: string, act: (signal: AbortSignal) => Promise<void>): Promise<boolean>
}

export class EventLockLost extends Error {
  override readonly name = 'EventLockLost'
}
