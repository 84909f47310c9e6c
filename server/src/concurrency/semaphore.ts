import { setMaxListeners } from 'node:events'
import { reasonOf } from './deadline.ts'

interface Waiter {
  readonly weight: number
  readonly enter: () => void
}

interface Queue {
  inUse: number
  readonly waiting: Waiter[]
}

/**
 * A semaphore for each key: at most `limit` tasks at a time; the others wait their turn, first come first served, and may
 * leave. A task that stands for several (a batch) weighs as many, at most all of the limit.
 */
export class KeyedSemaphore {
  readonly #limit: number
  readonly #queues = new Map<string, Queue>()

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(key: string, task: () => Promise<T>, signal: AbortSignal, weight = 1): Promise<T> {
    if (signal.aborted) throw reasonOf(signal)
    const counted = Math.min(weight, this.#limit)
    const queue = this.#queues.get(key) ?? { inUse: 0, waiting: [] }
    this.#queues.set(key, queue)
    await this.#acquire(queue, signal, counted)
    try {
      return await task()
    } finally {
      this.#release(queue, counted)
      if (queue.inUse === 0) this.#queues.delete(key)
    }
  }

  /** How many keys have a task that runs or waits. */
  get size(): number {
    return this.#queues.size
  }

  #acquire(queue: Queue, signal: AbortSignal, weight: number): Promise<void> | undefined {
    if (queue.waiting.length === 0 && queue.inUse + weight <= this.#limit) {
      queue.inUse += weight
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
        queue.waiting.splice(queue.waiting.indexOf(waiter), 1)
        this.#admit(queue)
        reject(reasonOf(signal))
      }
      // Without this, Node warns of a leak at the eleventh listener; each task removes its own when its turn comes.
      setMaxListeners(0, signal)
      queue.waiting.push(waiter)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  #admit(queue: Queue): void {
    for (let next = queue.waiting[0]; next && queue.inUse + next.weight <= this.#limit; next = queue.waiting[0]) {
      queue.waiting.shift()
      queue.inUse += next.weight
      next.enter()
    }
  }

  #release(queue: Queue, weight: number): void {
    queue.inUse -= weight
    this.#admit(queue)
  }
}
