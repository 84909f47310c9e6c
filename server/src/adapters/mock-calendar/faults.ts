import { CalendarError } from '../../ports/calendar-failure.ts'

type MockMethod =
  | 'getFreeBusy'
  | 'createEvent'
  | 'deleteEvent'
  | 'findEvent'
  | 'changeKeyOf'
  | 'lookUpEvents'
  | 'moveEvent'
  | 'redeem'
  | 'listCalendars'
  | 'keepAlive'
  | 'revoke'

/** `before`: the call fails without being carried out. `after`: it is carried out, and its answer is lost. */
type MockMoment = 'before' | 'after'

interface Fault {
  /** Undefined where the call gets no answer, and lasts until its caller leaves. */
  readonly error: CalendarError | undefined
  readonly moment: MockMoment
  readonly lasting: boolean
  readonly reached: () => void
}

/** Faults of the mock calendar. Each of its calls passes `run`, which makes it fail, or wait, where a test asks for it. */
export interface MockFaults {
  failNext(method: MockMethod, error: CalendarError, moment?: MockMoment): void
  /** Every call fails, until `recover`. */
  failAlways(method: MockMethod, error: CalendarError): void
  /** The next call gets no answer. Resolves when that call has been made. */
  hangNext(method: MockMethod): Promise<void>
  /** Forgets all faults. */
  recover(): void
  run<Result>(method: MockMethod, signal: AbortSignal | undefined, work: () => Result): Promise<Result>
}

const cancelledCall = (signal: AbortSignal): CalendarError =>
  new CalendarError('timeout', 'The caller gave up', { code: 'call_cancelled', cause: signal.reason })

const untilCancelled = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(cancelledCall(signal)), { once: true }))

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
      if (signal?.aborted) throw cancelledCall(signal)
      const fault = take(method)
      fault?.reached()
      if (fault !== undefined && fault.error === undefined) return untilCancelled(signal)
      if (fault?.error !== undefined && fault.moment === 'before') throw fault.error
      const result = work()
      if (fault?.error !== undefined) throw fault.error
      return result
    },
  }
}
