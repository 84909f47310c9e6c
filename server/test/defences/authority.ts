import { type Defence, inFile } from './defence.ts'

/** The way to the provider and back. */
export const AUTHORITY: readonly Defence[] = [
  ...inFile('http/routes/settings-calendar.ts', 'test/security/leaving.test.ts', [
    [
      'OA-23',
      'leaving by a page',
      'leave(res, url, leavingPage({ features, href: url.href }))',
      'res.redirect(303, url.href)',
    ],
  ]),
  ...inFile('http/page-responses.ts', 'test/security/leaving.test.ts', [
    ['OA-23', 'going on without a hand', "res.set('Refresh', ", "res.set('X-Refresh', "],
  ]),
]
