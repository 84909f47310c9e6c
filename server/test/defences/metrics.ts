import { type Defence, inFile } from './defence.ts'

const SERVED = 'test/security/metrics.test.ts'
const ENDING = 'test/faults/crash.test.ts'
const STORY = 'test/security/log-story.test.ts'

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
      'calls.observe({ ...call }',
      'calls.observe({ ...call, provider: word(fields.connectionId) }',
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
    ['further accounts count', 'those that only block', 'WHERE slot IS NOT NULL LIMIT', 'WHERE slot = 9 LIMIT'],
  ]),
  ...inFile('http/request-log.ts', STORY, [
    ['the id of a request', 'the header', "res.set('X-Request-Id', requestId)", ''],
  ]),
  ...inFile('http/request-log.ts', 'test/http/request-log.test.ts', [
    ['CL-09 a request is logged', 'whose page it is', 'res.locals.tenantId = tenant.id', ''],
  ]),
  ...inFile('http/error-handler.ts', 'test/http/request-log.test.ts', [
    ['CL-09 a request is logged', 'whose page failed', 'tenantId: tenantIdOf(res),', ''],
  ]),
  ...inFile('http/problem-details.ts', STORY, [
    ['the id of a request', 'the id in problems', '...(requestId !== undefined && { requestId }),', ''],
  ]),
  ...inFile('adapters/postgres/accounts/audit-log.ts', STORY, [
    [
      'CL-09 the log alone tells the life',
      'the request’s id in the audit',
      'requestId = currentRequestId(),',
      'requestId,',
    ],
  ]),
  ...inFile('services/book-session.ts', STORY, [
    [
      'CL-09 the log alone tells the life',
      'its beginning',
      "if (outcome.kind === 'booked')\n      logStep",
      "if (outcome.kind === 'taken')\n      logStep",
    ],
  ]),
  ...inFile('services/cancel-booking.ts', STORY, [
    [
      'CL-09 the log alone tells the life',
      'the cancellation',
      "logStep(parts.log, 'booking_cancelled', { tenantId: booking.tenantId, bookingId: booking.id })",
      '',
    ],
  ]),
  ...inFile('services/write-event.ts', STORY, [
    ['CL-09 the log alone tells the life', 'the write', "if (stands) logStep(log, 'event_written', ids)", ''],
  ]),
  ...inFile('services/reconcile-event.ts', STORY, [
    ['CL-09 the log alone tells the life', 'the removal', " logStep(log, 'event_removed', ids)", ' return'],
  ]),
  ...inFile('adapters/postgres/connections/connection-store.ts', STORY, [
    [
      'CL-09 the log alone tells how long',
      'one line for one outage',
      'SELECT id FROM changed WHERE earlier IS DISTINCT',
      'SELECT id FROM changed WHERE earlier IS NOT DISTINCT',
    ],
    [
      'CL-09 the log alone tells how long',
      'its end',
      "log.info('connection_recovered', { tenantId, connectionId })",
      'void log',
    ],
  ]),
  ...inFile('application.ts', ENDING, [
    ['is not ready from then on', 'going on', 'await sleep(drainMs)', ''],
    ['is not ready from then on', 'the announcement', 'draining.announce()\n    await', 'await'],
  ]),
  ...inFile('jobs/runner.ts', 'test/faults/worker-standstill.test.ts', [
    [
      'F-08 a stop during an hourly job',
      'giving back',
      'if (stopping.aborted && error === stopping.reason)',
      'if (stopping.aborted && false)',
    ],
  ]),
  ...inFile('services/maintain-connections.ts', 'test/services/calendar-evidence.test.ts', [
    [
      'takes no connection once',
      'the look at the signal',
      '          stopping.throwIfAborted()\n          const due',
      '          const due',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-comparisons.ts', STORY, [
    [
      'CL-09 an entry that the therapist',
      'one line for one difference',
      "coalesce(d.shown_since >= date_trunc('milliseconds', statement_timestamp()), false)",
      'true',
    ],
  ]),
  ...inFile('ports/error-trace.ts', 'test/security/boot.test.ts', [
    ['CL-14 TS-28 an uncaught fault', 'the place', 'at: placeOf(error) }', 'at: undefined }'],
  ]),
]
