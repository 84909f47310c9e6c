import { type Defence, inFile } from './defence.ts'

/** Words of texts that the dictionary of their language knows: each row spells one as it is not. */
export const SPELLING: readonly Defence[] = [
  ...inFile('http/texts/de/manage.ts', 'test/http/spelling.test.ts', [
    [
      'texts: de is right',
      'the spelling of a text',
      "title: 'Wir finden diese Buchung",
      "title: 'Wir finden diese Buchnug",
    ],
  ]),
  ...inFile('http/texts/de/connection-health.ts', 'test/http/spelling.test.ts', [
    [
      'texts: de is right',
      'the spelling of one calendar',
      "'Entfernen Sie sein Häkchen'",
      "'Entfernen Sie sein Häckchen'",
    ],
  ]),
  ...inFile('http/texts/de/booking-days.ts', 'test/http/spelling.test.ts', [
    ['texts: de is right', 'the blank before a value', 'werden kann, ist $', 'werden kann, ist$'],
  ]),
  ...inFile('http/texts/en/manage.ts', 'test/http/spelling.test.ts', [
    ['texts: en is right', 'British spelling', 'Your session is cancelled', 'Your session is canceled'],
  ]),
  ...inFile('http/texts/de/ask-administrator.ts', 'test/http/spelling.test.ts', [
    ['texts: de has no word', 'the one use of a word of our own', 'Ihre Client-ID', 'Ihre Kennung'],
  ]),
]
