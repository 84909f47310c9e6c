import { type Defence, inAdapter, inFile } from './defence.ts'

const ownership = [
  ...inAdapter('calendar-list.ts', 'calendars.test.ts', [
    ['hers is what the owner', 'comparing owners', 'ownerAddress !== herself\n', 'ownerAddress === undefined\n'],
    ['hers is what the owner', 'a look whether she may edit it', '(canEdit && !others)', '!others'],
    ['hers is what the owner', 'dropping names that are addresses', 'nameAlone(ownerName)', 'ownerName'],
    ['unknown is not free', 'counting as hers what names no owner', 'ownerAddress !== undefined && ', ''],
    ['the owner is asked for', 'asking for the owner', 'isDefaultCalendar,owner,canEdit', 'isDefaultCalendar'],
  ]),
  ...inFile('adapters/google-calendar/calendar-list.ts', 'test/google/calendars.test.ts', [
    ['hers is what she owns', 'a look at the role', "(accessRole ?? 'owner') !== 'owner' || ", ''],
    ['hers is what she owns', 'a look at the owner', '(herself !== undefined && owner !== herself)', 'false'],
    ['hers is what she owns', 'asking for hidden ones', 'showHidden: true', 'showHidden: false'],
    ['unknown is not free', 'counting as hers what names no role', "(accessRole ?? 'owner')", 'accessRole'],
  ]),
]

const blame = [
  ...inAdapter('transport/graph-batch.ts', 'calendars.test.ts', [
    [
      'is known as its own where its answer cannot be trusted',
      'keeping what an item cannot tell apart from the others',
      'if (!(error instanceof CalendarError)) throw error',
      'throw error',
    ],
  ]),
  ...inFile('ports/calendar-failure.ts', 'test/microsoft/calendars.test.ts', [
    [
      'INV-7 is known as its own',
      'naming the calendars',
      'return alike ? worst :',
      'if (!alike) return worst\n  return alike ? worst :',
    ],
    [
      'each is known where each fails',
      'telling ways of failing apart',
      ' && all.every(({ reason }) => reason === worst.reason)',
      '',
    ],
    [
      'is the account’s where all fail alike',
      'a look whether all failed',
      'all.length === asked && ',
      'all.length > asked && ',
    ],
  ]),
  ...inFile('adapters/google-calendar/free-busy-answer.ts', 'test/google/calendars.test.ts', [
    [
      'INV-7 is known as its own',
      'naming the calendars',
      'throw readFailure(failures, calendarIds.length)',
      'throw [...failures.values()][0]',
    ],
  ]),
  ...inFile('services/calendar-evidence.ts', 'test/faults/one-calendar.test.ts', [
    [
      'closes the practice',
      'recording the calendar',
      'return unread(reading, error.failures)',
      'return ofAccount(reading, error)',
    ],
    ['that is gone is listed again', 'listing again at once', 'await listAgain(reading)', 'return'],
  ]),
  ...inFile('services/calendar-evidence.ts', 'test/services/calendar-evidence.test.ts', [
    [
      'is put down to',
      'the search after a failure that lasts',
      'if (!passes && first && (await search(reading, error))) return',
      '',
    ],
    [
      'is put down to',
      'the search after a failure that passes',
      'if (passes && first) searchAfterwards(reading, error)',
      '',
    ],
    [
      'is searched for once a minute',
      'the minute between searches',
      'const first = searched.first(id)',
      'const first = true',
    ],
    ['asks nothing more after', 'leaving the account alone', ' || isOfTheAccount(error)', ''],
    [
      'takes no new calendar while',
      'leaving new calendars out',
      "'error' in found.probe ?",
      "'errors' in found.probe ?",
    ],
  ]),
  ...inFile('services/probe-calendars.ts', 'test/services/calendar-evidence.test.ts', [
    [
      'takes no new calendar while',
      'telling the account’s failures apart',
      'if (!(error instanceof CalendarError) || isOfTheAccount(error)) throw error',
      'if (!(error instanceof CalendarError)) throw error',
    ],
    [
      'is that calendar’s where it alone',
      'the look whether the account lists',
      'if (defaultId !== undefined',
      'if (defaultId === undefined',
    ],
  ]),
  ...inFile('services/read-account.ts', 'test/services/calendar-evidence.test.ts', [
    ['is put down to', 'a read that clears the calendars', ' || evidence.unreadSince !== undefined', ''],
  ]),
  ...inFile('domain/connection-health.ts', 'test/faults/one-calendar.test.ts', [
    [
      'closes the practice',
      'the health of a calendar',
      "return { state: 'calendar_unread',",
      "return { state: 'ok', lastReadAt }\n  if (unreadSince !== undefined)\n    return { state: 'calendar_unread',",
    ],
  ]),
]

const ticking = [
  ...inFile('services/list-calendars.ts', 'test/services/calendar-evidence.test.ts', [
    ['of many new calendars', 'the bound on what is read at once', 'fresh.slice(0, PROBED_AT_ONCE)', 'fresh.slice(0)'],
    [
      'leaves one that cannot be read',
      'leaving it unticked',
      'unread.set(id, failures.get(id)?.reason)',
      'failures.get(id)',
    ],
    ['offers what is not hers', 'reading hers alone', 'kind === undefined && ', ''],
  ]),
  ...inFile('adapters/postgres/connections/connected-calendars.ts', 'test/services/calendar-evidence.test.ts', [
    ['offers what is not hers', 'ticking hers alone', 'kind === undefined && !unread', '!unread'],
  ]),
  ...inFile('services/choose-calendars.ts', 'test/faults/one-calendar.test.ts', [
    ['is not ticked when it fails', 'the read before ticking', "if (proved.length === 0) return 'none_read'", ''],
    [
      'closes the practice',
      'the read after saving',
      '      await check(tenant, connectionId)\n      return failures',
      '      return failures',
    ],
  ]),
  ...inFile('http/pages/settings-outcome-words.ts', 'test/faults/one-calendar.test.ts', [
    [
      'is not ticked when it fails',
      'the sentence',
      'if (PROMISES.has(outcome) && seen.aside.length > 0)',
      'if (false)',
    ],
  ]),
]

const stored = [
  ...inFile('adapters/postgres/connections/connected-calendars.ts', 'test/postgres/connected-calendars.test.ts', [
    [
      'what could not be read keeps its first moment',
      'the moment of the first failure',
      'CASE WHEN d.failure_reason = EXCLUDED.failure_reason THEN d.failing_since ELSE EXCLUDED.failing_since END',
      'EXCLUDED.failing_since',
    ],
    [
      'a calendar whose id has changed',
      'following an id that changed',
      'await followRenamedIds(transaction, account, known, listed)\n',
      '\n',
    ],
    ['a calendar whose id has changed', 'a look whether one name is meant', ' || candidates.length > 1', ''],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/check-now.test.ts', [
    ['is limited by user', 'the limit of checks', "middleware.limit('check', byUser), ", ''],
  ]),
  ...inFile('http/pages/settings-outcome-words.ts', 'test/http/check-now.test.ts', [
    [
      'says no more than that',
      'a look at the account',
      "if (outcome === 'checked' && isUnhealthy",
      "if (outcome !== 'checked' && isUnhealthy",
    ],
  ]),
]

export const CALENDARS: readonly Defence[] = [...ownership, ...blame, ...ticking, ...stored]
