import { type Defence, inFile } from './defence.ts'

const forms = [
  ...inFile('http/pages/booking-other-times.tsx', 'test/http/pages.test.ts', [
    ['has no form in which Enter', 'a first button that does nothing', '        <NoDefaultButton />\n', ''],
  ]),
  ...inFile('http/pages/settings-connect.tsx', 'test/http/pages.test.ts', [
    [
      'has no form in which Enter',
      'a first button that does nothing',
      '    {providers.length > 1 && <NoDefaultButton />}\n',
      '',
    ],
  ]),
]

const sentences = [
  ...inFile('services/find-times.ts', 'test/services/find-times.test.ts', [
    [
      'whose last session starts within the minimum notice',
      'the minimum notice of each session',
      'if (allows(tenant.minimumNoticeMinutes, now))',
      'if (allows(0, now))',
    ],
    ['on which a session does not fit', 'the look at the rules', "? 'notice' : 'outside'", "? 'notice' : 'full'"],
  ]),
  ...inFile('http/routes/booking.ts', 'test/http/odd-days.test.ts', [
    [
      'says of a day that is past or too far ahead',
      'the day that was asked for',
      'if (choices.unbookable !== undefined)',
      'if (choices.unbookable === null)',
    ],
  ]),
  ...inFile('http/routes/booking-submit.ts', 'test/http/booking.test.ts', [
    ['says why a time cannot be booked', 'the look at the clock', "if (start <= now) return 'over'\n", ''],
    [
      'says why a time cannot be booked',
      'the look at the horizon',
      "? 'beyond' : 'not_a_slot'",
      "? 'not_a_slot' : 'not_a_slot'",
    ],
  ]),
]

const outcomes = [
  ...inFile('http/routes/settings-calendar.ts', 'test/http/settings-outcomes.test.ts', [
    ['is not said because an address', 'the flash of an action', 'middleware.flash.take(req, res) && said', 'said'],
    ['is not said when it has ceased', 'the look at the state', 'said && agrees(said, overview)', 'said'],
    [
      'and the way to try again',
      'the access asked for last',
      "known && { access: known, other: other === 'other', oneMore: other === ONE_MORE }",
      'undefined',
    ],
  ]),
  ...inFile('http/flash.ts', 'test/http/settings-outcomes.test.ts', [
    ['is said once', 'taking it away', '      res.clearCookie(cookie, cookieOptions(appUrl))\n', ''],
    ['is not said at another address', 'the address it belongs to', '[req.sessionID, path]', '[req.sessionID]'],
  ]),
]

const strangers = [
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    [
      'is thanked in the browser of another practice',
      'whose link it was',
      'user?.tenantId !== finished.tenantId',
      'user === undefined',
    ],
    [
      'is refused without a signed-in session',
      'who asks for a row',
      '      if (lost)\n        await dependencies.audit',
      '        await dependencies.audit',
    ],
  ]),
  ...inFile('http/rate-limit.ts', 'test/http/calendar-callback.test.ts', [
    [
      'is limited by address',
      'who asks for a row',
      '    if (user === undefined) return\n',
      "    if (user === undefined) await audit.append({ tenantId: undefined, actor: 'anonymous', action: limit })\n    if (user === undefined) return\n",
    ],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/settings-calendar.test.ts', [
    [
      'is not stopped by a site',
      'a limit of its own',
      "middleware.limit('ask_administrator', byUser)",
      "middleware.limit('connect', byUser)",
    ],
  ]),
]

const whereAndWho = [
  ...inFile('http/pages/formatting.ts', 'test/http/sentences.test.ts', [
    [
      'the therapist’s day is said',
      'the look at her day',
      "dayOf(session.start, zone) ? '' :",
      "dayOf(session.start, zone) || day ? '' :",
    ],
  ]),
  ...inFile('http/error-handler.ts', 'test/http/sentences.test.ts', [
    [
      'a client whose booking broke off',
      'the look at the path',
      "req.method === 'POST' && req.path.startsWith('/book/')",
      'false',
    ],
  ]),
]

export const PAGES: readonly Defence[] = [...whereAndWho, ...forms, ...sentences, ...outcomes, ...strangers]
