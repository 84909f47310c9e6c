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

export const PAGES: readonly Defence[] = [...forms]
