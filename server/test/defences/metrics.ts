import { type Defence, inFile } from './defence.ts'

const SERVED = 'test/security/metrics.test.ts'

export const METRICS: readonly Defence[] = [
  ...inFile('http/routes/metrics.ts', SERVED, [
    ['numbers are for whoever', 'the token', 'wanted !== undefined && !timingSafeEqual', 'false && !timingSafeEqual'],
    ['numbers are for whoever', 'the scheme', 'digestOf(`Bearer $', 'digestOf(`$'],
  ]),
  ...inFile('http/app.ts', SERVED, [
    [
      'numbers are for whoever',
      'absence',
      'if (dependencies.metrics !== undefined) metricsRoute(app, dependencies.metrics)',
      "metricsRoute(app, dependencies.metrics ?? { metrics: { contentType: 'text/plain', text: async () => '' }, token: undefined })",
    ],
  ]),
  ...inFile('metrics.ts', SERVED, [
    [
      'a port of their own',
      'a port alone',
      'if (port === undefined) return { metrics, token }',
      'if (port === 0) return { metrics, token }',
    ],
  ]),
  ...inFile('http/request-log.ts', SERVED, [['CL-09 they tell', 'silence about scrapes', "'/metrics']", ']']]),
  ...inFile('adapters/prometheus/log-events.ts', SERVED, [
    [
      'CL-09 they tell',
      'the route’s pattern alone',
      'outcome: outcomeOf(fields) }',
      'outcome: outcomeOf(fields), provider: word(fields.connectionId) }',
    ],
  ]),
  ...inFile('adapters/prometheus/metrics.ts', 'src/adapters/prometheus/metrics.test.ts', [
    ['read the database once', 'what was read', 'age < FRESH_MS', 'age < 0'],
    ['read the database once', 'one read at a time', 'reading ??= readNow()', 'reading = readNow()'],
  ]),
  ...inFile('adapters/prometheus/gauges.ts', 'src/adapters/prometheus/metrics.test.ts', [
    ['say what they know', 'forgetting', 'one.reset()', 'void one'],
  ]),
  ...inFile('adapters/postgres/backlog.ts', 'test/postgres/plans.test.ts', [
    ['reads no whole table of bookings or connections', 'the order of jobs', ' ORDER BY id LIMIT', ' LIMIT'],
  ]),
]
