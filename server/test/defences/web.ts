import { type Defence, inFile } from './defence.ts'

const text = [
  ...inFile('adapters/postgres/accounts/tenant-snapshots.ts', 'test/security/odd-text.test.ts', [
    [
      'WS-15',
      'the look whether a name can be a slug',
      'isSlug(slug) ? find(BY_SLUG, slug, window) : undefined',
      'find(BY_SLUG, slug, window)',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/user-store.ts', 'test/security/odd-text.test.ts', [
    [
      'WS-15',
      'the look whether PostgreSQL can hold an address',
      'isStorable(email) ? await database.user.findUnique({ where, include: WITH_LOCALE }) : null',
      'await database.user.findUnique({ where, include: WITH_LOCALE })',
    ],
  ]),
  ...inFile('http/request-fields.ts', 'test/security/odd-text.test.ts', [
    ['WS-15', 'taking controls out of a name', '/[\\p{Cc}\\p{Cs}\\u2028', '/[\\p{Cs}\\u2028'],
  ]),
]

const lastResort = [
  ...inFile('adapters/postgres/accounts/web-session-store.ts', 'test/postgres/session-store.test.ts', [
    [
      'CL-08 set hands over',
      'words of our own for the database’s',
      'const done = (error?: unknown): void => callback?.(error && translated(error))',
      'const done = (error?: unknown): void => callback?.(error)',
    ],
  ]),
  ...inFile('http/error-handler.ts', 'test/http/last-resort.test.ts', [
    ['CL-08 CL-09 an error after', 'breaking half an answer off', 'return void res.destroy()', 'return _next(error)'],
    [
      'CL-08 CL-09 an error page',
      'catching a failure of the error page',
      'note(failure, req, res)\n      res.destroy()',
      'throw failure',
    ],
    [
      'CL-08 CL-09 a session',
      'leaving a whole answer alone',
      'if (res.writableEnded) return\n',
      'if (res.writableEnded) return _next(error)\n',
    ],
  ]),
  ...inFile('main.ts', 'test/security/boot.test.ts', [
    [
      'CL-14 a second fault',
      'hearing the second fault',
      "process.on('uncaughtException'",
      "process.once('uncaughtException'",
    ],
    [
      'CL-14 a second fault',
      'silence of libraries',
      "console[method] = () => say('warn', 'console', { method })",
      'void method',
    ],
    [
      'CL-14 a second fault',
      'words only',
      "say('error', 'uncaught', traceOf(error))\n    process.exitCode = 1\n    stop()",
      "say('error', 'uncaught', { ...traceOf(error), error: (error as Error).name })\n    process.exitCode = 1\n    stop()",
    ],
  ]),
]

const lookUps = [
  ...inFile('domain/zoned-time.ts', 'test/http/look-ups.test.ts', [
    [
      'the days of',
      'counting from midnight',
      'if (day !== undefined) return clockOn(day, epochMs)',
      'if (day === undefined) return clockOn({ day: dayOfUtc(epochMs), startMs: epochMs }, epochMs)',
    ],
  ]),
  ...inFile('domain/zone-cache.ts', 'test/http/look-ups.test.ts', [
    ['the days of', 'answers that are known', '    zones.set(timeZone, answers.set(at, answer))\n', ''],
  ]),
  ...inFile('domain/zone-cache.ts', 'src/domain/zone-cache.test.ts', [
    ['a zone is asked once', 'the bound of the cache', 'count >= CACHED_ANSWERS', 'count < 0'],
  ]),
  ...inFile('domain/zoned-time.ts', 'src/domain/zoned-time.test.ts', [
    ['PG-23 a wall clock is that of Temporal', 'the look at the day after', ' && nextEndMs - endMs <= DAY_MS', ''],
    [
      'PG-23 a wall clock is that of Temporal',
      'the end of an ordinary day',
      '=> startMs <= epochMs && epochMs < startMs + DAY_MS',
      '=> startMs <= epochMs',
    ],
  ]),
]

const signingOut = [
  ...inFile('adapters/postgres/accounts/web-session-store.ts', 'test/security/signing-out.test.ts', [
    ['WS-05 signing out', 'making rows for new web sessions only', 'if (isNew) this.#inner', 'if (true) this.#inner'],
  ]),
]

const fields = [
  ...inFile('domain/email-address.ts', 'src/domain/email-address.test.ts', [
    ['passes', 'the signs that a browser lets through', ".!#$%&'*+/=?^_`{|}~-]+@", '.+_-]+@'],
    ['does not', 'the bound of a label', '{0,61}[a-zA-Z0-9])?)*$/', '*[a-zA-Z0-9])?)*$/'],
  ]),
]

const production = [
  ...inFile('config.ts', 'test/security/production.test.ts', [
    [
      'CL-01 CALENDAR_ADAPTERS',
      'refusing the mock calendar in production',
      "if (env.CALENDAR_ADAPTERS === 'mock')",
      'if (false)',
    ],
    [
      'CL-01 SESSION_SECRET',
      'refusing a weak secret in production',
      'const DISTINCT_CHARACTERS = 10',
      'const DISTINCT_CHARACTERS = 1',
    ],
    ['CL-01 CALENDAR_ADAPTERS', 'letting development be', "if (env.NODE_ENV === 'production')", 'if (true)'],
  ]),
  ...inFile('application.ts', 'test/security/production.test.ts', [
    [
      'CL-01 http on loopback',
      'the warning',
      "if (config.production && !config.appUrl.startsWith('https:')) log.warn('app_url_without_tls')",
      '',
    ],
  ]),
]

const limits = [
  ...inFile('services/book-session.ts', 'test/security/booking-limits.test.ts', [
    [
      'T-29',
      'asking whether one more booking is taken',
      "if (!admission.allowed) return replayedOr({ kind: 'too_many', retryAfterMs: admission.retryAfterMs })",
      '',
    ],
  ]),
  ...inFile('http/booking-admission.ts', 'test/security/booking-limits.test.ts', [
    ['T-29', 'the limit by address', "    ['booking_address', byAddress(req)],\n", ''],
    ['T-29', 'the limit by practice', "    ['booking_tenant', tenantId],\n", ''],
  ]),
  ...inFile('http/booking-admission.ts', 'test/http/limits.test.ts', [
    [
      'T-29 whoever is signed in',
      'the exception for the practice itself',
      'if (user?.tenantId === tenantId) return { allowed: true }',
      '',
    ],
    ['T-29 whoever is signed in', 'whose practice it is', 'user?.tenantId === tenantId', 'user !== undefined'],
  ]),
  ...inFile('http/rate-limit.ts', 'test/security/booking-limits.test.ts', [
    ['T-29', 'counting IPv6 by network', "networkOf(req.ip ?? '')", "req.ip ?? ''"],
  ]),
]

export const WEB: readonly Defence[] = [
  ...text,
  ...lastResort,
  ...lookUps,
  ...signingOut,
  ...production,
  ...fields,
  ...limits,
]
