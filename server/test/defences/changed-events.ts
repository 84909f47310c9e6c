import { type Defence, inFile } from './defence.ts'

const promised = (file: string, adapter: string, rows: Parameters<typeof inFile>[2]): Defence[] =>
  inFile(file, `test/contract/${adapter}.test.ts`, rows, 'test/contract/changed-promises.ts')

const FAULTS = 'test/faults/changed-events.test.ts'

/** Removal takes what we made and no more: docs/decisions/016-changed-events.md. */
export const CHANGED_EVENTS: readonly Defence[] = [
  ...promised('domain/changed-event.ts', 'mock', [
    [
      'another hour goes',
      'letting go what moved in time',
      "{ start, end }) ? 'edited' : undefined",
      "{ start, end }) ? 'edited' : 'edited'",
    ],
    [
      'a title of her own stays',
      'the change key',
      'if (changeKey === written.changeKey)',
      'if (changeKey !== undefined)',
    ],
    ['another calendar stays there', 'the look where it lies', "if (isElsewhere) return 'moved'", ''],
  ]),
  ...promised('adapters/microsoft-calendar/event-removal.ts', 'microsoft', [
    ['a title of her own stays', 'leaving it alone', 'if (change !== undefined) throw', 'if (change === null) throw'],
    [
      'another calendar stays there',
      'asking the calendar it was written to',
      'isElsewhere: !(await isIn(parts, asWritten.calendarId, eventId, event.key)),',
      'isElsewhere: false,',
    ],
    ['another hour goes', 'asking it for the event', "asObject(event, 'event').id === eventId", 'event === eventId'],
    [
      'the change key that is read later',
      'comparing its time',
      'return isAtItsTime(written, now) ? changeKey : undefined',
      'return now && changeKey',
    ],
  ]),
  ...promised('adapters/google-calendar/event-removal.ts', 'google', [
    ['a title of her own stays', 'leaving it alone', 'if (change !== undefined) throw', 'if (change === null) throw'],
    [
      'another calendar stays there',
      'looking in her other calendars',
      'return primary ?? movedEvent(parts, eventId, calendarId)',
      'return primary',
    ],
    [
      'the change key that is read later',
      'comparing its time',
      'isAtItsTime(written, timesOf(event, parts.timeZone)) ? event.etag : undefined',
      'event.etag',
    ],
  ]),
  ...inFile('adapters/google-calendar/event-removal.ts', 'test/google/removal.test.ts', [
    ['she has hidden since', 'her hidden calendars', '    showHidden: true,\n', ''],
    [
      'is not taken for gone',
      'knowing that it does not know',
      'of await ownCalendars(parts))',
      'of await ownCalendars(parts).catch(() => []))',
    ],
    ['its marker did not go along', 'asking her of it', "isOfSeries(event) ? 'series' : 'moved')", "'series')"],
  ]),
  ...inFile('services/remove-event.ts', FAULTS, [
    [
      'stays by her word',
      'comparing at all',
      'await provider.deleteEvent(id, asWritten)',
      'await provider.deleteEvent(id)',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/event-versions.ts', FAULTS, [
    ['nor where the provider', 'keeping the key that is read later', 'changeKey ?? null}::text', 'null}::text'],
  ]),
  ...inFile('adapters/postgres/bookings/event-word.ts', FAULTS, [
    ['stays by her word', 'the end of comparing', "if (word === 'remove_it') await", 'if (word === null) await'],
  ]),
  ...inFile('http/pages/unremoved-events.tsx', FAULTS, [
    [
      'stays by her word',
      'asking her',
      "booking.event.status === 'FAILED' && (change",
      'booking === undefined && (change',
    ],
  ]),
  ...inFile('domain/booking-event.ts', 'src/domain/booking-event.test.ts', [
    [
      'of a changed event',
      'the look whether she was asked',
      "if (ofChanged && !(isCancelled && status === 'FAILED')) return undefined",
      '',
    ],
  ]),
]
