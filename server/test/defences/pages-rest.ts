import { type Defence, inFile } from './defence.ts'

const connecting = [
  ...inFile('http/pages/settings-calendar.tsx', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'that choice on the way to try again', ' other={asked?.other ?? false}', ''],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'the memory of that choice', 'other === undefined ? access', 'true ? access'],
  ]),
]

const commands = [
  ...inFile('cli/rotate-token-keys.ts', 'test/faults/key-rotation.test.ts', [
    [
      'TS-14 gives up',
      'saying it where errors are looked for',
      '        warn(\n          `Not done',
      '        print(\n          `Not done',
    ],
  ]),
  ...inFile('cli/admin.ts', 'src/cli/admin.test.ts', [
    ['cannot reach the database', 'words for the operator', 'notDone(error)', 'String(error)'],
    ['cannot reach the database', 'the exit code', 'process.exitCode = 1', 'process.exitCode = 0'],
  ]),
  ...inFile('cli/not-done.ts', 'src/cli/not-done.test.ts', [
    ['what to do after', 'words for each reason', 'if (words === undefined)', 'if (words !== undefined)'],
  ]),
]

export const PAGES_REST: readonly Defence[] = [...connecting, ...commands]
