import { type CalendarError, ProgrammingError } from '../ports/calendar-failure.ts'
import type { Log } from '../ports/log.ts'

const CLASSES = [TypeError, RangeError, ReferenceError] as const

/**
 * The mistake in our code that is behind an error, if it is one: an error of JavaScript's own classes that nothing else caused.
 * A `fetch` that reaches nobody rejects with a TypeError as well, whose `cause` is what happened on the network
 * (fetch.spec.whatwg.org, undici).
 */
export function programmingErrorIn(error: unknown): ProgrammingError | undefined {
  let innermost = error
  for (let depth = 0; innermost instanceof Error && innermost.cause instanceof Error && depth < 5; depth += 1)
    innermost = innermost.cause
  const isMistake = CLASSES.some((of) => innermost instanceof of) && !Object.hasOwn(Object(innermost), 'cause')
  return isMistake ? new ProgrammingError(innermost) : undefined
}

/** The work of an adapter; whatever it throws is made a CalendarError by `failureOf`. A mistake in our code is logged with its place. */
export async function failingTyped<T>(
  work: () => Promise<T>,
  parts: { readonly log: Log; readonly connectionId: string; readonly failureOf: (error: unknown) => CalendarError },
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const failure = parts.failureOf(error)
    if (failure instanceof ProgrammingError)
      parts.log.error('calendar_adapter_failed', {
        connectionId: parts.connectionId,
        error: failure.code,
        at: failure.at,
      })
    throw failure
  }
}
