import { type Defence, inFile } from './defence.ts'

/** No statement reads a whole table, and none misses a booking for the bounds that see to it. */
export const PLANS: readonly Defence[] = [
  ...inFile(
    '../../prisma/migrations/20261127020000_index_periodic_queries/migration.sql',
    'test/postgres/plans.test.ts',
    [
      [
        'queues the jobs of many practices',
        'the index of waiting events',
        'CREATE INDEX "booking_event_waiting_idx"',
        '-- ',
      ],
      [
        'takes its accounts and services along',
        'the index for connections that go',
        'CREATE INDEX "booking_event_connection_id_idx"',
        '-- ',
      ],
      ['reads no whole table', 'the index for audit rows by time', 'CREATE INDEX "audit_event_at_idx"', '-- '],
    ],
  ),
  ...inFile(
    '../../prisma/migrations/20261127066800_index_bookings_by_service/migration.sql',
    'test/postgres/plans.test.ts',
    [
      [
        'takes its accounts and services along',
        'the index for services that go',
        'CREATE INDEX "booking_service_id_idx"',
        '-- ',
      ],
    ],
  ),
  ...inFile(
    '../../prisma/migrations/20261127070000_index_connections_by_token_key/migration.sql',
    'test/postgres/key-rotation.test.ts',
    [
      [
        'is answered by an index, however many connections',
        'the index of connections by token key',
        'CREATE INDEX "calendar_connection_token_key_idx"',
        '-- ',
      ],
    ],
  ),
  ...inFile('adapters/postgres/bookings/booking-queries.ts', 'test/postgres/plans.test.ts', [
    [
      'reads only bookings of about that time',
      'the earliest start of what blocks a window',
      'gt: shifted(start, -LONGEST_MS - LONGEST_BUFFER_MS), ',
      '',
    ],
    [
      'reads only bookings of about that time',
      'the earliest start of what is to come',
      'startsAt: { gt: shifted(instant, -LONGEST_MS) },',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/booking-queries.ts', 'test/postgres/longest-booking.test.ts', [
    [
      'is found to its first and last minute',
      'the buffer after the longest session',
      'shifted(start, -LONGEST_MS - LONGEST_BUFFER_MS)',
      'shifted(start, -LONGEST_MS)',
    ],
    [
      'is found to its first and last minute',
      'the buffer before a session',
      'lt: shifted(end, LONGEST_BUFFER_MS)',
      'lt: end',
    ],
    [
      'is found to its first and last minute',
      'the length of the longest session',
      'shifted(instant, -LONGEST_MS)',
      'shifted(instant, -LONGEST_BUFFER_MS)',
    ],
  ]),
  ...inFile(
    '../../prisma/migrations/20261127021000_bound_booking_times/migration.sql',
    'test/postgres/longest-booking.test.ts',
    [['is the longest', 'the constraint on lengths', 'CHECK (', 'CHECK (true OR ']],
  ),
  ...inFile('adapters/postgres/retention.ts', 'test/postgres/plans.test.ts', [
    [
      'reads no whole table',
      'a time that an index can be asked for',
      'WHERE at < now()',
      'WHERE at < clock_timestamp()',
    ],
  ]),
]
