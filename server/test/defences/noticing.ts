import { type Defence, inFile } from './defence.ts'

const promised = (file: string, adapter: string, rows: Parameters<typeof inFile>[2]): Defence[] =>
  inFile(file, `test/contract/${adapter}.test.ts`, rows, 'test/contract/noticing-promises.ts')

const FAULTS = 'test/faults/noticing.test.ts'

/** What she does to our events in her calendar is noticed: docs/decisions/023-noticing-changed-events.md. */
export const NOTICING: readonly Defence[] = [
  ...inFile('adapters/microsoft-calendar/event-looks.ts', 'test/microsoft/noticing.test.ts', [
    ['PR-01', 'its own list of fields', "'id,type,isAllDay,start,end'", "'id,type,isAllDay,start,end,subject'"],
    [
      'answers 404 without a reason is unknown',
      'the reason beside a 404',
      'failure instanceof GraphError && failure.itemGone',
      'failure instanceof GraphError && failure.status === 404',
    ],
    ['nothing more is asked', 'the end after a refusal', '    break\n', ''],
    [
      'that she has made all-day',
      'the days of all-day events',
      '...spanOf(event, timeZone)',
      "...spanOf(event, 'UTC')",
    ],
  ]),
  ...promised('adapters/microsoft-calendar/transport/graph-batch.ts', 'microsoft', [
    [
      'that an event is gone',
      'an answer for an item that failed',
      'const answer = this.#parts.answerFor?.(failed.failure)',
      'const answer = undefined',
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/event-move.ts', 'test/microsoft/noticing.test.ts', [
    ['on condition that it has not changed', 'If-Match', '      ifMatch: etag,\n', ''],
    [
      'left where she moved it then',
      'comparing its time with what she was shown',
      "if (!isAtItsTime(move.from, now)) throw new EventChanged('moved')",
      '',
    ],
  ]),
  ...promised('adapters/microsoft-calendar/event-move.ts', 'microsoft', [
    [
      'leaves alone an event that we did not write',
      'asking for the marker',
      'event.key === undefined',
      'event.key === null',
    ],
    ['leaves alone what is gone', 'leaving a series alone', "if (!event.single) throw new EventChanged('series')", ''],
  ]),
  ...inFile('adapters/google-calendar/event-looks.ts', 'test/google/noticing.test.ts', [
    ['PR-01', 'asking for ours alone', 'privateExtendedProperty:', 'sharedExtendedProperty:'],
    [
      'by its id where it is not in the list',
      'the look by its id',
      'await standingEvent(parts, id, calendarId)',
      'undefined',
    ],
    [
      'one item that is not as documented',
      'reading each item by itself',
      'found.set(item.id, () => readItem(item))',
      'found.set(item.id, ((event) => () => event)(readItem(item)))',
    ],
  ]),
  ...promised('adapters/google-calendar/event-looks.ts', 'google', [
    ['has become a series', 'asking whether it is a series', 'single: !isOfSeries(event)', 'single: true'],
  ]),
  ...inFile('adapters/google-calendar/event-move.ts', 'test/google/noticing.test.ts', [
    ['left where she moved it meanwhile', 'If-Match', "'if-match': etag", "'x-match': etag"],
    ['whole again where it was all-day', 'taking the date away', ', date: null, ...zone', ', ...zone'],
  ]),
  ...promised('adapters/google-calendar/event-move.ts', 'google', [
    [
      'leaves alone an event that we did not write',
      'asking for the marker',
      'if (markerOf(event, parts.marker) === undefined)',
      'if (markerOf(event, parts.marker) === null)',
    ],
    [
      'leaves alone what is gone',
      'leaving a series alone',
      "if (isOfSeries(event)) throw new EventChanged('series')",
      '',
    ],
  ]),
  ...inFile('adapters/microsoft-calendar/free-busy.ts', 'test/microsoft/noticing.test.ts', [
    ['F-114', 'leaving out events of ours', 'if (this.#besides.size > 0 && this.#isLeftOut(event)) continue', ''],
  ]),
  ...inFile('domain/event-difference.ts', FAULTS, [
    ['F-112', 'comparing the end', ' && end.getTime() === session.end.getTime()', ''],
    [
      'F-113',
      'what may be said of a difference',
      'WORDS_OF[kind].includes(word)',
      'WORDS_OF.gone !== undefined || WORDS_OF[kind].includes(word)',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-comparisons.ts', FAULTS, [
    [
      'F-112',
      'the minute between two looks',
      "interval '1 minute' THEN clock_timestamp()",
      "interval '-1 hour' THEN clock_timestamp()",
    ],
    ['F-112', 'forgetting what is as booked again', 'IS NOT TRUE`', 'IS NOT TRUE AND false`'],
    [
      'F-113',
      'forgetting what is over',
      'DELETE FROM event_difference d USING due, booking b',
      'SELECT 1 FROM event_difference d, due, booking b',
    ],
    ['F-113', 'a new notice for a new difference', 'THEN d.id ELSE excluded.id END', 'THEN d.id ELSE d.id END'],
  ]),
  ...inFile('adapters/postgres/bookings/event-differences.ts', FAULTS, [
    [
      'F-113',
      'one answer',
      "if (found.answer !== null) return { kind: 'decided', word: Word.parse(found.answer) }",
      '',
    ],
    ['F-112', 'another key', 'await tx.eventKey.upsert({', 'if (key === bookingId) await tx.eventKey.upsert({'],
    [
      'F-113',
      'the account that we write to',
      " AND c.access = 'BOOKINGS'\n      AND c.provider = w.provider",
      " AND c.access = 'BOOKINGS'\n      OR c.provider = w.provider",
    ],
  ]),
  ...inFile('http/pages/layout.tsx', FAULTS, [
    ['F-112', 'the number in the navigation', 'count={overview.openNotices}', 'count={0}'],
  ]),
  ...inFile('adapters/postgres/bookings/booking-queries.ts', FAULTS, [
    [
      'F-112',
      'what the number counts',
      'openDifferences(tenantId, from)',
      "openDifferences(tenantId, new Date('2100-01-01'))",
    ],
  ]),
  ...inFile('services/answer-difference.ts', FAULTS, [
    ['F-113', 'asking again about what was not put back', 'await comparisons.takeBack(said.notice, actor)', ''],
    ['F-113', 'keeping the version that was put back', 'await comparisons.recordPutBack(booking.id, changeKey)', ''],
  ]),
  ...inFile('adapters/postgres/bookings/event-comparisons.ts', 'test/postgres/comparisons.test.ts', [
    ['F-112', 'the second look after a minute', 'const AGAIN_SECONDS = 61', 'const AGAIN_SECONDS = 86_400'],
  ]),
  ...inFile('services/compare-events.ts', 'test/postgres/comparisons.test.ts', [
    ['five hundred', 'a bound of one job', 'const TOGETHER = 100', 'const TOGETHER = 10_000'],
    [
      'is given back',
      'giving back what a stop has cut short',
      'await comparisons.giveBack(due.map(({ bookingId }) => bookingId))',
      '{}',
    ],
    [
      'waits for lookUpEvents',
      'the signal of the look',
      'calendarId, ...expected })),\n      signal,',
      'calendarId, ...expected })),',
    ],
  ]),
  ...inFile('services/find-conflicts.ts', 'test/postgres/comparisons.test.ts', [
    ['waits for getFreeBusy', 'the signal of the read', '        signal,\n', ''],
    [
      'at most 200 requests',
      'the two hours between looks',
      'const EVERY_MS = 2 * HOUR_MS',
      'const EVERY_MS = 11 * MINUTE_MS',
    ],
  ]),
]
