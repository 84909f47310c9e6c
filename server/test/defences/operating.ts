import { type Defence, inFile } from './defence.ts'

const limits = [
  ...inFile('http/routes/calendar-callback.ts', 'test/http/calendar-callback.test.ts', [
    ['OA-28', 'counting who is signed in by herself', '(req) => req.session.userId ?? byAddress(req)', 'byAddress'],
    [
      'OA-28',
      'the limit on strangers',
      'formed(Outcome), middleware.session, limit, async',
      'formed(Outcome), middleware.session, async',
    ],
  ]),
]

const headers = inFile('http/security-headers.ts', 'test/http/headers.test.ts', [
  ['WS-08', 'leaving other hosts alone', 'includeSubDomains: includesSubdomains', 'includeSubDomains: true'],
])

export const OPERATING: readonly Defence[] = [...limits, ...headers]
