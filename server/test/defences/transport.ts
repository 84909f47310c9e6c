import { type Defence, inAdapter, inFile } from './defence.ts'

const waiting = [
  ...inFile('net/retry-after-pauses.ts', 'test/microsoft/transport.test.ts', [
    ['another process met', 'telling the other processes', 'abandonable(share(), signal)', 'Promise.resolve()'],
    [
      'although it could not be told',
      'going on when the others cannot be told',
      '() => false,',
      '(error) => Promise.reject(error),',
    ],
  ]),
  ...inFile('net/retry-after-pauses.ts', 'test/microsoft/transport.test.ts', [
    [
      'although it could not be told',
      'keeping a Retry-After in memory',
      'if (milliseconds <= this.pausedFor(key)) return\n',
      'return\n',
    ],
  ]),
  ...inFile('net/retry-after-pauses.ts', 'src/net/retry-after-pauses.test.ts', [
    ['a shorter one', 'the longer of two pauses', 'milliseconds <= this.pausedFor(key)', 'milliseconds <= 0'],
    ['a bounded number of keys', 'the bound', 'this.#until.size >= this.#maxKeys', 'this.#until.size < 0'],
    [
      'once more when they are',
      'the pause from when all are told',
      '  pauses.pause(key, milliseconds)\n  return shared',
      '  return shared',
    ],
  ]),
  ...inAdapter('transport/graph-transport.ts', 'transport.test.ts', [
    [
      'of a batch item',
      'keeping the Retry-After of a batch item',
      "if (outcome.kind === 'again') await this.#pause(call, outcome.retryAfterMs)",
      '',
    ],
  ]),
  ...inFile('adapters/oauth/token-source.ts', 'test/microsoft/transport.test.ts', [
    [
      'another process met',
      'hearing of the others',
      'if (pausedForMs > 0 && rejected === undefined) throw ',
      'if (false) throw ',
    ],
  ]),
  ...inFile('net/retry-after.ts', 'test/microsoft/transport.test.ts', [
    ['a decimal', 'decimals', String.raw`/^\d+(\.\d+)?$/`, String.raw`/^\d+$/`],
    ['F-15 a date', 'dates', 'const date = Date.parse(text)', 'const date = Number.NaN'],
  ]),
  ...inFile('net/retry.ts', 'test/microsoft/transport.test.ts', [
    ['F-14', 'Retry-After as the floor', 'Math.max(outcome.retryAfterMs ?? 0, jitter)', 'jitter'],
    ['more than our patience', 'the limit of patience', ' || wait >= deadline.left()', ''],
    ['F-16', 'the bound on attempts', 'number >= attempts || ', ''],
  ]),
  ...inFile('net/retry.ts', 'test/microsoft/one-event.test.ts', [
    [
      'F-12',
      'never repeating a bare POST',
      'const allowed = repeatable || outcome.notCarriedOut === true',
      'const allowed = true',
    ],
  ]),
  ...inFile(
    'adapters/postgres/connections/token-vault.ts',
    'test/contract/postgres-vault.test.ts',
    [
      [
        'INV-11 a shorter pause',
        'the longer of two pauses',
        'held_until = GREATEST(mailbox_hold.held_until, excluded.held_until)',
        'held_until = excluded.held_until',
      ],
      [
        'TS-21 commit refuses',
        'the version a commit is based on',
        'tokenVersion: basedOn, leaseOwner: lease }',
        'leaseOwner: lease }',
      ],
      ['F-44', 'the lease of a commit', 'tokenVersion: basedOn, leaseOwner: lease }', 'tokenVersion: basedOn }'],
      [
        'F-71',
        'the clock of the database for leases',
        'lease_until < clock_timestamp())',
        "lease_until < timestamptz '2099-01-01')",
      ],
      [
        'INV-5',
        'the pair of tenant and connection',
        '::uuid\n        ON CONFLICT',
        '::uuid OR true\n        ON CONFLICT',
      ],
    ],
    'test/contract/vault-promises.ts',
  ),
]

const crowds = [
  ...inAdapter('transport/limits.ts', 'politeness.test.ts', [
    ['INV-11 never more', 'the four of a mailbox', 'IN_FLIGHT_PER_MAILBOX = 4', 'IN_FLIGHT_PER_MAILBOX = 40'],
    ['F-19', 'several parties before the service is closed', 'parties: 3', 'parties: 1'],
    [
      'many mailboxes fail',
      'the breaker of the service',
      'SERVICE_BREAKER = { threshold: 12',
      'SERVICE_BREAKER = { threshold: 12_000',
    ],
    [
      'a mailbox that keeps failing',
      'the breaker of a mailbox',
      'MAILBOX_BREAKER = { threshold: 6',
      'MAILBOX_BREAKER = { threshold: 6000',
    ],
  ]),
  ...inAdapter('transport/graph-transport.ts', 'politeness.test.ts', [
    ['callers who leave', 'telling a caller who left from a failure', ' && !(error instanceof Cancelled)', ''],
    ['CL-06', 'the id in the log', '        clientRequestId,\n', ''],
  ]),
]

const bodies = [
  ...inAdapter('transport/graph-transport.ts', 'transport.test.ts', [
    ['F-34', 'the timeout of an attempt', 'limits.attemptMs', '3_600_000'],
  ]),
  ...inFile('net/http.ts', 'src/net/http.test.ts', [
    ['F-33', 'the limit of a body', "if (size > maxBytes) throw new UnusableBody('too_large')", ''],
    ['F-33', 'the limit of what gzip holds', '{ maxOutputLength: maxBytes }', '{}'],
    [
      'F-32',
      'the refusal of other encodings',
      "if (!GZIP.has(coding)) throw new UnusableBody('not_json')",
      'if (!GZIP.has(coding)) return bytes',
    ],
    [
      'F-35',
      'the check of certificates',
      "import { request } from 'undici'",
      "import { Agent, request as send } from 'undici'\nconst dispatcher = new Agent({ connect: { rejectUnauthorized: false } })\nconst request: typeof send = (url, options) => send(url, { ...options, dispatcher })",
    ],
    [
      'F-39',
      'taking a redirect for an answer',
      "import { request } from 'undici'",
      "import { Agent, interceptors, request as send } from 'undici'\nconst dispatcher = new Agent().compose(interceptors.redirect({ maxRedirections: 3 }))\nconst request: typeof send = (url, options) => send(url, { ...options, dispatcher })",
    ],
    ['F-34', 'the signal', '    signal,\n', ''],
  ]),
  ...inFile('net/read-body.ts', 'src/net/read-body.test.ts', [
    ['F-32', 'strict UTF-8', "new TextDecoder('utf-8', { fatal: true })", "new TextDecoder('utf-8')"],
  ]),
  ...inAdapter('transport/graph-errors.ts', 'transport.test.ts', [
    ['is asked again', 'knowing what passes', '[408, 429, 500, 502, 503, 504, 507, 509]', '[429, 503, 504]'],
  ]),
  ...inAdapter('transport/graph-errors.ts', 'errors.test.ts', [
    ['503 that calls itself', 'a 5xx is a 5xx', 'status >= 500 || named === undefined', 'named === undefined'],
    [
      'throttled always says',
      'a wait for every 429',
      "details.retryAfterMs ?? (reason === 'throttled' ? DEFAULT_THROTTLE_MS : undefined)",
      'details.retryAfterMs',
    ],
    [
      'a code that is none',
      'codes that are words',
      "wordIn(memberOf(memberOf(body, 'error'), 'code'))",
      "memberOf(memberOf(body, 'error'), 'code') as string | undefined",
    ],
  ]),
]

const inBatches = inAdapter('transport/graph-batch.ts', 'refused-tokens.test.ts', [
  [
    'with a claims challenge gets a token',
    'the claims that an item asks for',
    'graphFailure(status, body, { challenge, ...',
    'graphFailure(status, body, { ...',
  ],
  [
    'no token mends',
    'what a new token does not mend comes first',
    ' || finals.some(({ failure }) => failure.status !== 401)',
    '',
  ],
])

export const TRANSPORT: readonly Defence[] = [...inBatches, ...waiting, ...crowds, ...bodies]
