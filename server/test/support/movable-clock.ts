import type { Clock } from '../../src/ports/clock.ts'

/** Stands at `start` until it is advanced; without a start it follows the real time, ahead by as much as it was advanced. */
export class MovableClock implements Clock {
  /** What `sleep` was asked to wait, in milliseconds. */
  readonly waits: number[] = []
  readonly #start: number | undefined
  #aheadMs = 0

  constructor(start?: Date) {
    this.#start = start?.getTime()
  }

  now = (): Date => new Date((this.#start ?? Date.now()) + this.#aheadMs)

  advance(milliseconds: number): void {
    this.#aheadMs += milliseconds
  }

  /** Takes no time, and advances the clock by a millisecond more than was asked for. */
  sleep = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    this.waits.push(milliseconds)
    this.advance(milliseconds + 1)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
