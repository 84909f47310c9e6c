import { type Defence, inAdapter, inFile, inOAuth } from './defence.ts'

const refused = [
  ...inAdapter('transport/graph-transport.ts', 'refused-tokens.test.ts', [
    [
      'is renewed once',
      'a second token',
      'if (!(error instanceof GraphError) || error.status !== 401) throw error',
      'throw error',
    ],
    ['F-48', 'the claims of a challenge', '...(claims === undefined ? {} : { claims })', ''],
  ]),
  ...inOAuth('token-source.ts', 'microsoft/token-answers.test.ts', [
    [
      'F-40',
      'the look whose tokens they are',
      'if (fresh.accountKey !== undefined && fresh.accountKey !== accountKey) throw',
      'if (accountKey === undefined) throw',
    ],
    [
      'F-52',
      'telling tokens that cannot be decrypted',
      'throw error instanceof UnreadableTokens ? this.#unreadable(owner) : error',
      'throw error',
    ],
  ]),
  ...inOAuth('refresh-backoff.ts', 'microsoft/token-answers.test.ts', [
    [
      'F-47',
      'remembering a refusal',
      "if (reason === 'reconnect' || reason === 'admin_consent')\n      this.#refusals",
      "if (reason === 'conflict')\n      this.#refusals",
    ],
    [
      'F-46',
      'the Retry-After of the token endpoint',
      'if (retryAfterMs !== undefined) this.#pauses.pause(accountKey, retryAfterMs)',
      '',
    ],
  ]),
  ...inOAuth('exchange-log.ts', 'microsoft/token-answers.test.ts', [
    ['F-49', 'the alarm', 'failure instanceof ClientRejected || (refusesUs', '(refusesUs'],
    [
      'when several tenants meet it',
      'the alarm of several tenants',
      ' || (refusesUs(failure, grant) && refusals.began(tenantId))',
      '',
    ],
    [
      'when several tenants meet it',
      'telling one tenant from several',
      '(refusesUs(failure, grant) && refusals.began(tenantId))',
      'refusesUs(failure, grant)',
    ],
  ]),
  ...inAdapter('identity/token-client.ts', 'token-answers.test.ts', [
    [
      'F-45',
      'the deadline of a token request',
      'export const TOKEN_ENDPOINT_MS = 5000',
      'export const TOKEN_ENDPOINT_MS = 60_000',
    ],
    [
      'access token is garbled',
      'a look whether there is a token',
      "if (accessToken === '' || expiresAt === undefined)",
      'if (expiresAt === undefined)',
    ],
    [
      'F-50',
      'the look at granted scopes',
      'access: allows(config, scopes, purpose) ? {',
      'access: scopes !== undefined ? {',
    ],
  ]),
  ...inAdapter('calendar-list.ts', 'consent.test.ts', [
    ['a guest', 'telling a guest', 'throw guestOr(transportFailure(error))', 'throw transportFailure(error)'],
    ['from Graph, with a code', 'the code of a refused token', ' || failure.explained', ''],
    ['from the sign-in, without', 'telling Graph from the sign-in', '!(failure instanceof GraphError) || ', ''],
  ]),
]

const shared = [
  ...inOAuth('token-source.ts', 'microsoft/tokens.test.ts', [
    [
      'F-43 TS-22',
      'one refresh at a time',
      'return this.#flights.run(flight, () => this.#obtain(owner, purpose, rejected), signal)',
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
      'cached?.version === version && ',
      'cached !== undefined && ',
    ],
    [
      'TS-23 is no longer used',
      'the look whether it is still connected',
      'if (status === undefined) throw this.#forget(owner)\n',
      "if (status === undefined) return this.#cache.get(cacheKey(owner, purpose))?.secret ?? ''\n",
    ],
    ['gives its lease back', 'giving the lease back', 'await vault.release(ref, lease).catch(() => {})', ''],
  ]),
  ...inOAuth(
    'token-source.ts',
    'contract/google-connector.test.ts',
    [
      [
        'keepAlive refreshes',
        'a refresh whatever the age',
        "await this.access(owner, 'read', signal, { token })",
        "await this.access(owner, 'read', token === 'never' ? undefined : signal)",
      ],
      [
        'a lease that',
        'a lease that hides no success',
        'await vault.release(ref, lease).catch(() => {})',
        'await vault.release(ref, lease)',
      ],
      [
        'F-50 INV-8',
        'keeping the newer refresh token of a narrower grant',
        'const committed = await stored(() => vault.commit(ref, lease, version, fresh.tokens))',
        'const committed = fresh.access && (await stored(() => vault.commit(ref, lease, version, fresh.tokens)))',
      ],
      ['F-71', 'the margin before the end', '5 * 60_000 + 15_000', '60_000'],
      [
        'a grant that',
        'the look whether the grant was replaced',
        'if (now !== undefined && now.version !== tokens.version) return undefined',
        '',
      ],
      [
        'F-52',
        'telling tokens of another form',
        'throw this.#unreadable(owner)\n    }\n  }\n\n  #unreadable',
        'return undefined\n    }\n  }\n\n  #unreadable',
      ],
      ['F-05', 'the end of waiting for a lease', 'waited += wait\n', 'waited += wait * 0\n'],
    ],
    'test/contract/token-promises.ts',
  ),
  ...inOAuth(
    'refresh-backoff.ts',
    'contract/google-connector.test.ts',
    [
      ['F-47', 'the end of a remembered refusal', 'const REFUSED_FOR_MS = 60_000', 'const REFUSED_FOR_MS = 600_000'],
      ['INV-11 F-46', 'the pause of the token endpoint', 'if (retryAfterMs > 0)\n', 'if (retryAfterMs > 1e12)\n'],
    ],
    'test/contract/token-promises.ts',
  ),
  ...inOAuth(
    'exchange-log.ts',
    'contract/google-connector.test.ts',
    [['each exchange', 'the line of a failed exchange', "log.warn('token_exchange_failed', line(failure))", '']],
    'test/contract/token-promises.ts',
  ),
  ...inFile('adapters/google-calendar/identity/token-client.ts', 'test/google/tokens.test.ts', [
    ['F-46 HTML', 'the status before the body', 'response.json().catch(() => undefined)', 'response.json()'],
    [
      'F-40',
      'the subject of a refresh',
      'fresh.id_token === undefined ? undefined : subjectOf(fresh.id_token)',
      'undefined',
    ],
  ]),
  ...inFile('adapters/google-calendar/identity/scopes.ts', 'test/google/tokens.test.ts', [
    ['OA-18', 'any white space between scopes', 'scope.split(/\\s+/)', "scope.split(' ')"],
  ]),
  ...inFile(
    'adapters/mock-calendar/connector.ts',
    'test/contract/mock-connector.test.ts',
    [['OA-10', 'the nonce', 'if (code.nonce !== request.nonce)', "if (code.nonce === 'never')"]],
    'test/contract/connecting-promises.ts',
  ),
]

const encrypted = [
  ...inFile('adapters/postgres/encryption/encrypted-writes.ts', 'test/postgres/authorization-requests.test.ts', [
    [
      'OA-08 keep the verifier sealed',
      'the encryption of code verifiers',
      'column.model === model)',
      "column.model === model && model !== 'OAuthAttempt')",
    ],
  ]),
]

export const TOKENS: readonly Defence[] = [...refused, ...shared, ...encrypted]
