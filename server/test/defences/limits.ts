import { type Defence, inFile } from './defence.ts'

const fairness = [
  ...inFile('jobs/runner.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'leaving places to other practices', '    forbiddenFlags,\n', ''],
  ]),
  ...inFile('jobs/one-at-a-time.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'one look at a time', '      await before\n', ''],
    [
      'T-29 one practice',
      'an end to the wait of a practice',
      'end: (jobId) => void flags.delete(jobId)',
      'end: () => {}',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/outbox-jobs.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'the flag of a job', ",\n    flags => ARRAY['tenant:' || tenant_id])", ')'],
    [
      'T-29 one practice',
      'the flag of a job queued again',
      "'mirror:' || id, NULL, ARRAY['tenant:' || tenant_id])::graphile_worker.job_spec))\n    FROM (SELECT b.id",
      "'mirror:' || id, NULL, NULL)::graphile_worker.job_spec))\n    FROM (SELECT b.id",
    ],
  ]),
]

const reads = [
  ...inFile('services/read-account.ts', 'test/services/read-free-busy.test.ts', [
    [
      'T-36 a flood',
      'the bound of what pages read at once',
      'const SLOT_READS_AT_ONCE = 2',
      'const SLOT_READS_AT_ONCE = 9',
    ],
    ['T-36 a flood', 'an end to the wait for a turn', 'const TURN_MS = 4_000', 'const TURN_MS = 7_000'],
    [
      'T-36 a flood',
      'silence about a turn that did not come',
      'return await slotReads.run(asked.connection.id, () => read(asked, deadline.left()), turn.signal)',
      `return await slotReads
        .run(asked.connection.id, () => read(asked, deadline.left()), turn.signal)
        .catch(async (error: unknown) => {
          await recordFailure(asked.connection, error)
          throw error
        })`,
    ],
  ]),
]

const database = [
  ...inFile('application.ts', 'test/security/production.test.ts', [
    [
      'CL-01 a database across',
      'the warning',
      "if (config.production && isExposed(config.databaseUrl)) log.warn('database_without_tls')",
      '',
    ],
  ]),
  ...inFile('adapters/postgres/client.ts', 'test/security/production.test.ts', [
    ['CL-01 a database across', 'the look at the certificate', '|| /[?&]sslmode=no-verify\\b/.test(url)', ''],
    ['CL-01 a database across', 'the look at TLS', '(!ssl || /', '(/'],
    ['CL-01 no warning', 'the look at the host', '!NEAR.test(host) && ', ''],
  ]),
]

const approvals = [
  ...inFile('services/admin-consent.ts', 'test/security/accounts.test.ts', [
    ['OA-41 who approves', 'the state that a row is about', 'subjectId: id,', 'subjectId: crypto.randomUUID(),'],
  ]),
  ...inFile('adapters/postgres/accounts/audit-log.ts', 'test/security/accounts.test.ts', [
    [
      'OA-41 who approves',
      'one row for each outcome of a link',
      'createMany({ data: [rowOf(event)], skipDuplicates: true })',
      "create({ data: rowOf({ ...event, actor: 'anonymous' }) })",
    ],
  ]),
]

const callbacks = [
  ...inFile('http/routes/calendar-callback.ts', 'test/security/callback.test.ts', [
    ['OA-27 extends', 'leaving the idle time alone', ', { extends: false })', ')'],
  ]),
  ...inFile('adapters/postgres/accounts/web-session-store.ts', 'test/security/callback.test.ts', [
    [
      'OA-27 extends',
      'leaving the end of a row alone',
      '  override destroy(',
      '  override touch(sid: string, data: SessionData, done?: () => void): void {\n    this.#inner.touch?.(hashed(sid), data, done)\n  }\n\n  override destroy(',
    ],
  ]),
]

const floods = [
  ...inFile('adapters/postgres/rate-limits.ts', 'test/security/booking-limits.test.ts', [
    ['T-29 a flood', 'refusing from memory', '        inMemoryBlockOnConsumed: points + 2,\n', ''],
    ['T-29 a flood', 'silence about a refusal from memory', 'refused.consumedPoints === 0 || ', ''],
  ]),
  ...inFile('http/rate-limit.ts', 'test/security/booking-limits.test.ts', [
    ['T-29 a flood', 'whose tries were refused', 'source: source(req), ', ''],
  ]),
  ...inFile('adapters/postgres/rate-limits.ts', 'test/postgres/tenant-snapshots.test.ts', [
    ['WS-16 a try counted', 'a row where nothing is found', 'counted LEFT JOIN (', 'counted JOIN ('],
    [
      'WS-16 a try counted',
      'parameters that follow each other',
      'Number(number) + count.values.length',
      'Number(number)',
    ],
    [
      'WS-16 a try counted',
      'refusing where nothing was counted',
      'if (!(refused instanceof RateLimiterRes)) throw refused',
      'if (!(refused instanceof RateLimiterRes)) return { allowed: true, retryAfterSeconds: 0 }',
    ],
  ]),
  ...inFile('http/rate-limit.ts', 'test/http/limits.test.ts', [
    [
      'WS-16 in',
      'counting what ends without having read',
      '      if (!isCounted) await countAlone()\n      throw error\n',
      '      throw error\n',
    ],
    ['WS-16 in', 'refusing what was counted with a read', '      refuse(count)\n', ''],
  ]),
]

const words = inFile('http/routes/appointments.ts', 'test/http/manage.test.ts', [
  [
    'say how an action ended',
    'the flash of an action',
    'web.flash.take(req, res) ? req.query.outcome : undefined',
    'req.query.outcome',
  ],
])

const commands = inFile('cli/ask-secret.ts', 'src/cli/ask-secret.test.ts', [
  ['a secret that is asked', 'an output that leads nowhere', 'output: nowhere', 'output'],
  ['a secret that never', 'the end of the input', 'ended.abort()', 'input.resume()'],
])

const accounts = [
  ...inFile('adapters/postgres/accounts/user-store.ts', 'test/security/account.test.ts', [
    [
      'WS-05 WS-02 is changed',
      'the end of the other web sessions',
      '        if (count === 0) return false\n        await endAccess(transaction, user.id)\n',
      '        if (count === 0) return false\n',
    ],
    [
      'WS-05 signing out everywhere',
      'whose web sessions end',
      "DELETE FROM session WHERE sess->>'userId' = ",
      "DELETE FROM session WHERE sess IS NOT NULL OR sess->>'userId' = ",
    ],
  ]),
  ...inFile('http/routes/account.ts', 'test/security/account.test.ts', [
    ['WS-05 WS-02 is changed', 'a new id', '      await signIn(req, user, clock.now())\n', ''],
    [
      'WS-05 is not changed without',
      'the look at the present password',
      '!(await hashing(passwords.verify(user.passwordHash, current)))',
      'false',
    ],
    ['WS-12 WS-17 is asked', 'the limit', "limit('password', byUser), ", ''],
  ]),
]

const readiness = [
  ...inFile('adapters/postgres/database-errors.ts', 'test/faults/database-down.test.ts', [
    [
      'that takes no writes',
      'what an outage was',
      "unavailable ? 'unavailable' : 'failed', codeOf(error))",
      "unavailable ? 'unavailable' : 'failed', undefined)",
    ],
  ]),
  ...inFile('../../render.yaml', 'test/security/hosting.test.ts', [
    ['builds, leaves out', 'the look at the process alone', 'healthCheckPath: /healthz', 'healthCheckPath: /readyz'],
    ['builds, leaves out', 'taking away what only builds', ' && npm prune --omit=dev', ''],
  ]),
]

export const LIMITS: readonly Defence[] = [
  ...fairness,
  ...reads,
  ...database,
  ...approvals,
  ...callbacks,
  ...floods,
  ...words,
  ...commands,
  ...accounts,
  ...readiness,
]
