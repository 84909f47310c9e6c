import { type Defence, inFile } from './defence.ts'

const connecting = [
  ...inFile('http/pages/settings-calendar.tsx', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'that choice on the way to try again', ' other={asked?.other ?? false}', ''],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/settings-outcomes.test.ts', [
    ['after the way to another account', 'the memory of that choice', "other && '.other'", 'undefined'],
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

const tenants = [
  ...inFile('adapters/postgres/accounts/change-tenant.ts', 'test/postgres/tenant-commands.test.ts', [
    ['is changed in what is named', 'the name of the service', '...(service !== undefined && { name: service })', ''],
    ['is changed in what is named', 'the tenant', 'tenantId: tenant.id, ', ''],
    ['what cannot be changed', 'a look at what was found', "if (count === 0) return 'no_service'", ''],
  ]),
  ...inFile('cli/new-tenant.ts', 'test/postgres/tenant-commands.test.ts', [
    ['is made to meet', 'the place', "meet === 'online'", 'false'],
  ]),
]

const sentTooLate = [
  ...inFile('http/unsent-form.ts', 'test/http/session.test.ts', [
    ['WS-04 is not kept', "the browser's word", "req.get('sec-fetch-site') !== 'same-origin' || ", ''],
    ['WS-04 is not kept', 'the bound', 'textOf(unsent).length <= MAXIMUM ? unsent : undefined', 'unsent'],
    ['OA-21 is no way', 'the list of forms', 'KEPT_FORMS.find((known) => known === name)', 'name as KeptForm'],
  ]),
  ...inFile('http/error-handler.ts', 'test/http/session.test.ts', [
    ['WS-04 is kept', 'keeping it', 'away ? unsentFormIn(req) : undefined', 'undefined'],
  ]),
  ...inFile('http/routes/sign-in.ts', 'test/http/session.test.ts', [
    ['WS-04 is kept', 'keeping it after a wrong password', 'failed: true, unsent }', 'failed: true }'],
  ]),
]

const phones = inFile('http/pages/public/app.css', 'test/e2e/looks.test.ts', [
  ['a phone shows a fact', 'the label beside its value', 'grid-template-columns: 7.75rem 1fr;', ''],
  ['hides nothing at one width', 'words that paper alone hides', '@media print {', '@media (max-width: 30rem) {'],
  [
    'a phone shows a fact',
    'times in one line',
    'grid-template-columns: subgrid;',
    'grid-template-columns: 7.5rem 1fr;',
  ],
  ['a wide screen keeps lines short', 'the longest line', 'max-width: 46rem', 'max-width: 66rem'],
  ['a phone shows a fact', 'low days', '  min-height: 0;\n  padding-block: 0.125rem;\n', ''],
])

export const PAGES_REST: readonly Defence[] = [...phones, ...sentTooLate, ...connecting, ...commands, ...tenants]
