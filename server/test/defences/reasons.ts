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

export const REASONS: readonly Defence[] = [...byCalendar]
