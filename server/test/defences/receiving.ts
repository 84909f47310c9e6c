import { type Defence, inFile } from './defence.ts'

const promised = (file: string, adapter: string, rows: Parameters<typeof inFile>[2]): Defence[] =>
  inFile(file, `test/contract/${adapter}.test.ts`, rows, 'test/contract/receiving-promises.ts')

/** Which calendar receives: docs/decisions/021-receiving-calendar.md. */
export const RECEIVING: readonly Defence[] = [
  ...promised('adapters/microsoft-calendar/events.ts', 'microsoft', [
    [
      'INV-3 an event is written into',
      'writing it there',
      '...eventsOf(this.#connection.writesTo),',
      '...eventsOf(undefined),',
    ],
    [
      'she moved from the calendar that receives',
      'looking where it may be by now',
      'written || (await this.#findIn(undefined, key, deadline))',
      'written || undefined',
    ],
    [
      'what was in it counts as removed',
      'knowing that a calendar takes its events along',
      '(await unlessGone(() => this.#findIn(calendarId, key, deadline)))',
      '(await this.#findIn(calendarId, key, deadline))',
    ],
  ]),
  ...promised('adapters/microsoft-calendar/event-removal.ts', 'microsoft', [
    [
      'is not moved because another calendar receives',
      'the calendar it was written to',
      'isIn(parts, asWritten.calendarId, eventId, event.key)',
      'isIn(parts, undefined, eventId, event.key)',
    ],
  ]),
  ...promised('adapters/google-calendar/events.ts', 'google', [
    [
      'INV-3 an event is written into',
      'writing it there',
      'return this.#connection.writesTo ?? PRIMARY',
      'return PRIMARY',
    ],
  ]),
  ...promised('adapters/google-calendar/event-removal.ts', 'google', [
    [
      'is not moved because another calendar receives',
      'the calendar it was written to',
      'event.calendarId !== (asWritten?.calendarId ?? PRIMARY)',
      'event.calendarId !== PRIMARY',
    ],
    [
      'she moved from the calendar that receives',
      'looking in the default calendar',
      'calendarId === PRIMARY ? undefined : await eventIn(parts, PRIMARY, eventId)',
      'undefined',
    ],
  ]),
  ...promised('adapters/mock-calendar/adapter.ts', 'mock', [
    ['once nothing may be written', 'refusing', 'if (listing.isReadOnly) throw', 'if (listing === null) throw'],
  ]),
  ...inFile('adapters/microsoft-calendar/calendar-list.ts', 'test/microsoft/calendars.test.ts', [
    ['those that may not be written into', 'saying so', '...(canEdit ? {} : { isReadOnly: true })', ''],
  ]),
  ...inFile('adapters/google-calendar/calendar-list.ts', 'test/google/calendars.test.ts', [
    [
      'those that may not be written into',
      'saying so',
      '...(accessRole === undefined || WRITERS.has(accessRole) ? {} : { isReadOnly: true }),',
      '',
    ],
  ]),
  ...inFile('services/write-event.ts', 'test/faults/reconcile.test.ts', [
    ['says nothing in the language', 'asking which language it is', 'tenant.locale.language,', "'en',"],
  ]),
  ...inFile('domain/event-title.ts', 'src/domain/event-title.test.ts', [
    ['brings no line', 'leaving unseen characters out', "text.replaceAll(UNSEEN, ' ').replaceAll", 'text.replaceAll'],
    ['shows nothing', 'noticing that nothing shows', 'if (!VISIBLE.test(who)) return NEUTRAL_TITLES[language]', ''],
  ]),
  ...inFile('adapters/postgres/connections/writing-settings.ts', 'test/postgres/connected-calendars.test.ts', [
    [
      'a calendar of hers receives',
      'refusing one that may not',
      'if (!mayReceive({ externalId, isDefault, kind: detail?.kind, isReadOnly: detail?.readOnly })) return undefined',
      '',
    ],
    [
      'nothing about clients is chosen',
      'knowing whose the account is',
      "const isKnown = row?.accountKind === 'organisation'",
      'const isKnown = row !== undefined',
    ],
    [
      'turns out to be personal',
      'ending what was chosen',
      '{ ...kind, eventTitle: DEFAULT_WRITING.eventTitle, invites: false }',
      'kind',
    ],
    ['follow a calendar whose id', 'following it', 'data: { writesTo: to },', 'data: {},'],
  ]),
  ...inFile('services/reconcile-event.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'deleted between two bookings',
      'listing the calendars again',
      'await parts.evidence.list({ tenant, connection, binding })',
      'await Promise.resolve({ tenant, binding })',
    ],
  ]),
  ...inFile('services/write-event.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'what she chose, from then on',
      'inviting by her word alone',
      '...(invites(connection) && { attendee: guestOf(booking) }),',
      'attendee: guestOf(booking),',
    ],
  ]),
  ...inFile('adapters/postgres/connections/calendar-looks.ts', 'test/postgres/connected-calendars.test.ts', [
    [
      'what a look has found',
      'forgetting what was not looked at',
      'AND calendar.busy_times IS NULL AND d.looked_at IS NOT NULL',
      'AND calendar.busy_times IS NOT NULL AND d.looked_at IS NOT NULL',
    ],
  ]),
  ...inFile('services/look-at-calendars.ts', 'test/faults/receiving-calendar.test.ts', [
    ['is counted when she connects', 'the fortnight', 'LOOK_DAYS * DAY_MS', '2 * LOOK_DAYS * DAY_MS'],
    ['is counted when she connects', 'looking at what is not ticked', '[...ticked, ...own]', '[...ticked]'],
    [
      'one that is not ticked and cannot be read',
      'leaving alone what others own',
      '!blocks && kind === undefined',
      '!blocks',
    ],
  ]),
  ...inFile('services/choose-calendars.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'deleted between two bookings',
      'saying that the calendars have changed',
      "=== undefined ? 'unknown' : 'calendars_changed'",
      "=== undefined ? 'unknown' : 'unknown'",
    ],
  ]),
  ...inFile('services/new-account.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'is counted when she connects',
      'counting at once',
      'await lookAt({ tenant, connection, binding })',
      'await Promise.resolve(lookAt)',
    ],
  ]),
  ...inFile('ports/tenant-snapshot.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'what she chose, from then on',
      'telling clients that they are invited',
      "role === 'receives' && access === 'bookings'",
      "role === 'receives' && access === 'availability'",
    ],
  ]),
  ...inFile('services/remove-event.ts', 'test/faults/receiving-calendar.test.ts', [
    [
      'none looks moved because of a choice',
      'the calendar it was written to',
      '{ start, end, changeKey, ...(event.calendarId !== undefined && { calendarId: event.calendarId }) }',
      '{ start, end, changeKey }',
    ],
  ]),
]
