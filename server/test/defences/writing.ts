import { type Defence, inAdapter, inFile } from './defence.ts'

const one = inAdapter('events.ts', 'one-event.test.ts', [
  [
    'F-04',
    'the look before each POST',
    'const found = await this.#find(params.idempotencyKey, deadline)\n',
    'const found = undefined as CalendarEvent | undefined\n',
  ],
  ['F-12', 'trying again after an unknown outcome', 'if (!isOutcomeUnknown(failure)) throw failure', 'throw failure'],
  [
    'F-20',
    'trying again after a spoiled answer',
    'if (!isOutcomeUnknown(failure)) throw failure',
    "if (!isOutcomeUnknown(failure) || reason === 'garbled') throw failure",
  ],
  ['F-12', 'the look between two POSTs', 'repeatable: false,', 'repeatable: true,'],
  [
    'two calls at once',
    'one creation at a time',
    '.run(key, () => this.#within((deadline) => this.#create(params, deadline)), params.signal)',
    '.run(String(Math.random()), () => this.#within((deadline) => this.#create(params, deadline)), params.signal)',
  ],
  [
    'ErrorDuplicateTransactionId under',
    'the look after a used transactionId',
    'if (found !== undefined) return done(found)\n      throw failure',
    'throw failure',
  ],
])

const existing = [
  ...inAdapter('events.ts', 'one-event.test.ts', [
    [
      'that no listing shows',
      'the event that Graph names',
      'id === undefined ? await this.#find(key, deadline) : await this.#existing(id, key, deadline)',
      'await this.#find(key, deadline)',
    ],
  ]),
  ...inAdapter('event-body.ts', 'one-event.test.ts', [
    ['T-34', 'the look for our marker', "markerOf(asObject(value, 'event'), marker) === key ?", 'value !== key ?'],
  ]),
]

const zones = [
  ...inAdapter('time/event-times.ts', 'event-zone.test.ts', [
    ['F-74', 'UTC where the clock is set back', 'return leadsBack ?', 'return epochMs > 0 ?'],
  ]),
  ...inAdapter('time/windows-time-zones.ts', 'event-zone.test.ts', [
    ['PR-10', 'the older name of a zone', ', ...findWindows(timeZone)]', ']'],
  ]),
  ...inAdapter('events.ts', 'event-zone.test.ts', [
    ['Graph does not know', 'UTC after a refused zone', 'failure.code === UNKNOWN_ZONE', "failure.code === 'never'"],
  ]),
]

const written = [
  ...inAdapter('event-body.ts', 'one-event.test.ts', [
    ['transactionIds forgotten', 'our marker', 'singleValueExtendedProperties: [marker],', ''],
    ['F-38', 'the transactionId', 'transactionId: idempotencyKey,', ''],
  ]),
  ...inAdapter('event-body.ts', 'writes.test.ts', [
    ['PR-09', 'privacy of the event', "sensitivity: 'private',", ''],
    ['PR-09', 'text as text', "contentType: 'text'", "contentType: 'html'"],
    [
      'F-21',
      'comparing instants',
      "start: new Date(edgeOf(start, 'start')),",
      "start: new Date(String(asObject(start, 'event').dateTime).concat('Z')),",
    ],
  ]),
  ...inAdapter('transport/graph-client.ts', 'writes.test.ts', [
    ['keeps the id', 'immutable ids', `, IdType="ImmutableId"'`, "'"],
    ['immutable ids with every request', 'the preference', ".header('Prefer', PREFER)", ''],
  ]),
]

const removed = [
  ...inAdapter('event-removal.ts', 'writes.test.ts', [
    ['T-34', 'the look for our marker', 'if (event.key === undefined)', 'if (event === null)'],
    [
      'F-18',
      'taking 404 and 410 for success',
      'if (error instanceof GraphError && error.itemGone) return undefined',
      '',
    ],
  ]),
  ...inAdapter('events.ts', 'writes.test.ts', [
    ['PR-03', 'the look whether we may write', "if (this.#connection.access === 'bookings') return", 'return'],
    [
      'has a deadline',
      'the deadline of a deletion',
      'startDeadline(this.#parts.clock, this.#parts.limits.writeMs, signal)',
      'startDeadline(this.#parts.clock, 3_600_000, signal)',
    ],
  ]),
  ...inAdapter('transport/graph-errors.ts', 'writes.test.ts', [
    ['T-34', 'telling a gone mailbox from a gone event', " && code === 'ErrorItemNotFound'", ''],
  ]),
]

const series = [
  ...inAdapter('event-removal.ts', 'removal.test.ts', [
    ['T-34', 'leaving a series alone', 'if (!event.single) throw', 'if (event === null) throw'],
    ['becomes a series between', 'If-Match', '      ifMatch,\n', ''],
  ]),
  ...inAdapter('transport/graph-client.ts', 'removal.test.ts', [
    ['becomes a series between', 'sending If-Match', "request.header('If-Match', call.ifMatch)", ''],
  ]),
  ...inAdapter('event-body.ts', 'removal.test.ts', [
    ['of a type to come', 'taking no unknown type for single', "type === 'singleinstance'", "type !== 'seriesmaster'"],
    ['of no type', 'asking for a type', "if (type === undefined) throw garbled('event_type')", ''],
  ]),
  ...inFile('adapters/google-calendar/event-removal.ts', 'test/google/removal.test.ts', [
    [
      'nothing to be deleted: the whole',
      'leaving a series alone',
      'recurrence || recurringEventId !== undefined',
      'recurringEventId !== undefined',
    ],
    [
      'nothing to be deleted: an appointment',
      'leaving a part of a series alone',
      'recurrence || recurringEventId !== undefined',
      'recurrence',
    ],
    ['becomes a series between', 'If-Match', ", 'if-match': etag }", ' }'],
    ['without a version', 'asking for a version', "if (etag === undefined) throw garbled('an event has no etag')", ''],
  ]),
  ...inFile('adapters/mock-calendar/adapter.ts', 'test/faults/reconcile.test.ts', [
    [
      'T-34 cancelling leaves an event of unknown',
      'leaving a series alone',
      'if (event?.seriesId !== undefined)',
      'if (event === null)',
    ],
  ]),
  ...inFile('net/if-unchanged.ts', 'src/net/if-unchanged.test.ts', [
    ['T-34', 'looking again', "error.reason === 'conflict')", "error.reason === 'garbled')"],
    ['gives up after three', 'an end to looking', 'if (looks === LOOKS)', 'if (looks === 1_000_000)'],
  ]),
  ...inFile('domain/booking-event.ts', 'test/faults/reconcile.test.ts', [
    [
      'T-34 cancelling leaves an event that',
      'saying so at once',
      "failure === 'conflict' && id !== undefined ? 'fails' : AFTER_FAILURE[failure]",
      "id === null ? 'fails' : AFTER_FAILURE[failure]",
    ],
  ]),
  ...inFile('http/pages/unremoved-events.tsx', 'test/faults/unremoved.test.ts', [
    ['T-34', 'the words for a series', "failure === 'conflict')", "failure === 'garbled')"],
  ]),
]

export const WRITING: readonly Defence[] = [...one, ...existing, ...zones, ...written, ...removed, ...series]
