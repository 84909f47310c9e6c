import { type Defence, inFile } from './defence.ts'

/** What keeps a page in the language and the clock of its reader. */
export const TEXTS: readonly Defence[] = [
  ...inFile('http/pages/components.tsx', 'test/http/sentences.test.ts', [
    ['breaks before its domain', 'a place to break', '      <wbr />\n', ''],
  ]),
  ...inFile('http/texts/en/settings-writing.ts', 'test/http/sentences.test.ts', [
    ['is safe, stays booked', 'one that is not all', "sessions === 1 ? '' : 'all '", "'all '"],
  ]),
  ...inFile('http/texts/en/manage.ts', 'test/http/sentences.test.ts', [
    [
      'promises others',
      'what is so in any case',
      'The time is no longer kept for you.',
      'The time is free again for others.',
    ],
  ]),
  ...inFile('http/reader-locale.ts', 'test/http/languages.test.ts', [
    ['for a client whose browser', 'what the browser likes best', 'language === found) ?? first', 'false) ?? first'],
    ['for a client is one', 'the languages of the practice', '[locale.language, ...others])', "['en', 'de'])"],
    ['for a therapist is', 'the language of her practice', 'res.locals.locale = user.locale', 'void user'],
    ['where no practice is shown', 'the word to caches', "  res.vary('Accept-Language')\n", ''],
  ]),
  ...inFile('http/page-responses.ts', 'test/http/languages.test.ts', [
    ['for a client whose browser', 'one language in page and header', 'htmlOf(page, locale)', 'htmlOf(page)'],
  ]),
  ...inFile('http/routes/booking-submit.ts', 'test/http/languages.test.ts', [
    ['is that of the errors', 'errors in the language of the page', 'textsOf(locale)', "textsOf({ language: 'en' })"],
    ['is that of the errors', 'the error of a long name', 'name.message === TOO_LONG', 'false'],
  ]),
  ...inFile('http/routes/manage.ts', 'test/http/calendar-file.test.ts', [
    [
      'is in a language of the practice',
      'the language of the file',
      'now: clock.now(), language }',
      "now: clock.now(), language: 'en' }",
    ],
  ]),
  ...inFile('domain/locale.ts', 'test/http/languages.test.ts', [
    ['is the practice', 'the clock of German', "language === 'de' ? { language, clock: '24h' } : ", ''],
  ]),
  ...inFile('domain/locale.ts', 'src/domain/locale.test.ts', [
    ['of German has', 'the look at the language', "language === 'en' && isWritten", 'isWritten'],
  ]),
  ...inFile('http/pages/components.tsx', 'test/e2e/looks.test.ts', [
    ['a phone shows a fact', 'the room for a label with a long word', 'LONG_WORD.test(label) || ', ''],
    ['a phone shows a fact', 'the room for a long value', 'value.length > LONG_VALUE', 'false'],
  ]),
  ...inFile('http/pages/page-locale.tsx', 'test/http/languages.test.ts', [
    ['what the practice wrote itself', 'its own language', 'LANGUAGE_TAGS[locale.language]', 'LANGUAGE_TAGS[language]'],
  ]),
  ...inFile('http/pages/page-locale.tsx', 'src/http/pages/page-locale.test.ts', [
    ['after a page that fails', 'the locale before, again', '    rendered = before\n', ''],
  ]),
  ...inFile('http/pages/appointments.tsx', 'test/http/odd-days.test.ts', [
    ['say no offset', 'the times of the sessions', ', ...upcoming.map(({ startsAt }) => startsAt)', ''],
  ]),
  ...inFile('http/pages/what-clients-see.tsx', 'test/http/what-clients-see.test.ts', [
    ['says no offset', 'the end of the week', 'dayInterval(addDays(week, 6), timeZone).end, ', ''],
    ['says no offset', 'the first free time', 'first instanceof Date ? [first] : []', '[]'],
  ]),
  ...inFile('http/pages/booking-days.tsx', 'test/http/odd-days.test.ts', [
    ['PG-21 says no offset', 'the end of the list', 'dayInterval(last, zone).end]', 'dayInterval(from, zone).start]'],
  ]),
  ...inFile('http/pages/formatting.ts', 'src/http/pages/formatting.test.ts', [
    ['of several times have an offset', 'the look at the others', 'return isSame ? ', 'return clock ? '],
    [
      'have ends, days and dates in German',
      'days that no zone shifts',
      "month: 'long', timeZone: 'UTC' }),\n  date",
      "month: 'long', timeZone: 'America/New_York' }),\n  date",
    ],
  ]),
  ...inFile('adapters/postgres/accounts/change-tenant.ts', 'test/postgres/tenant-commands.test.ts', [
    ['a practice changes its language', 'the languages before', '...before.languages, language', 'language'],
    [
      'a practice changes its language',
      'the clock of German',
      "language === 'de' ? '24h' : before.clock",
      'before.clock',
    ],
  ]),
  ...inFile('services/connect-calendar.ts', 'test/faults/given-up-account.test.ts', [
    [
      'it is shown with its two buttons',
      'the language of the providers',
      'features && featuresIn(features, tenant.locale.language)',
      'features',
    ],
  ]),
  ...inFile('http/pages/public/app.css', 'test/e2e/looks.test.ts', [
    ['a wide screen gives', 'room for labels', '  dl:has(.long) > div {', '  dl .short > div {'],
  ]),
]
