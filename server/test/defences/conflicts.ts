import { type Defence, inFile } from './defence.ts'

const FAULTS = 'test/faults/conflicts.test.ts'
const GOOGLE = 'test/google/busy-besides.test.ts'
const TWICE = 'noticed when it was seen twice'
const FURTHER = 'in an account that only blocks'

/** Other entries at the times of sessions: docs/decisions/023-noticing-changed-events.md. */
export const CONFLICTS: readonly Defence[] = [
  ...inFile('services/find-conflicts.ts', FAULTS, [
    [TWICE, 'our own entries', "...(connection.role === 'receives' && {", '...(connection.role === undefined && {'],
    ['google: a session in four days', 'looks beyond two days', ' || session.start.getTime() > now + NEAR_MS', ''],
    [
      TWICE,
      'the line of the log',
      "logStep(log, 'event_conflict',",
      "if (found.length < 0) logStep(log, 'event_conflict',",
    ],
    [
      FURTHER,
      'the further accounts',
      'await connections.connected(tenant.id)',
      '(await connections.connected(tenant.id)).slice(0, 1)',
    ],
    [FURTHER, 'unknown beside none', 'if (seen === undefined) unread.push(id)', 'if (seen === undefined) continue'],
    [
      FURTHER,
      'the other accounts where one fails',
      '      return undefined\n    }\n  }',
      '      throw error\n    }\n  }',
    ],
    [FURTHER, 'leaving a series alone', "single || role !== 'receives'", "single || role === 'receives'"],
  ]),
  ...inFile('adapters/postgres/bookings/event-conflicts.ts', FAULTS, [
    [
      TWICE,
      'forgetting what does not stand there any more',
      "AND NOT coalesce(d.calendar_ids && f.unread, f.unread <> '{}')",
      'AND false',
    ],
    [TWICE, 'the second look after a minute', "Prisma.sql`d.kind = 'conflict'`", 'Prisma.sql`false`'],
    [FURTHER, 'one more calendar makes a new one', 'coalesce(excluded.calendar_ids <@ d.calendar_ids, false)', 'true'],
    [
      FURTHER,
      'keeping what could not be looked at',
      '(SELECT unnest(d.calendar_ids) INTERSECT SELECT unnest(f.unread)',
      '(SELECT unnest(d.calendar_ids) EXCEPT SELECT unnest(f.unread)',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-comparisons.ts', FAULTS, [
    [
      'asked about that alone',
      'forgetting the conflict',
      "if (isNew) await database.eventDifference.deleteMany({ where: { bookingId, kind: 'conflict' } })",
      '',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-differences.ts', FAULTS, [
    [
      FURTHER,
      'asking while a calendar makes her busy',
      'WHERE k.id = ANY (d.calendar_ids) AND k.blocks)',
      'WHERE k.blocks OR true)',
    ],
  ]),
  ...inFile('http/pages/event-differences.tsx', FAULTS, [
    [
      FURTHER,
      'naming the further accounts',
      '[{ connection, features }, ...further].flatMap',
      '[{ connection, features }].flatMap',
    ],
  ]),
  ...inFile('adapters/google-calendar/busy-besides.ts', GOOGLE, [
    [
      'PR-01 is listed',
      'its own list of fields',
      "'items(id,status,transparency,",
      "'items(id,status,summary,transparency,",
    ],
    ['PR-01 is listed', 'the answers of others left out', ' maxAttendees: 1,', ''],
    ['PR-01 is listed', 'leaving out events of ours', '!ours.has(item.id) && ', ''],
    [
      'PR-01 another calendar',
      'asking whether one of ours may lie there',
      'if (!asked.some(mayHold)) return',
      'if (asked.length < 0) return',
    ],
    ['PR-01 another calendar', 'asking whether it is hers', ' && hers.has(one.calendarId)', ''],
    [
      'what free/busy tells',
      'her declined invitations',
      "self === true && responseStatus === 'declined'",
      "self === true && responseStatus === 'refused'",
    ],
    ['what free/busy tells', 'what is marked free', "  transparency !== 'transparent' &&\n", ''],
    ['what free/busy tells', 'the appointments of series', ' singleEvents: true,', ''],
  ]),
  ...inFile('adapters/google-calendar/list-events.ts', GOOGLE, [
    ['what free/busy tells', 'page after page', 'limit: maxPages, endless', 'limit: 0, endless'],
  ]),
  ...inFile('adapters/google-calendar/free-busy.ts', GOOGLE, [
    [
      'PR-03 needs a connection',
      'the right to write',
      "besides !== undefined && access !== 'bookings'",
      'besides !== undefined && access === undefined',
    ],
  ]),
  ...inFile(
    'adapters/google-calendar/busy-besides.ts',
    'test/contract/google.test.ts',
    [['F-114', 'a list of where ours may lie', 'mayHold(one) && hers', 'mayHold(one) && !hers']],
    'test/contract/noticing-promises.ts',
  ),
  ...inFile(
    'adapters/microsoft-calendar/events.ts',
    'test/contract/microsoft.test.ts',
    [
      [
        'T-34 findEvent finds an event that she moved',
        'asking her other calendars',
        'return searchCalendars({ ...this.#removal(deadline), clock }, key, calendars)',
        'return calendars.length === 0 ? key : undefined',
      ],
    ],
    'test/contract/lookup-promises.ts',
  ),
]
