import { abandonable, reasonOf } from './deadline.ts'

/**
 * Callers who ask for one key at once share one piece of work. A caller who aborts is rejected alone, with the reason of its
 * signal; the work goes on for the others. Neither results nor failures are kept once the work has settled.
 */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>()
  readonly #next = new Map<string, Promise<T>>()

  /** Joins the work that runs, or starts it. */
  run(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // A caller who has aborted already must start nothing: the work may be a write.
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    return abandonable(this.#running.get(key) ?? this.#next.get(key) ?? this.#start(key, start), signal)
  }

  /** As `run`, but with work that starts after this call: work that runs may have read before it. All who ask meanwhile share the next one. */
  runNext(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    const running = this.#running.get(key)
    const next = this.#next.get(key) ?? (running && this.#startAfter(running, key, start))
    return abandonable(next ?? this.#start(key, start), signal)
  }

  #start(key: string, start: () => Promise<T>): Promise<T> {
    // Inside a promise, so that a throwing `start` rejects and is forgotten like any other failure.
    const work = Promise.resolve()
      .then(start)
      .finally(() => this.#running.delete(key))
    // When every caller has aborted, nobody handles the failure, and Node would end the process.
    work.catch(() => {})
    this.#running.set(key, work)
    return work
  }

  #startAfter(running: Promise<T>, key: string, start: () => Promise<T>): Promise<T> {
    const begin = () => {
      this.#next.delete(key)
      return this.#start(key, start)
    }
    const next = running.then(begin, begin)
    next.catch(() => {})
    this.#next.set(key, next)
    return next
  }
}
