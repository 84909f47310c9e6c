import { type Defence, inFile } from './defence.ts'

const requests = [
  ...inFile('adapters/postgres/connections/authorization-request-store.ts', 'test/security/state.test.ts', [
    ['OA-02', 'using a state up', 'provider, consumedAt: null, expiresAt', 'provider, expiresAt'],
    ['OA-03', 'the end of a state', 'consumedAt: null, expiresAt: { gt: now } }', 'consumedAt: null }'],
    [
      'OA-04',
      'the tenant, the user and the web session of a state',
      'stateHash, sessionHash, userId, tenantId, provider, consumedAt',
      'stateHash, provider, consumedAt',
    ],
    [
      'OA-05 another',
      'the web session of a state',
      'stateHash, sessionHash, userId, tenantId, provider, consumedAt',
      'stateHash, userId, tenantId, provider, consumedAt',
    ],
    [
      'OA-06',
      'the web session and whose it is',
      'stateHash, sessionHash, userId, tenantId, provider, consumedAt',
      'stateHash, provider, consumedAt',
    ],
    ['OA-13', 'the provider of a state', 'tenantId, provider, consumedAt', 'tenantId, consumedAt'],
  ]),
  ...inFile('adapters/postgres/connections/authorization-request-store.ts', 'test/security/leaving.test.ts', [
    ['OA-28 a sixth', 'the bound on open requests', 'skip: UNUSED_PER_SESSION', 'skip: 1000'],
  ]),
  ...inFile('services/connect-flow.ts', 'test/security/leaving.test.ts', [
    ['OA-01', 'a random state', 'state: random(),', "state: '6f1f0a52-6f0c-4b1e-8f0e-0d5a6a3d0c11',"],
    ['OA-08', 'a fresh verifier', 'codeVerifier: random(),', "codeVerifier: 'A'.repeat(43),"],
  ]),
  ...inFile('services/redeem-reply.ts', 'test/security/state.test.ts', [
    ['OA-14', 'the look at the issuer', 'issuer !== undefined && !isIssuerOf(binding, issuer)', 'false'],
  ]),
  ...inFile('services/oauth-flow.ts', 'test/security/callback.test.ts', [
    [
      'OA-39',
      'words for a write that failed',
      'return error instanceof StoreError',
      'throw error\n      return error instanceof StoreError',
    ],
    [
      'OA-40',
      'the second look at rights',
      'current === undefined || !current.owner || current.tenantId !== request.tenantId',
      'current === undefined',
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/connector.ts', 'test/security/leaving.test.ts', [
    ['OA-07', 'S256 at Microsoft', "codeChallengeMethod: 'S256'", "codeChallengeMethod: 'plain'"],
  ]),
  ...inFile('services/admin-consent-state.ts', 'test/security/accounts.test.ts', [
    ['OA-41', 'the provider of an administrator’s state', ' && forProvider === provider', ''],
  ]),
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    [
      'OA-20',
      'the look at the form of a callback',
      'if (schema.safeParse(req.query).success) next()',
      'if (schema) next()',
    ],
  ]),
  ...inFile('adapters/postgres/connections/store-grant.ts', 'test/security/accounts.test.ts', [
    [
      'OA-12',
      'knowing an account by its key',
      'if (isSameMailbox(active, { provider, accountKey: grant.accountKey }))',
      'if (active.provider === provider)',
    ],
  ]),
]

const idTokens = [
  ...inFile('adapters/microsoft-calendar/identity/id-token.ts', 'test/microsoft/connector.test.ts', [
    ['OA-10 our own', 'our own look at the nonce', 'payload.nonce !== nonce', "payload.nonce === ''"],
  ]),
  ...inFile('adapters/microsoft-calendar/identity/id-token.ts', 'test/security/callback.test.ts', [
    ['OA-11', 'the audience', 'audience: config.clientId,\n', ''],
  ]),
]

const RING = 'adapters/postgres/encryption/key-ring.ts'
const CONTEXT = '[table, tenantId, rowId, provider, field, String(version), kid]'

const encryption = [
  ...inFile(RING, 'src/adapters/postgres/encryption/key-ring.test.ts', [
    ['TS-03', 'a random IV', 'const iv = randomBytes(IV_BYTES)', 'const iv = Buffer.alloc(IV_BYTES)'],
    ['TS-05', 'the least length', 'body.length >= IV_BYTES + TAG_BYTES', 'body.length >= IV_BYTES'],
    [
      'TS-06',
      'the check of the tag',
      "return Buffer.concat([start, decipher.final()]).toString('utf8')",
      "return start.toString('utf8')",
    ],
    ['TS-07', 'the tenant', CONTEXT, '[table, rowId, provider, field, String(version), kid]'],
    ['TS-07', 'the row', CONTEXT, '[table, tenantId, provider, field, String(version), kid]'],
    ['TS-07', 'the provider', CONTEXT, '[table, tenantId, rowId, field, String(version), kid]'],
    ['TS-07', 'table and field', CONTEXT, '[tenantId, rowId, provider, String(version), kid]'],
    ['TS-09', 'the key id', CONTEXT, '[table, tenantId, rowId, provider, field, String(version)]'],
  ]),
  ...inFile(RING, 'test/security/health.test.ts', [
    ['TS-08', 'the version', CONTEXT, '[table, tenantId, rowId, provider, field, kid]'],
  ]),
  ...inFile('adapters/postgres/encryption/key-rotation.ts', 'test/security/boot.test.ts', [
    [
      'TS-12',
      'the sentinel of each key',
      'if (!decrypts(() => row.sentinel === SENTINEL))',
      'if (!decrypts(() => row.kid === SENTINEL || true))',
    ],
  ]),
  ...inFile('adapters/postgres/encryption/key-rotation.ts', 'test/security/rotation.test.ts', [
    ['TS-14 TS-15', 'the look for keys in use', 'if (!ring.kids.includes(kid))', "if (kid === 'never')"],
  ]),
]

const web = [
  ...inFile('http/request-log.ts', 'test/security/canary.test.ts', [
    ['OA-24', 'a route’s pattern for its address', 'route: routeOf(req)', 'route: req.originalUrl'],
  ]),
  ...inFile('http/csrf.ts', 'test/security/leaving.test.ts', [
    [
      'OA-25',
      'the token of members’ forms',
      'next(sameSecret(fieldOf(req), tokenFor(`session:',
      'next(sameSecret(fieldOf(req), fieldOf(req) || tokenFor(`session:',
    ],
  ]),
  ...inFile('http/csrf.ts', 'test/http/session.test.ts', [
    [
      'WS-12',
      'the token of public forms',
      "next(isFromBrowser(req) ? undefined : new HttpError('expired_form'))",
      'next()',
    ],
  ]),
  ...inFile('http/csrf.ts', 'test/security/web.test.ts', [
    [
      'WS-20',
      'the token of public forms',
      "next(isFromBrowser(req) ? undefined : new HttpError('expired_form'))",
      'next()',
    ],
  ]),
  ...inFile('http/security-headers.ts', 'test/security/callback.test.ts', [
    ['OA-22', 'keeping nothing', "res.set('Cache-Control', 'no-store')\n", ''],
  ]),
  ...inFile('http/page-responses.ts', 'test/security/callback.test.ts', [
    ['OA-23', '303', 'res.redirect(303, path)', 'res.redirect(302, path)'],
  ]),
  ...inFile('main.ts', 'test/security/boot.test.ts', [
    ['CL-14 TS-28', 'our own answer to SIGUSR1', "process.on('SIGUSR1', () => {})\n", ''],
  ]),
  ...inFile('http/web-session.ts', 'test/security/web.test.ts', [
    ['WS-01', 'the prefix of cookies', '(isHttps(appUrl) ? `__Host-', '(isHttps(appUrl) ? `'],
    ['WS-04', 'the longest web session', 'now - signedInAt >= ABSOLUTE_MS || ', ''],
  ]),
  ...inFile('http/web-session.ts', 'test/http/session.test.ts', [
    [
      'WS-02',
      'a new id at sign-in',
      'req.session.regenerate((error) => (error ? reject(error) : resolve()))',
      'resolve(reject as never)',
    ],
  ]),
  ...inFile('adapters/postgres/accounts/user-store.ts', 'test/security/web.test.ts', [
    ['WS-05', 'the look whether a user is disabled', '{ disabledAt: null, tenant', '{ tenant'],
  ]),
  ...inFile('http/security-headers.ts', 'test/security/web.test.ts', [
    ['WS-06', 'keeping forms here', `formAction: ["'self'"]`, `formAction: ["'self'", 'https:']`],
    ['WS-07', 'refusing frames', `frameAncestors: ["'none'"],\n`, ''],
    ['WS-07 WS-08', 'a year of HSTS', 'maxAge: maxAgeSeconds', 'maxAge: 0'],
    [
      'WS-07 WS-08 WS-09',
      'the opener policy',
      "crossOriginOpenerPolicy: { policy: 'same-origin' }",
      'crossOriginOpenerPolicy: false',
    ],
    ['WS-07 WS-08 WS-09 WS-10', 'keeping nothing', "res.set('Cache-Control', 'no-store')\n", ''],
    [
      'WS-11',
      'the resource policy',
      "crossOriginResourcePolicy: { policy: 'same-origin' }",
      'crossOriginResourcePolicy: false',
    ],
  ]),
  ...inFile('http/allowed-methods.ts', 'test/security/web.test.ts', [
    ['WS-18', 'the list of methods', 'next(METHODS.has(req.method) ? undefined', 'next(req.method ? undefined'],
  ]),
  ...inFile('http/routes/api.ts', 'test/security/web.test.ts', [
    [
      'WS-13',
      'the look at the type',
      "next(type === 'application/json' ? undefined",
      'next(type !== undefined ? undefined',
    ],
  ]),
  ...inFile('http/route-middleware.ts', 'test/security/forms.test.ts', [
    ['WS-14 a form', 'the limit of forms', "const FORM_LIMIT = '16kb'", "const FORM_LIMIT = '16mb'"],
    ['WS-14 a form', 'the limit of fields', 'parameterLimit: 200', 'parameterLimit: 2000'],
  ]),
  ...inFile('http/app.ts', 'test/security/web.test.ts', [
    [
      'WS-16',
      'the count of proxies',
      "app.set('trust proxy', dependencies.trustProxyHops)",
      "app.set('trust proxy', true)",
    ],
  ]),
]

export const SECURITY: readonly Defence[] = [...requests, ...idTokens, ...encryption, ...web]
