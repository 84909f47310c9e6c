import { type Defence, inAdapter, inFile } from './defence.ts'

const UNIT = 'src/net/programming-errors.test.ts'
const MICROSOFT = 'test/microsoft/privacy.test.ts'
const GOOGLE = 'test/google/odd-answers.test.ts'
const IN_A_CALL = 'in a call is called ours, not repeated, and logged by its class and place alone'
const AROUND_A_CALL = 'around a call is called ours, not repeated, and logged by its class and place alone'
const IN_AN_ANSWER = 'while an answer is read is called ours, not repeated, and logged by its class and place alone'

/** A mistake of ours is not taken for an outage of a provider, nor an outage for a mistake. */
export const PROGRAMMING_ERRORS: readonly Defence[] = [
  ...inFile('net/programming-errors.ts', UNIT, [
    [
      'a connection that broke off, nobody says why is none',
      'the look whether something else caused it',
      "&& !Object.hasOwn(Object(innermost), 'cause')",
      '',
    ],
    [
      'the same, wrapped by a library is none',
      'the innermost cause',
      'innermost = innermost.cause',
      'innermost = new TypeError()',
    ],
  ]),
  ...inFile('net/programming-errors.ts', GOOGLE, [
    [IN_A_CALL, 'the line in the log', 'if (failure instanceof ProgrammingError)', 'if (false)'],
  ]),
  ...inFile('adapters/google-calendar/transport/google-errors.ts', GOOGLE, [
    [IN_A_CALL, 'the look for mistakes of ours at Google', 'if (mistake !== undefined) return mistake', ''],
  ]),
  ...inFile('adapters/google-calendar/adapter.ts', GOOGLE, [
    [
      AROUND_A_CALL,
      'the type of what a read at Google throws',
      'return this.#typed(() => this.#reader.run(params))',
      'return this.#reader.run(params)',
    ],
  ]),
  ...inFile('adapters/google-calendar/transport/google-client.ts', GOOGLE, [
    [
      'says nothing of Google to the circuit breaker',
      'a mistake that the breaker does not hear of',
      ' || failure instanceof ProgrammingError',
      '',
    ],
  ]),
  ...inFile('ports/calendar-failure.ts', GOOGLE, [
    [
      'after an event was written: the event is looked for and found',
      'a mistake after which nobody knows whether Google wrote',
      'failure instanceof ProgrammingError',
      'false',
    ],
  ]),
  ...inFile('ports/calendar-failure.ts', MICROSOFT, [
    [
      'after an event was written: the event is looked for and found',
      'a mistake after which nobody knows whether Microsoft wrote',
      'failure instanceof ProgrammingError',
      'false',
    ],
  ]),
  ...inAdapter('transport/graph-errors.ts', 'privacy.test.ts', [
    [IN_AN_ANSWER, 'the look for mistakes of ours at Microsoft', 'programmingErrorIn(error) ?? ', ''],
  ]),
  ...inAdapter('transport/graph-transport.ts', 'privacy.test.ts', [
    [IN_AN_ANSWER, 'a mistake that is not repeated', 'if (failure instanceof ProgrammingError) throw failure', ''],
    [
      'opens no circuit breaker, however often it is made',
      'a mistake that the breakers do not hear of',
      'if (failure instanceof ProgrammingError) throw failure',
      '',
    ],
  ]),
  ...inAdapter('identity/authority.ts', 'authority.test.ts', [
    [
      'a mistake of ours while it is read: the documented form, too, and no host is blamed',
      'a mistake that is not held against a host',
      ' && !(failure instanceof ProgrammingError)',
      '',
    ],
  ]),
]
