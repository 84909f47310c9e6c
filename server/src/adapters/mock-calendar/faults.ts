import { CalendarError } from '../../ports/calendar-provider.ts'

export type MockMethod =
  | 'getFreeBusy'
  | 'createEvent'
  | 'deleteEvent'
  | 'redeem'
  | 'listCalendars'
  | 'keepAlive'
  | 'revoke'

/** `before`: nothing happened. `after`: it happened, and its answer was lost. */
export type MockMoment = 'before' | 'after'

interface Fault {
  /** Undefined: the call hangs until its caller gives up. */
  readonly error: CalendarError | undefined
  readonly moment: MockMoment
  readonly lasting: boolean
  readonly reached: () => void
}

/** Calls run through here, so that any of them can be made to fail, or to hang, on demand. */
export interface MockFaults {
  failNext(method: MockMethod, error: CalendarError, moment?: MockMoment): void
  /** Every call fails until `recover`. */
  failAlways(method: MockMethod, error: CalendarError): void
  /** The next call waits for its caller to give up; resolves when that call has arrived. */
  hangNext(method: MockMethod): Promise<void>
  recover(): void
  run<Result>(method: MockMethod, signal: AbortSignal | undefined, work: () => Result): Promise<Result>
}

const givenUp = (signal: AbortSignal): CalendarError =>
  new CalendarError('timeout', 'The caller gave up', { code: 'caller_left', cause: signal.reason })

const untilGivenUp = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(givenUp(signal)), { once: true }))

export function createMockFaults(): MockFaults {
  const waiting = new Map<MockMethod, Fault[]>()
  const add = (method: MockMethod, fault: Fault): void => {
    waiting.set(method, [...(waiting.get(method) ?? []), fault])
  }
  const take = (method: MockMethod): Fault | undefined => {
    const [next, ...rest] = waiting.get(method) ?? []
    if (next && !next.lasting) waiting.set(method, rest)
    return next
  }

  return {
    failNext: (method, error, moment = 'before') =>
      add(method, { error, moment, lasting: false, reached: () => undefined }),
    failAlways: (method, error) => add(method, { error, moment: 'before', lasting: true, reached: () => undefined }),
    hangNext: (method) =>
      new Promise((resolve) => add(method, { error: undefined, moment: 'before', lasting: false, reached: resolve })),
    recover: () => waiting.clear(),
    async run(method, signal, work) {
      if (signal?.aborted) throw givenUp(signal)
      const fault = take(method)
      fault?.reached()
      if (fault !== undefined && fault.error === undefined) return untilGivenUp(signal)
      if (fault?.error !== undefined && fault.moment === 'before') throw fault.error
      const result = work()
      if (fault?.error !== undefined) throw fault.error
      return result
    },
  }
}
