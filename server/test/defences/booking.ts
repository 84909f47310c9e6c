import { type Defence, inFile } from './defence.ts'

const database = [
  ...inFile('../../prisma/migrations/20240115090000_baseline/migration.sql', 'test/postgres/bookings.test.ts', [
    ['INV-1', 'the exclusion constraint', 'ALTER TABLE "booking" ADD CONSTRAINT "booking_no_overlap"\n', '-- '],
  ]),
  ...inFile('adapters/postgres/insert-booking.ts', 'test/postgres/bookings.test.ts', [
    [
      'judges the slot',
      'the look inside the transaction',
      "if (!isOffered(await blockedIn(transaction, booking.tenantId, around(booking.session)))) return { kind: 'taken' }",
      '',
    ],
    [
      'INV-10',
      'comparing what was asked under a key',
      "if (found.requestHash !== booking.requestHash) return { kind: 'key_reused' }",
      '',
    ],
    [
      'stores what was asked for',
      'the job in the same transaction',
      'if (booking.wantsEvent) await queueMirror(transaction, booking.id)',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/insert-booking.ts', 'test/postgres/bookings-race.test.ts', [
    ['T-29', 'the lock on the calendar', 'await lockCalendar(transaction, booking.tenantId)\n', '\n'],
    ['F-65', 'asking again after a lost COMMIT', '{ repeatable: true },', '{ repeatable: false },'],
  ]),
  ...inFile('adapters/postgres/errors.ts', 'test/postgres/bookings-race.test.ts', [
    ['F-66', 'trying again after a deadlock', 'const ATTEMPTS = 3', 'const ATTEMPTS = 1'],
    [
      'F-67',
      'words of our own for the database’s',
      "return new StoreError(unavailable ? 'unavailable' : 'failed', codeOf(error))",
      'return error as Error',
    ],
  ]),
]

const confirming = [
  ...inFile('services/book-session.ts', 'test/faults/json-api.test.ts', [
    ['T-27', 'the grid', "if (!isOnGrid(rules, start, parts.clock.now())) return { kind: 'not_a_slot' }", ''],
  ]),
  ...inFile('services/read-free-busy.ts', 'test/faults/unreadable.test.ts', [
    ['is unknown, not free', 'unknown for what could not be read', '? unreadable(error)', '? NO_CALENDAR'],
    ['is no ground for a booking', 'unknown for what could not be read', '? unreadable(error)', '? NO_CALENDAR'],
    [
      'no calendar is chosen',
      'unknown where no calendar is chosen',
      "if (calendars.length === 0) return unreadable(new CalendarError('not_found', 'no calendar is chosen'))",
      'if (calendars.length === 0) return undefined',
    ],
    [
      'INV-11',
      'leaving a connection alone that waits for people',
      'if (waitsForPeople(health.state))',
      'if (health === undefined)',
    ],
  ]),
  ...inFile('services/read-free-busy.ts', 'test/faults/remembered.test.ts', [
    ['INV-5', 'keeping connections apart', 'JSON.stringify([connection.id, ', 'JSON.stringify(['],
  ]),
  ...inFile('services/read-free-busy.ts', 'test/faults/confirmation.test.ts', [
    [
      'F-82 reads afresh',
      'a read of its own',
      'fresh(await calls.joinNext(`confirmation ',
      'fresh(remembered.find(asked.key, window, parts.maxAgeMs, clock.now()) ?? await calls.joinNext(`confirmation ',
    ],
    [
      'F-45 waits two seconds',
      'the patience of a client',
      'CONFIRMATION_BUDGET_MS = 2_000',
      'CONFIRMATION_BUDGET_MS = 60_000',
    ],
  ]),
  ...inFile('services/offer-slots.ts', 'test/faults/remembered.test.ts', [
    [
      'F-38',
      'own bookings from the database',
      'const blocked = await parts.bookings.blocked(tenant.id, around)',
      'const blocked = around === undefined ? [] : []',
    ],
  ]),
  ...inFile('services/mirror-bookings.ts', 'test/faults/mirror.test.ts', [
    [
      'by another process',
      'one process at a time for a booking',
      'await parts.lock.during(bookingId, () => mirrorAlone(bookingId, attempt))',
      '(await mirrorAlone(bookingId, attempt)) === undefined',
    ],
    [
      'F-47',
      'waiting for the therapist',
      "if (reason === 'reconnect' || reason === 'admin_consent')",
      "if (reason === 'admin_consent')",
    ],
  ]),
]

export const BOOKING: readonly Defence[] = [...database, ...confirming]
