import { type Defence, inFile } from './defence.ts'

const connecting = [
  ...inFile('http/pages/settings-calendar.tsx', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'that choice on the way to try again', ' other={asked?.other ?? false}', ''],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'the memory of that choice', 'other === undefined ? access', 'true ? access'],
  ]),
]

export const PAGES_REST: readonly Defence[] = [...connecting]
