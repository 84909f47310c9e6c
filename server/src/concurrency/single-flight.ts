import { abandonable, reasonOf } from './deadline.ts'

/**
 * Callers who ask for one key share one piece of work. It belongs to none of them: a caller who leaves rejects alone, with
 * the reason of the signal. Nothing is kept once it has settled, failures least of all.
 */
export class SingleFlight<T> {
  readonly #running = new Map<string, Promise<T>>()
  readonly #next = new Map<string, Promise<T>>()

  /** Joins the work that runs, or starts it. */
  run(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // For a caller who has left already nothing begins, least of all a write.
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    return abandonable(this.#running.get(key) ?? this.#next.get(key) ?? this.#start(key, start), signal)
  }

  /** Never joins work that runs: it may have missed what happened since. Those who wait for it to end share the next one. */
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
    // Every caller may have left: then no other handler would take the failure.
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
