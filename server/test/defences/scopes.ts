import { type Defence, inAdapter, inFile } from './defence.ts'

export const SCOPES: readonly Defence[] = [
  ...inAdapter('identity/scopes.ts', 'read-scope.test.ts', [
    [
      'outlives the change',
      'refreshing with what a grant holds',
      'held.find((at) => at >= wanted) ?? held.at(-1) ?? wanted',
      'wanted',
    ],
    [
      'outlives the change',
      'reading with what a grant holds',
      "purpose === 'read' || ",
      'ASCENDING[place] === config.readScope || ',
    ],
  ]),
  ...inFile('http/routes/settings-calendar.ts', 'test/http/administrator-link.test.ts', [
    [
      'is for the access that was chosen',
      'asking an administrator for the access that was chosen',
      'Access.safeParse(req.query.access).data ?? ',
      '',
    ],
  ]),
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    [
      'OA-41 is refused with a state',
      'telling a late approval from a sign-in that came to nothing',
      'unknownApprovalPage()',
      'unusableCallbackPage()',
    ],
  ]),
  ...inAdapter('connector.ts', 'consent.test.ts', [
    [
      'OA-41 an administrator’s approval lets people through',
      'asking an administrator for the scopes of signing in',
      'const scopes = scopesToGrant(config, request.access)\n',
      "const scopes = scopesToGrant(config, request.access).filter((scope) => scope.startsWith('Calendars'))\n",
    ],
    [
      'OA-41 an administrator’s approval of reading',
      'asking an administrator for no more than was chosen',
      'const scopes = scopesToGrant(config, request.access)\n',
      "const scopes = scopesToGrant(config, 'bookings')\n",
    ],
  ]),
]
