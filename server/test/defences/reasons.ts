import { type Defence, inFile } from './defence.ts'

const PROMISES = 'test/contract/by-calendar-promises.ts'

/** Of each calendar it is told when it is busy, and what that time is marked as. */
const byCalendar = [
  ...inFile(
    'adapters/microsoft-calendar/free-busy.ts',
    'test/contract/microsoft.test.ts',
    [
      ['PG-37 what is not asked for', 'telling it only where it is asked for', '...(byCalendar && {', '...({'],
      [
        'PG-37 asked by calendar, it tells of each calendar',
        'the bounds of the window',
        'busy: mergeByKind(busy, window)',
        'busy',
      ],
      [
        'PG-37 asked by calendar, it tells which calendars',
        'telling free from empty',
        "busy.length === 0 && otherMarks.has('free') &&",
        'busy.length === 0 &&',
      ],
    ],
    PROMISES,
  ),
  ...inFile(
    'adapters/google-calendar/free-busy.ts',
    'test/contract/google.test.ts',
    [
      ['PG-37 what is not asked for', 'telling it only where it is asked for', '...(byCalendar && {', '...({'],
      [
        'PG-37 asked by calendar, it tells of each calendar',
        'the bounds of the window',
        'busy: mergeByKind(busy, window)',
        'busy',
      ],
    ],
    PROMISES,
  ),
  ...inFile(
    'adapters/microsoft-calendar/free-busy-status.ts',
    'test/contract/microsoft.test.ts',
    [['PG-37 asked by calendar, it tells what busy time', 'telling away from busy', "oof: 'away'", "oof: 'busy'"]],
    PROMISES,
  ),
]

/** What a therapist is told is what clients are offered. */
const reasonsOfADay = [
  ...inFile('domain/slot-reasons.ts', 'src/domain/slot-reasons.test.ts', [
    [
      'PG-37 are the session and not',
      'asking for sessions first',
      "if (isSession(part)) return { is: 'session' }\n",
      '',
    ],
    ['PG-37 keep the buffers', 'telling buffers from calendars', "if (!isBusy(part)) return { is: 'buffer' }\n", ''],
    [
      'PG-37 name no calendar',
      'the one verdict of what is taken',
      'if (!isTaken(part)) return undefined',
      'if (!isTaken(part) && marks.every(({ calendars: each }) => !each.some(({ isMarked }) => isMarked(part)))) return undefined',
    ],
    [
      'PG-37 are too soon',
      'the notice before what is free',
      'first !== undefined && tooSoon.length === 0',
      'first !== undefined',
    ],
    ['PG-37 tell what is too short', 'telling the grid from the length', "fits ? 'off_grid' : 'short'", "'short'"],
    [
      'PG-37 are one for a whole day',
      'the horizon',
      "if (isBefore(lastBookable, day)) return { day, stretches: only(whole, 'beyond_horizon') }\n",
      '',
    ],
  ]),
  ...inFile('domain/slots.ts', 'src/domain/slot-reasons.test.ts', [
    [
      'F-73 PG-37 cover',
      'one slot for one start',
      'slot.start.getTime() !== slots[index - 1]?.start.getTime()',
      'index >= 0',
    ],
    [
      'PG-37 keep the buffers',
      'the service’s own buffers',
      'start.getTime() - bufferAfterMinutes * MINUTE_MS',
      'start.getTime()',
    ],
  ]),
  ...inFile('services/explain-slots.ts', 'test/services/explain-slots.test.ts', [
    ['PG-37', 'what bookings block', 'blocked: booked.map(({ blocked }) => blocked),', 'blocked: [],'],
  ]),
  ...inFile('services/free-busy-cache.ts', 'test/services/free-busy-cache.test.ts', [
    ['PG-37', 'forgetting what another read has overtaken', '        entry.calendars = undefined\n', ''],
  ]),
  ...inFile('services/read-account.ts', 'test/services/read-free-busy.test.ts', [
    [
      'PG-37',
      'asking the calendar for it',
      '.getFreeBusy({ ...window, byCalendar, signal',
      '.getFreeBusy({ ...window, signal',
    ],
  ]),
]

/** The page that says it. */
const page = [
  ...inFile('http/routes/what-clients-see.ts', 'test/http/what-clients-see.test.ts', [
    [
      'nobody’s service',
      'the practice’s own services alone',
      '?? services[0]',
      "?? { ...services[0], id: asked.service ?? '' } as Service",
    ],
    ['lists the calendars', 'once alone', 'middleware.flash.take(req, res) && asked', 'asked'],
    ['is refused without a token', 'the limit by user', "middleware.limit('check', byUser), ", ''],
    ['is refused without a token', 'owners alone', "if (!user.owner) throw new HttpError('forbidden')\n", ''],
    [
      'INV-7 shows no hour',
      'no first hour of what is unknown',
      'if (!explanation.known) return undefined\n',
      "if (!explanation.known) return 'none'\n",
    ],
  ]),
  ...inFile('domain/offering.ts', 'src/domain/offering.test.ts', [
    [
      'what can be booked',
      'what is too short',
      "durationMinutes <= longest) ? 'some' : 'too_short'",
      "durationMinutes <= longest) ? 'some' : 'some'",
    ],
  ]),
]

/** What clients are told where there is nothing to choose from. */
const closed = [
  ...inFile('http/routes/booking.ts', 'test/http/booking-closed.test.ts', [
    ['says that booking is closed', 'telling what may pass from what does not', 'mayPass(because)\n', 'because\n'],
    [
      'tells a practice that is full',
      'telling full from no hours',
      "findTimes.offersAny(chosen) ? 'full' : 'no_hours'",
      "'full' as const",
    ],
  ]),
  ...inFile('http/routes/booking-submit.ts', 'test/http/booking-closed.test.ts', [
    [
      'says that booking is closed',
      'telling what may pass from what does not',
      'mayPass(because) ? unreadablePage',
      'because ? unreadablePage',
    ],
  ]),
]

export const REASONS: readonly Defence[] = [...byCalendar, ...reasonsOfADay, ...page, ...closed]
