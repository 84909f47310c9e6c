import { setMaxListeners } from 'node:events'
import { reasonOf } from './deadline.ts'

interface Waiter {
  readonly weight: number
  readonly enter: () => void
}

interface Lane {
  running: number
  readonly waiting: Waiter[]
}

/**
 * At most `limit` of one key at a time; the others wait their turn, first come first served, and may leave.
 * A task that stands for several (a batch) weighs as many, at most all of the limit.
 */
export class Concurrency {
  readonly #limit: number
  readonly #lanes = new Map<string, Lane>()

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(key: string, task: () => Promise<T>, signal: AbortSignal, weight = 1): Promise<T> {
    const counted = Math.min(weight, this.#limit)
    await this.#enter(key, signal, counted)
    try {
      return await task()
    } finally {
      this.#leave(key, counted)
    }
  }

  /** Keys with somebody running or waiting. */
  get size(): number {
    return this.#lanes.size
  }

  #enter(key: string, signal: AbortSignal, weight: number): Promise<void> | undefined {
    if (signal.aborted) throw reasonOf(signal)
    const lane = this.#lanes.get(key) ?? { running: 0, waiting: [] }
    this.#lanes.set(key, lane)
    if (lane.waiting.length === 0 && lane.running + weight <= this.#limit) {
      lane.running += weight
      return undefined
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        weight,
        enter: () => {
          signal.removeEventListener('abort', giveUp)
          resolve()
        },
      }
      const giveUp = () => {
        lane.waiting.splice(lane.waiting.indexOf(waiter), 1)
        this.#admit(lane)
        reject(reasonOf(signal))
      }
      // A queue may be longer than the 11 listeners that make Node warn of a leak; each leaves with its turn.
      setMaxListeners(0, signal)
      lane.waiting.push(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  #admit(lane: Lane): void {
    for (let next = lane.waiting[0]; next && lane.running + next.weight <= this.#limit; next = lane.waiting[0]) {
      lane.waiting.shift()
      lane.running += next.weight
      next.enter()
    }
  }

  #leave(key: string, weight: number): void {
    const lane = this.#lanes.get(key)
    if (lane === undefined) return
    lane.running -= weight
    this.#admit(lane)
    if (lane.running === 0) this.#lanes.delete(key)
  }
}
