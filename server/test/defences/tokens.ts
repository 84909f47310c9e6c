import { type Defence, inAdapter, inFile } from './defence.ts'

const refused = [
  ...inAdapter('graph-transport.ts', 'refused-tokens.test.ts', [
    ['is renewed once', 'a second token', 'if (answer.status !== 401) return answer\n', 'return answer\n'],
    ['F-48', 'the claims of a challenge', '...(claims === undefined ? {} : { claims })', ''],
  ]),
  ...inAdapter('refresh.ts', 'token-answers.test.ts', [
    ['F-40', 'the look whose tokens they are', "if (idToken !== '' && ", "if (idToken === 'never' && "],
    [
      'F-47',
      'remembering a refusal',
      "if (reason === 'reconnect' || reason === 'admin_consent') this.refuse(grant, failure)",
      '',
    ],
    [
      'F-46',
      'the Retry-After of Entra',
      'if (retryAfterMs !== undefined) this.#pauses.pause(owner.accountKey, retryAfterMs)',
      '',
    ],
    ['F-49', 'the alarm', "this.#wire.log.error('microsoft_client_rejected', line)", '{}'],
    [
      'F-45',
      'the deadline of a token request',
      'export const ENTRA_TIMEOUT_MS = 5000',
      'export const ENTRA_TIMEOUT_MS = 60_000',
    ],
    [
      'access token is garbled',
      'a look whether there is a token',
      "if (accessToken === '' || expiresAt === undefined)",
      'if (expiresAt === undefined)',
    ],
  ]),
  ...inAdapter('tokens.ts', 'token-answers.test.ts', [
    ['F-50', 'the look at granted scopes', 'if (allows(this.#parts.config, scopes, purpose)) return', 'return'],
    [
      'F-52',
      'telling tokens that cannot be opened',
      "throw new CalendarError('reconnect', 'the stored tokens cannot be opened', { code: 'tokens_unreadable' })",
      'throw error',
    ],
  ]),
  ...inAdapter('entra-errors.ts', 'errors.test.ts', [
    ['F-53', 'own words only', '(Object.hasOwn(BY_ERROR, error) ? BY_ERROR[error] : undefined)', 'BY_ERROR[error]'],
    ['our secret', 'telling our fault from hers', "if (has(OUR_FAULT)) return 'misconfigured'", ''],
  ]),
  ...inAdapter('consent.ts', 'errors.test.ts', [
    [
      'people of no organisation',
      'telling people from organisations',
      "return personal ? 'reconnect' : 'admin_consent'",
      "return 'admin_consent'",
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/consent.ts', 'src/adapters/microsoft-calendar/consent.test.ts', [
    [
      'in a callback and at the token endpoint alike',
      'hearing an administrator’s number in a callback',
      "if (numbers.some((number) => BY_ADMINISTRATOR.has(number))) return 'admin_consent'",
      '',
    ],
    [
      'in a callback and at the token endpoint alike',
      'hearing an administrator’s number at the token endpoint',
      "if (codes.some((code) => BY_ADMINISTRATOR.has(code))) return 'admin_consent'",
      '',
    ],
  ]),
  ...inFile('adapters/google-calendar/consent.ts', 'src/adapters/google-calendar/consent.test.ts', [
    [
      'in a callback',
      'hearing in a callback that an administrator is wanted',
      "if (needsAdministrator(error)) return 'admin_consent'",
      '',
    ],
  ]),
  ...inFile('adapters/google-calendar/errors.ts', 'src/adapters/google-calendar/consent.test.ts', [
    [
      'asks for an administrator',
      'hearing in an answer that an administrator is wanted',
      "if (needsAdministrator(code)) return 'admin_consent'",
      '',
    ],
  ]),
  ...inFile('adapters/google-calendar/errors.ts', 'src/adapters/google-calendar/errors.test.ts', [
    ['F-53', 'own words only', 'Object.hasOwn(table, code) ? table[code] : undefined', 'table[code]'],
  ]),
  ...inAdapter('connector.ts', 'consent.test.ts', [
    ['a guest', 'telling a guest', 'throw guestOr(wireFailure(error))', 'throw wireFailure(error)'],
    ['from Graph, with a code', 'the code of a refused token', ' || failure.explained', ''],
    ['from the sign-in, without', 'telling Graph from the sign-in', '!(failure instanceof GraphRefusal) || ', ''],
  ]),
]

const shared = inAdapter('tokens.ts', 'tokens.test.ts', [
  [
    'F-43 TS-22',
    'one refresh at a time',
    "return this.#flights.run(flight.join(' '), () => this.#obtain(owner, purpose, rejected), signal)",
    'return this.#obtain(owner, purpose, rejected)',
  ],
  [
    'F-43 for three',
    'the lease',
    'const lease = await stored(() => vault.lease(refOf(owner), LEASE_MS))',
    "const lease = 'mine' as string | undefined",
  ],
  ['F-43 of somebody', 'the look whether somebody was first', 'if (tokens.version !== version) return undefined', ''],
  [
    'TS-23 from memory',
    'the version of what is in memory',
    'known?.version === version && ',
    'known !== undefined && ',
  ],
  [
    'TS-23 is no longer used',
    'the look whether it is still connected',
    'if (status === undefined) throw gone()\n',
    'if (status === undefined) return [...this.#memory.values()][0]?.secret ?? ""\n',
  ],
  ['gives its lease back', 'giving the lease back', 'await vault.release(ref, lease).catch(() => {})', ''],
])

export const TOKENS: readonly Defence[] = [...refused, ...shared]
