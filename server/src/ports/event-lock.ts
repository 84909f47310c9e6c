/** One process at a time works on one booking's event. A process that dies lets go at once. */
export interface EventLock {
  /** False when somebody else has it; then `act` did not run. */
  during(bookingId: string, act: () => Promise<void>): Promise<boolean>
}
