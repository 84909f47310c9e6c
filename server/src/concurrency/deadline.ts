import { setMaxListeners } from 'node:events'
import type { Clock } from '../ports/clock.ts'

/** Our own limit passed: nobody answered in time. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp'
}

/** Whoever asked no longer waits. Says nothing about the other side. */
export class CallerLeft extends Error {
  override readonly name = 'CallerLeft'
}

export interface Deadline {
  /** Aborts with {@link TimeIsUp} or {@link CallerLeft} as its reason. */
  readonly signal: AbortSignal
  /** Milliseconds left, never below 0. */
  left(): number
  /** Forgets the timer and the caller. Call it when the work is over. */
  end(): void
  /** Stops everything below it. */
  cancel(): void
}

/** Why a signal aborted; a foreign reason means that the caller left. */
export const reasonOf = (caller: AbortSignal): Error => {
  const reason: unknown = caller.reason
  return reason instanceof TimeIsUp || reason instanceof CallerLeft ? reason : new CallerLeft('the caller left')
}

/** A limit of `milliseconds` from now, or the caller's own end, whichever comes first. Deadlines nest through `signal`. */
export function startDeadline(clock: Clock, milliseconds: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController()
  // Every request, wait and body below one deadline listens to it; Node's warning at 11 is about leaks, and `end` is called.
  // Not 0: Node 20 then throws when `fetch` asks for the number, which is caught and costs more than all of this.
  setMaxListeners(Number.POSITIVE_INFINITY, controller.signal)
  const at = clock.now().getTime() + milliseconds
  const leave = () => controller.abort(caller === undefined ? undefined : reasonOf(caller))
  const timer = setTimeout(() => controller.abort(new TimeIsUp('the deadline passed')), milliseconds)
  // A waiting deadline must not keep a finished process alive; the socket it watches does that.
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
    cancel: () => controller.abort(new CallerLeft('no longer needed')),
  }
}

/** The same work for a caller who may leave first: then it rejects with {@link reasonOf} the signal, and the work goes on. */
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

/** Never wakes early (Node's timers may, by a millisecond); wakes at once, rejecting, when the signal aborts. */
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
