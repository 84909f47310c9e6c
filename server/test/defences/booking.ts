import { type Defence, inFile } from './defence.ts'

const database = [
  ...inFile('../../prisma/migrations/20240115090000_baseline/migration.sql', 'test/postgres/bookings.test.ts', [
    ['INV-1', 'the exclusion constraint', 'ALTER TABLE "booking" ADD CONSTRAINT "booking_no_overlap"\n', '-- '],
  ]),
  ...inFile('adapters/postgres/bookings/insert-booking.ts', 'test/postgres/bookings.test.ts', [
    ['judges the slot', 'the look inside the transaction', "if (!isOffered(blocked)) return { kind: 'taken' }", ''],
    [
      'INV-10',
      'comparing what was asked under a key',
      "if (found.requestHash !== booking.requestHash) return { kind: 'key_reused' }",
      '',
    ],
    [
      'stores what was asked for',
      'the job in the same transaction',
      '(SELECT count(job) FROM queued) AS jobs',
      '1 AS jobs',
    ],
    [
      'connected meanwhile',
      'the look at what is connected by then',
      'booking.wantsEvent || takesSessions',
      'booking.wantsEvent',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/insert-booking.ts', 'test/postgres/bookings-race.test.ts', [
    ['F-65', 'asking again after a lost COMMIT', 'repeatable: true,', 'repeatable: false,'],
  ]),
  ...inFile('adapters/postgres/bookings/calendar-lock.ts', 'test/postgres/bookings.test.ts', [
    ['waits for whoever changes', 'the lock of the calendar', 'SELECT pg_advisory_xact_lock(', 'SELECT abs('],
  ]),
  ...inFile('adapters/postgres/database-errors.ts', 'test/postgres/bookings-race.test.ts', [
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
  ...inFile('services/free-busy-cache.ts', 'test/services/free-busy-cache.test.ts', [
    ['PR-04', 'the end of an entry', 'setTimeout(() => this.#drop(key, entry), left)', 'setTimeout(() => {}, left)'],
    ['or than its maximum', 'the maximum', 'Math.min(ageMs, this.#maxAgeMs)', 'ageMs'],
    ['keeps eight reads', 'the bound on keys', 'this.#entries.size <= MAX_KEYS', 'this.#entries.size > 0'],
    [
      'what a read of a part',
      'what a confirmation saw',
      'merge([...entry.busy, ...clip(busy, entry.window)])',
      'entry.busy',
    ],
  ]),
  ...inFile('services/read-account.ts', 'test/faults/remembered.test.ts', [
    ['INV-5', 'keeping connections apart', 'JSON.stringify([connection.id, ', 'JSON.stringify(['],
  ]),
  ...inFile('services/read-account.ts', 'test/faults/confirmation.test.ts', [
    [
      'F-82 reads afresh',
      'a read of its own',
      'known(asked, await calls.runNext(`confirmation ',
      'known(asked, cache.hit(asked.key, asked.window, parts.maxAgeMs, clock.now()) ?? await calls.runNext(`confirmation ',
    ],
    [
      'F-45 waits two seconds',
      'the patience of a client',
      'CONFIRMATION_DEADLINE_MS = 2_000',
      'CONFIRMATION_DEADLINE_MS = 600_000',
    ],
  ]),
  ...inFile('services/offer-slots.ts', 'test/faults/remembered.test.ts', [
    [
      'F-38',
      'own bookings from the database',
      'blockedIn(snapshot, around) ?? (await parts.bookings.blocked(tenant.id, around))',
      'around === undefined ? [] : []',
    ],
  ]),
  ...inFile('services/reconcile-event.ts', 'test/faults/reconcile.test.ts', [
    [
      'is written by one process at a time',
      'one process at a time for a booking',
      'await parts.lock.during(bookingId, (signal) => reconcileAlone(bookingId, attempt, signal))',
      '(await reconcileAlone(bookingId, attempt, new AbortController().signal)) === undefined',
    ],
  ]),
  ...inFile('domain/booking-event.ts', 'test/faults/reconcile.test.ts', [
    ['F-47', 'waiting for the therapist', "reconnect: 'waits',", "reconnect: 'later',"],
  ]),
]

const days = [
  ...inFile('domain/zoned-time.ts', 'src/domain/zoned-time.test.ts', [
    ['2000 to 2199', 'the years a day may lie in', '/^2[01]\\d{2}-', '/^\\d{4}-'],
    [
      'knows IANA zones only',
      'refusing the zone of a timestamp',
      'timeZoneId.toLowerCase() === name.toLowerCase()',
      "timeZoneId !== ''",
    ],
    [
      'of an instant are those of Temporal',
      'asking for each instant of a day that is not ordinary',
      'return isOrdinary ? [{ day, startMs }] : []',
      'return isOrdinary === undefined ? [] : [{ day, startMs }]',
    ],
    ['compares days as days', 'comparing days as days', 'Date.parse(day) < Date.parse(other)', 'day < other'],
  ]),
  ...inFile('adapters/microsoft-calendar/time/all-day-events.ts', 'test/microsoft/all-day.test.ts', [
    ['that never ends', 'comparing days as days', 'if (isBefore(after, first))', 'if (first > after)'],
  ]),
  ...inFile('http/booking-choices.ts', 'test/http/odd-days.test.ts', [
    [
      'asks for no day that cannot be booked',
      'the bound on the day',
      'day === undefined || bookable(day) === day',
      'day === day',
    ],
    [
      'makes no sentence of an instant',
      'the years an instant may lie in',
      'start: Instant.refine(isWithinYears)',
      'start: Instant',
    ],
  ]),
  ...inFile('http/booking-choices.ts', 'test/http/booking.test.ts', [
    [
      'ask for the service only where there are several',
      'the zone of whoever has not chosen a service yet',
      'service?.online === false',
      'service?.online !== true',
    ],
    ['the place’s zone alone', 'the zone of sessions in person', '|| service?.online === false ?', '?'],
  ]),
  ...inFile('http/routes/manage.ts', 'test/http/manage.test.ts', [
    ['goes on in the client’s zone', 'the zone after a cancellation', 'zoneOf(req.body, found)', 'zoneOf({}, found)'],
  ]),
  ...inFile('http/pages/manage.tsx', 'test/http/manage.test.ts', [
    [
      'goes on in the client’s zone',
      'the zone in the form that cancels',
      'zone: zone === tenant.timeZone ? undefined : zone',
      'zone: undefined',
    ],
    [
      'goes on in the client’s zone',
      'the zone of the next booking',
      'stepUrl({ tenant, zone })',
      'stepUrl({ tenant, zone: tenant.timeZone })',
    ],
  ]),
  ...inFile('services/find-times.ts', 'test/services/find-times.test.ts', [
    [
      'a fixed number of times',
      'the bound on looking ahead',
      'round < SEARCH_ROUNDS; round += 1',
      'round < 10_000; round += 1',
    ],
    [
      'is unknown, and not none',
      'telling a window that cannot be read from an empty one',
      'if (!times.known) return times\n        const',
      'if (!times.known) continue\n        const',
    ],
    [
      'are those that start on these days',
      'the bounds of the client’s days',
      'start >= window.start && start < window.end',
      'start >= window.start',
    ],
  ]),
  ...inFile('http/client-left.ts', 'test/http/client-left.test.ts', [
    ['T-36 asks nothing further', 'the signal', 'if (!res.writableFinished) controller.abort(new ClientLeft())', ''],
    ['T-36 asks nothing further', 'a look at a client who has left already', 'if (res.destroyed) leave()\n  else ', ''],
  ]),
  ...inFile('services/read-account.ts', 'test/services/read-free-busy.test.ts', [
    [
      'a client who leaves',
      'telling a client who left from a calendar that failed',
      '        // Nobody waits for an answer any more, and nothing is wrong with the calendar.\n        signal?.throwIfAborted()\n',
      '',
    ],
  ]),
  ...inFile('services/offer-slots.ts', 'test/services/offer-slots.test.ts', [
    [
      'before the calendar is asked',
      'the look before the calendar is asked',
      '      signal?.throwIfAborted()\n      const { tenant',
      '      const { tenant',
    ],
    [
      'as far as it reaches',
      'asking for what a snapshot does not hold',
      'blockedIn(snapshot, around) ?? (await parts.bookings.blocked(tenant.id, around))',
      'snapshot.blocked',
    ],
    ['in every zone', 'days of other zones', 'const ZONES_APART = 2', 'const ZONES_APART = 1'],
    [
      'before bookings are read',
      'the look before bookings are read',
      'if (!availability.known) return availability\n      signal?.throwIfAborted()',
      'if (!availability.known) return availability',
    ],
  ]),
]

export const BOOKING: readonly Defence[] = [...database, ...confirming, ...days]
