import { type Defence, inFile } from './defence.ts'

const limits = [
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    ['OA-28', 'counting who is signed in by herself', '(req) => req.session.userId ?? byAddress(req)', 'byAddress'],
    [
      'OA-28',
      'the limit on strangers',
      'formed(Outcome), middleware.session, limit, async',
      'formed(Outcome), middleware.session, async',
    ],
  ]),
]

const headers = inFile('http/security-headers.ts', 'test/http/headers.test.ts', [
  ['WS-08', 'leaving other hosts alone', 'includeSubDomains: includesSubdomains', 'includeSubDomains: true'],
])

const TRACES = 'test/security/tracing.test.ts'

const traces = [
  ...inFile('adapters/opentelemetry/tracing.ts', TRACES, [
    [
      'TS-13 CL-09 traces tell',
      'what brought a call about',
      'else write(content, startTime, below(root))',
      'else write(content, startTime, ROOT_CONTEXT)',
    ],
    [
      'TS-13 CL-09 traces tell',
      'the request’s id as its trace',
      'writeRoot(content, startTime, root)\n    else',
      'write(content, startTime, ROOT_CONTEXT)\n    else',
    ],
    ['TS-13 CL-09 traces tell', 'jobs', "if (typeof task !== 'string' || typeof jobId !== 'string') return", 'return'],
    [
      'TS-13 CL-09 traces tell',
      'silence about the machine',
      "resource: resourceFromAttributes({ 'service.name': serviceName }),",
      "resource: resourceFromAttributes({ 'service.name': serviceName, 'host.name': '127.0.0.1' }),",
    ],
  ]),
  ...inFile('adapters/opentelemetry/spans.ts', TRACES, [
    [
      'TS-13 CL-09 traces tell',
      'ids of ours alone',
      "'booking.request_id': word(requestId),",
      "'booking.request_id': word(requestId), 'booking.tenant_id': word(requestId),",
    ],
    ['TS-13 CL-09 traces tell', 'what failed', "failed: call.outcome !== 'ok',", 'failed: false,'],
  ]),
  ...inFile('adapters/opentelemetry/exporter.ts', TRACES, [
    ['spans that a collector refuses', 'silence after the first', 'quietUntil = now + QUIET_MS\n', ''],
    ['spans that a collector refuses', 'the warning', 'result.code !== SENT && ', 'result.code === SENT && '],
  ]),
  ...inFile('application.ts', TRACES, [
    ['TS-13 CL-09 traces tell', 'sending what is left', 'stores.close(), tracing.close()', 'stores.close()'],
  ]),
  ...inFile('tracing.ts', TRACES, [
    ['CL-01 where its packages', 'saying what is missing', 'if (!isAbsent(error)) throw error', 'throw error'],
    ['CL-01 where its packages', 'doing without', 'if (tracing === undefined) return', 'if (tracing === null) return'],
  ]),
  ...inFile('config-fields.ts', 'test/security/boot.test.ts', [
    [
      'CL-01 OA-16 OA-29 TS-11 TS-13',
      'the look at a header’s value',
      'pair !== false && isFieldValue(pair[1])',
      'pair !== false && pair[1] !== undefined',
    ],
    [
      'CL-01 OA-16 OA-29 TS-11 TS-13',
      'keeping secrets out of the collector’s address',
      '!url.hash && !url.search\n  if (bare',
      '!url.hash\n  if (bare',
    ],
  ]),
]

const PROXIES = 'test/security/proxies.test.ts'

const proxies = [
  ...inFile('http/routes/health.ts', PROXIES, [
    [
      'WS-16 nobody else',
      'whose token it is',
      'token !== undefined && operator.isValid(token, clock.now())',
      'token !== undefined',
    ],
  ]),
  ...inFile('services/operator-token.ts', PROXIES, [
    ['WS-16 nobody else', 'an end', 'genuine && left > 0 &&', 'genuine &&'],
    ['WS-16 nobody else', 'the longest that one may last', ' && left <= 2 * LASTS_MS', ''],
    ['WS-16 nobody else', 'the signature', 'timingSafeEqual(signature, expected)', 'true'],
  ]),
  ...inFile('cli/commands/proxies.ts', PROXIES, [
    ['WS-16 counts them', 'leaving out the made-up address', '? forwarded.length - 1 :', '? forwarded.length :'],
    [
      'WS-16 counts them',
      'proxies that throw it away',
      'forwarded.length - 1 : forwarded.length',
      'forwarded.length - 1 : forwarded.length - 1',
    ],
  ]),
]

const words = [
  ...inFile('http/texts/en/connection-health.ts', 'test/http/sentences.test.ts', [
    [
      'claims that somebody',
      'silence about who knows',
      'you need not reconnect. If it lasts, tell whoever runs this site.',
      'we have been alerted.',
    ],
  ]),
  ...inFile('http/texts/de/connection-health.ts', 'test/http/sentences.test.ts', [
    [
      'claims that somebody',
      'silence about who knows',
      'sagen Sie bitte denen Bescheid, die diese Seite betreiben',
      'wir wurden benachrichtigt',
    ],
  ]),
  ...inFile('../../.env.example', 'test/security/hosting.test.ts', [
    ['has a line for every variable', 'a line', 'HSTS_MAX_AGE_SECONDS=31536000\n', ''],
  ]),
]

export const OPERATING: readonly Defence[] = [...limits, ...headers, ...traces, ...proxies, ...words]
