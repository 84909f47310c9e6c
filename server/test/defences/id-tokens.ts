import { type Defence, inAdapter, inFile } from './defence.ts'

/** What keeps a forged or foreign id token out. */
export const ID_TOKENS: readonly Defence[] = [
  ...inAdapter('identity/id-token.ts', 'id-token-keys.test.ts', [
    ['OA-11 fetches', 'one new look for an unknown key', 'cooldownDuration: 0,', 'cooldownDuration: KEYS_LIVE_MS,'],
    ['F-33', 'the bound of the keys', 'maxBytes: MAX_KEYS_BYTES', 'maxBytes: 50_000_000'],
    [
      'F-45',
      'telling keys that never come',
      "if (error instanceof errors.JWKSTimeout) return new CalendarError('timeout', 'Microsoft did not answer in time')",
      '',
    ],
    [
      'ends when',
      'leaving while keys are read',
      'await abandonable(this.#verify(idToken, tid, endpoints), signal)',
      'await this.#verify(idToken, tid, endpoints)',
    ],
  ]),
  ...inFile('adapters/google-calendar/identity/id-token.ts', 'test/google/connector.test.ts', [
    ['OA-11 a key', 'one new look for an unknown key', 'cooldownDuration: 0,', ''],
    [
      'OA-11 an id token',
      'the security event',
      "this.#parts.log.error('security_id_token_refused', { code: 'id_token' })",
      '',
    ],
  ]),
]
