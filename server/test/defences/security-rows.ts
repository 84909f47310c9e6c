import { type Defence, inAdapter, inFile } from './defence.ts'

const configuration = [
  ...inFile('config-fields.ts', 'test/security/boot.test.ts', [
    [
      'OA-16',
      'https, but on loopback',
      'if (bare && isSecure(url)) return url.origin',
      'if (url && bare) return url.origin',
    ],
    [
      'OA-29',
      'refusing placeholders',
      "\n    .refine((text) => !PLACEHOLDER.test(text), 'must not be a placeholder')",
      '',
    ],
    ['TS-11', 'the length of a key', 'if (key.length !== 32 || ', 'if ('],
    ['TS-11', 'the look at a key of zeros', 'new Set(key).size < 8', 'false'],
  ]),
  ...inFile('config.ts', 'test/security/boot.test.ts', [
    ['TS-13', 'wanting a key', 'TOKEN_ENCRYPTION_KEYS: tokenKeys,', 'TOKEN_ENCRYPTION_KEYS: tokenKeys.optional(),'],
  ]),
]

const leaving = [
  ...inFile('adapters/microsoft-calendar/identity/scopes.ts', 'test/security/leaving.test.ts', [
    [
      'OA-17',
      'asking to write only who wants it',
      "...(access === 'bookings' ? scopesFor(config, 'write') : []),",
      "...scopesFor(config, 'write'),",
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/connector.ts', 'test/security/leaving.test.ts', [
    [
      'OA-35',
      'naming the account that was connected',
      "...(request.loginHint === undefined ? { prompt: 'select_account' } : { loginHint: request.loginHint }),",
      "...{ prompt: 'select_account' },",
    ],
  ]),
  ...inFile('http/csrf.ts', 'test/security/leaving.test.ts', [
    [
      'TS-19',
      'comparing in constant time',
      'timingSafeEqual(digest(given), digest(expected))',
      'digest(given).equals(digest(expected))',
    ],
  ]),
  ...inFile('adapters/postgres/connections/authorization-request-store.ts', 'test/security/state.test.ts', [
    ['OA-38', 'using a state up', 'provider, consumedAt: null, expiresAt', 'provider, expiresAt'],
  ]),
]

const lettingGo = [
  ...inFile('http/route-middleware.ts', 'test/security/letting-go.test.ts', [
    [
      'OA-26',
      'the token of a form',
      '[session, form, signedIn, csrf.requireSessionToken]',
      '[session, form, signedIn]',
    ],
  ]),
  ...inFile('http/pages/settings-account.tsx', 'test/security/letting-go.test.ts', [
    [
      'TS-27',
      'the links',
      'features.accessRemovalUrls.length === 0 ? null',
      'features.accessRemovalUrls.length > 0 ? null',
    ],
  ]),
]

const tokens = [
  ...inFile('adapters/postgres/encryption/key-ring.ts', 'src/adapters/postgres/encryption/key-ring.test.ts', [
    ['TS-04', 'counting', '      entry.messages += 1\n', ''],
    ['TS-18', 'one set of words', '  } catch {\n    throw unreadable()', '  } catch (error) {\n    throw error'],
  ]),
  ...inFile(
    'adapters/postgres/connections/token-vault.ts',
    'test/contract/postgres-vault.test.ts',
    [
      [
        'TS-20',
        'whose status it is',
        'c.id = $1::uuid AND c.tenant_id = $2::uuid',
        'c.id = $1::uuid AND $2::uuid IS NOT NULL',
      ],
    ],
    'test/contract/vault-promises.ts',
  ),
]

const web = [
  ...inFile('adapters/postgres/accounts/web-session-store.ts', 'test/security/web.test.ts', [
    ['WS-03', 'the hash of an id', "createHash('sha256').update(sid).digest('hex')", 'sid'],
  ]),
  ...inFile('http/request-fields.ts', 'test/security/web.test.ts', [
    ['WS-19', 'taking out what cannot be printed', '  .transform(printable)\n', ''],
  ]),
  ...inFile('http/security-headers.ts', 'test/security/web.test.ts', [
    ['WS-23', 'ourselves alone', `defaultSrc: ["'self'"],`, `defaultSrc: ["'self'", 'https:'],`],
  ]),
]

const logs = [
  ...inFile(
    'adapters/google-calendar/transport/bounded-fetch.ts',
    'src/adapters/google-calendar/transport/bounded-fetch.test.ts',
    [
      [
        'CL-02',
        'the configured origins',
        "if (!origins.has(url.origin)) throw garbled('it leads to another host')",
        '',
      ],
    ],
  ),
  ...inFile('adapters/pino/log.ts', 'test/security/events.test.ts', [
    ['CL-10 CL-11', 'one format of time', 'pino.stdTimeFunctions.isoTime', 'pino.stdTimeFunctions.epochTime'],
  ]),
  ...inFile('services/watch-secret-expiry.ts', 'src/services/watch-secret-expiry.test.ts', [
    ['OA-30', 'the second reminder', 'REMIND_AT = [30, 14]', 'REMIND_AT = [30]'],
  ]),
]

const privacy = [
  ...inAdapter('event-body.ts', 'writes.test.ts', [
    ['PR-10', 'privacy of an event', "    sensitivity: 'private',\n", ''],
  ]),
  ...inFile('adapters/google-calendar/event-body.ts', 'test/google/adapter.test.ts', [
    ['PR-10', 'privacy of an event', "    visibility: 'private',\n", ''],
  ]),
  ...inFile('../../prisma/migrations/20240115090000_baseline/migration.sql', 'test/postgres/keeping.test.ts', [
    [
      'PR-15',
      'the trigger',
      'CREATE TRIGGER "audit_event_append_only" BEFORE UPDATE OR DELETE ON "audit_event" FOR EACH ROW EXECUTE FUNCTION keep_audit_event();',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/retention.ts', 'test/postgres/keeping.test.ts', [
    [
      'PR-16',
      'removing what is counted no more',
      'await database.rateLimit.deleteMany({ where: { expire: { lt: now.getTime() } } })',
      '{ count: 0 }',
    ],
  ]),
]

export const SECURITY_ROWS: readonly Defence[] = [
  ...configuration,
  ...leaving,
  ...lettingGo,
  ...tokens,
  ...web,
  ...logs,
  ...privacy,
]
