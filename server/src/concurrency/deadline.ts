import { setMaxListeners } from 'node:events'
import type { Clock } from '../ports/clock.ts'

/** The deadline passed before the work was done. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded'
}

/** The caller aborted the call, or needs its result no more. Says nothing about the provider. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

export interface Deadline {
  /** Aborts with {@link DeadlineExceeded} or {@link Cancelled} as its reason. */
  readonly signal: AbortSignal
  /** Milliseconds left, never below 0. */
  left(): number
  /** Clears the timer and stops listening to the caller's signal. Call it when the work is over. */
  end(): void
  /** Aborts the signal, and with it all work below this deadline. */
  cancel(): void
}

/** Why a signal aborted. A reason that is none of ours, like that of `AbortSignal.timeout`, counts as the caller's. */
export const reasonOf = (caller: AbortSignal): Error => {
  const reason: unknown = caller.reason
  return reason instanceof DeadlineExceeded || reason instanceof Cancelled ? reason : new Cancelled('the caller left')
}

/** A deadline `milliseconds` from now, or when the caller's signal aborts, whichever comes first. Deadlines nest: pass the outer one's signal. */
export function startDeadline(clock: Clock, milliseconds: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController()
  // Without this, Node warns of a leak at the eleventh listener; here every request, wait and body of a call listens.
  // Not 0 for "no limit": Node 20 then throws, and catches, an error each time `fetch` asks for the number, which is slow.
  setMaxListeners(Number.POSITIVE_INFINITY, controller.signal)
  const at = clock.now().getTime() + milliseconds
  const leave = () => controller.abort(caller && reasonOf(caller))
  const timer = setTimeout(() => controller.abort(new DeadlineExceeded('the deadline passed')), milliseconds)
  // A timer must not keep alive a process that has nothing else to do; a request under way does that by its socket.
  timer.unref()
  if (caller?.aborted) leave()
  else caller?.addEventListener('abort', leave, { once: true })
  return {
    signal: controller.signal,
    left: () => Math.max(0, at - clock.now().getTime()),
    end: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', leave)
    },
    cancel: () => controller.abort(new Cancelled('no longer needed')),
  }
}

/**
 * Runs what decorates other work, for at most `milliseconds` and for half of what is left of `outer`: when it takes too long,
 * there is time for the other work.
 */
export async function aside<T>(
  { clock, outer, milliseconds }: { readonly clock: Clock; readonly outer: Deadline; readonly milliseconds: number },
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(clock, Math.min(milliseconds, outer.left() / 2), outer.signal)
  try {
    return await work(deadline)
  } finally {
    deadline.end()
  }
}

/** `work`, for a caller who may abort before it ends: then this rejects with {@link reasonOf} the signal, and the work goes on. */
export function abandonable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise<T>((resolve, reject) => {
    const leave = () => reject(reasonOf(signal))
    if (signal.aborted) return leave()
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>

/** Never resolves early, as Node's timers may by a millisecond; rejects at once when the signal aborts. */
export const sleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(reasonOf(signal))
    const wake = () => {
      clearTimeout(timer)
      reject(reasonOf(signal))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', wake)
      resolve()
    }, milliseconds + 1)
    signal.addEventListener('abort', wake, { once: true })
  })
