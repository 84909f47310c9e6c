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
  ...inFile('services/connect-flow.ts', 'test/adapter-package/connecting.test.ts', [
    ['of another attempt', 'comparing the state', ' || !isSame(reply.state, attempt.state)', ''],
    ['of another browser', 'binding to the browser', ' || !isSame(hashOf(browser), attempt.browserHash)', ''],
    ['ten minutes late', 'the end of an attempt', '!(now.getTime() < Date.parse(attempt.expiresAt))', 'false'],
    ['spoiled has expired', 'an unreadable end being none', '!(now.getTime() < Date', '(now.getTime() >= Date'],
    ['refuses the redirect URI', 'refusing redirect URIs', 'requireRedirectUri(redirectUri)\n  if', 'if'],
    ['nothing binds', 'refusing to bind to nothing', "if (browser === '')", 'if (false)'],
  ]),
  ...inFile('services/connect-flow.ts', 'test/adapter-package/connecting.test.ts', [
    ['tells the account', 'telling accounts apart', 'connected === grant.accountKey ?', 'connected !== undefined ?'],
  ]),
  ...inFile('services/redeem-reply.ts', 'test/adapter-package/connecting.test.ts', [
    ['OA-13', 'the issuer', 'issuer !== undefined && !isIssuerOf(binding, issuer)', 'false'],
  ]),
  ...inFile('adapter-package/connect-reply.ts', 'test/adapter-package/connecting.test.ts', [
    ['is empty where', 'refusing what comes twice', 'values.length > 1 || ', ''],
  ]),
  ...inFile('adapter-package/busy-bridge.ts', 'test/adapter-package/busy-bridge.test.ts', [
    ['INV-2 what cannot', 'unknown being busy', 'busy === undefined ? [window] : [...busy]', '[...(busy ?? [])]'],
    ['INV-2 a day', 'unknown being no free day', 'return busy?.length === 0', 'return !busy?.length'],
    ['INV-2 though', 'passing over a host that cannot take it down', 'await tell({', 'await onUnknown({'],
    ['INV-2 a day that', 'no free day that there is not', ' && isDay(day)', ''],
  ]),
  ...inFile('adapter-package/reconcile-event.ts', 'test/adapter-package/reconcile-event.test.ts', [
    ['F-24 removes', 'a second look after a write', 'if (left > 0)', 'if (left > LONGEST_WRITE_MS)'],
    ['F-24 writes nothing', 'the age of a claim', 'begunAt.getTime() > QUICK_MS', 'begunAt.getTime() > 1e9'],
    ['another account', 'leaving events of other accounts', 'begun.accountKey !== found?.context.accountKey', 'false'],
  ]),
  ...inFile('adapter-package/maintain-connection.ts', 'test/adapter-package/maintain-connection.test.ts', [
    ['changes nothing', 'leaving failures that pass', 'if (isTransient(reason)) return before\n', ''],
    ['calendars that are new', 'new calendars that block', ' || (kind === undefined && !known.includes(id))', ''],
  ]),
]
