import { type Defence, inFile } from './defence.ts'

const shown = [
  ...inFile('adapters/postgres/connections/connection-rows.ts', 'test/postgres/connections.test.ts', [
    ['TS-17', 'doing without a name', 'if (error instanceof UnreadableTokens) return undefined', ''],
  ]),
  ...inFile('http/request-fields.ts', 'test/http/api.test.ts', [
    ['refuses a name that', 'wanting something visible', 'regex(VISIBLE)', 'min(1)'],
  ]),
  ...inFile('http/routes/manage.ts', 'test/http/headers.test.ts', [
    ['WS-22', 'keeping pages of a booking out of searches', "res.set('X-Robots-Tag', 'noindex, nofollow')", ''],
  ]),
]

export const SIGNING_IN: readonly Defence[] = [
  ...shown,
  ...inFile('http/pages/sign-in.tsx', 'test/http/session.test.ts', [
    ['WS-04 is kept', 'the way out for whoever forgot it', '{failed && <p', '{false && <p'],
  ]),
  ...inFile('http/pages/settings-outcome-words.ts', 'test/http/settings-outcomes.test.ts', [
    ['signing in again says', 'what we may do from then on', 'text: writes ? ', 'text: true ? '],
  ]),
  ...inFile('di.ts', 'test/security/boot.test.ts', [
    ['TS-12 another key', 'a code for keys that do not fit', ", 'TOKEN_KEYS') : error", ') : error'],
  ]),
  ...inFile('http/routes/sign-in.ts', 'test/http/guessing.test.ts', [
    ['WS-17', 'the limit by address alone', "      ['sign_in_address', byAddress(req)],\n", ''],
    ['WS-17', 'the limits of unknown browsers', '      limitUnknownBrowsers,\n', ''],
    ['WS-17', 'letting her own browser pass', 'if (known.isKnown(req, email)) return next()', ''],
    [
      'WS-17',
      'answering 503 beyond what is hashed',
      "if (error instanceof TooManyPasswords) throw new HttpError('unavailable', { retryAfterSeconds: 1 })",
      '',
    ],
    ['WS-17', 'the warning', '          countFailure()\n', ''],
  ]),
  ...inFile('http/known-browser.ts', 'test/http/guessing.test.ts', [
    ['WS-17', 'whose browser it is', ".update(email.toLowerCase()).digest('base64url')", ".digest('base64url')"],
  ]),
  ...inFile('adapters/argon2/passwords.ts', 'src/adapters/argon2/passwords.test.ts', [
    [
      'are turned away',
      'the bound of what waits',
      'if (waiting.length >= HASHES_WAITING) throw new TooManyPasswords()',
      '',
    ],
  ]),
]
