/**
 * Callers who ask for the same thing at the same time share one call. A caller who leaves does not cancel it for the
 * others, and a failed call is shared with nobody who comes later.
 */
export class SharedCalls<T> {
  readonly #running = new Map<string, Promise<T>>()
  readonly #waiting = new Map<string, Promise<T>>()

  /** Joins the call that runs, or starts one. */
  async join(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    return abandonable(this.#running.get(key) ?? this.#start(key, start), signal)
  }

  /** Never joins a call that already runs: it may have missed what happened since. Those who wait share the next one. */
  async joinNext(key: string, start: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const running = this.#running.get(key)
    if (running === undefined) return abandonable(this.#start(key, start), signal)
    const next = this.#waiting.get(key) ?? this.#startAfter(running, key, start)
    return abandonable(next, signal)
  }

  #start(key: string, start: () => Promise<T>): Promise<T> {
    const call = start().finally(() => {
      if (this.#running.get(key) === call) this.#running.delete(key)
    })
    this.#running.set(key, call)
    call.catch(() => {})
    return call
  }

  #startAfter(running: Promise<T>, key: string, start: () => Promise<T>): Promise<T> {
    const begin = () => {
      this.#waiting.delete(key)
      return this.#start(key, start)
    }
    const next = running.then(begin, begin)
    this.#waiting.set(key, next)
    next.catch(() => {})
    return next
  }
}

/** The same promise for a caller who may leave first. */
function abandonable<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return call
  return new Promise<T>((resolve, reject) => {
    const leave = () => reject(signal.reason)
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    call.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
