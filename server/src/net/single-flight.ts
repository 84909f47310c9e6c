import { orLeave } from './deadline.ts'

/**
 * Callers who ask for the same key at once share one piece of work. It belongs to nobody: a caller who leaves rejects
 * alone. Nothing is kept once it has settled, failures least of all.
 */
export class SingleFlight<T> {
  readonly #pending = new Map<string, Promise<T>>()

  run(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    // Nobody is there to wait: then nothing begins, least of all a write.
    if (signal?.aborted) return orLeave(new Promise<T>(() => {}), signal)
    const pending = this.#pending.get(key) ?? this.#start(key, start)
    return orLeave(pending, signal)
  }

  #start(key: string, start: () => Promise<T>): Promise<T> {
    // Inside a promise, so that a throwing `start` rejects and is forgotten like any other failure.
    const work = Promise.resolve()
      .then(start)
      .finally(() => this.#pending.delete(key))
    // Every caller may have left: then nobody else would handle the failure.
    work.catch(() => {})
    this.#pending.set(key, work)
    return work
  }
}
