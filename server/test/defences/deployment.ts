import { type Defence, inFile } from './defence.ts'

export const DEPLOYMENT: readonly Defence[] = [
  ...inFile('../../.env.example', 'test/dev/dev.test.ts', [
    ['npm run dev serves', 'leaving the choice of calendars open', 'CALENDAR_ADAPTERS=\n', 'CALENDAR_ADAPTERS=real\n'],
  ]),
  ...inFile('../../.github/workflows/ci.yml', 'test/dev/workspace.test.ts', [
    ['is the same for developers', 'the release between', '[20, 22, 24]', '[20, 24]'],
  ]),
]
