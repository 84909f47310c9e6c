import { type Defence, inFile } from './defence.ts'

/** What applications rely on that take the adapters along. */
export const PACKAGE: readonly Defence[] = [
  ...inFile(
    'net/idempotency-key.ts',
    'test/contract/google.test.ts',
    [['a key may be any text', 'a digest of what is too long to store', '{1,64}$/', '{1,64}$|./']],
    'test/contract/event-promises.ts',
  ),
  ...inFile('net/idempotency-key.ts', 'src/net/idempotency-key.test.ts', [
    ['every other text', 'a key of its own for capital letters', '/^[0-9a-z-]{1,64}$/', '/^[0-9a-zA-Z-]{1,64}$/'],
    ['names nothing', 'refusing an empty key', "if (idempotencyKey === '')", 'if (false)'],
  ]),
  ...inFile('adapters/microsoft-calendar/index.ts', 'test/microsoft/options.test.ts', [
    ['every request names', 'the name of a host', "{ ...request.headers, 'user-agent': userAgent }", 'request.headers'],
    ['T-34', 'a marker of its own', 'marker === undefined ? undefined : requireMarkerName(marker)', 'undefined'],
  ]),
  ...inFile('adapters/google-calendar/index.ts', 'test/google/options.test.ts', [
    ['every request names', 'the name of a host', "headers.set('user-agent', userAgent)", ''],
    ['T-34', 'a marker of its own', 'marker: requireMarkerName(marker)', 'marker: MARKER'],
  ]),
]
