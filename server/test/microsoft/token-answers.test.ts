import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { expiredAt } from './connections.ts'
import type { ConnectOptions } from './support.ts'
import { bindingOf, type Connected, connect, failureOf, JANUARY, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock, vault, log } = fixture
const TOKENS = /\/oauth2\/v2\.0\/token/

const tokenCalls = () => emulator.journal.of('token')
const graphCalls = () => emulator.journal.of('graph')
const read = ({ provider }: Pick<Connected, 'provider'>) => provider.getFreeBusy(JANUARY)

const expired = (options: ConnectOptions = {}) => expiredAt(fixture, options)

describe('a token answer', () => {
  test('F-50 a token answer without a refresh token leaves the old one', async () => {
    const connected = await expired()
    const before = refreshTokenOf(connected)
    emulator.spoilNextTokens({ refreshToken: 'missing' })
    await read(connected)
    expect(refreshTokenOf(connected)).toBe(before)
    clock.advance(2 * 60 * 60_000)
    await read(connected)
    expect(refreshTokenOf(connected)).not.toBe(before)
  })

  test('F-50 a token answer with fewer scopes is too narrow: reconnect, and Entra is not asked again and again', async () => {
    const connected = await expired()
    emulator.spoilNextTokens({ scopes: ['openid', 'profile'] })
    for (let n = 0; n < 3; n++)
      expect(await failureOf(read(connected))).toMatchObject({ reason: 'reconnect', code: 'insufficient_scope' })
    expect(tokenCalls()).toHaveLength(1)
    expect(vault.peek(connected.ref)?.version).toBe(2)
  })

  test.each(['short', 'full', 'lower', 'encoded'] as const)(
    'OA-18 with scopes written in the %s form',
    async (scopeForm) => {
      const flawless = await openedWith(scopeForm)
      await read(flawless)
      await read({ provider: bindingOf(fixture).calendarFor(flawless.connection) })
      expect(tokenCalls()).toHaveLength(1)
    },
  )

  async function openedWith(scopeForm: 'short' | 'full' | 'lower' | 'encoded') {
    const connected = await expired()
    emulator.spoilNextTokens({ scopeForm })
    return connected
  }

  test('F-40 a token answer for somebody else is neither used nor stored: a security event', async () => {
    const connected = await expired()
    const other = emulator.addAccount({ kind: 'work', address: 'mallory@practice.example' })
    emulator.spoilNextTokens({ account: other })
    expect(await failureOf(read(connected))).toMatchObject({ reason: 'reconnect', code: 'identity_mismatch' })
    expect(vault.peek(connected.ref)?.version).toBe(1)
    expect(log.of('security_token_identity_mismatch')).toHaveLength(1)
    expect(graphCalls()).toEqual([])
  })

  test.each([
    ['without an access token', { accessToken: 'missing' }],
    ['with an empty access token', { accessToken: 'empty' }],
  ] as const)('%s is garbled', async (_, flaws) => {
    const connected = await expired()
    emulator.spoilNextTokens(flaws)
    expect(await reasonOf(read(connected))).toBe('garbled')
    expect(vault.peek(connected.ref)?.version).toBe(1)
    emulator.journal.clear() // an answer that Entra would not give
    await read(connected)
  })

  test('a token answer without client_info still finds its refresh token the next time', async () => {
    const connected = await expired()
    emulator.spoilNextTokens({ clientInfo: 'missing' })
    await read(connected)
    clock.advance(2 * 60 * 60_000)
    await read(connected)
  })

  test.each([
    ['F-46 429', { status: 429, retryAfter: '20' }, 'throttled'],
    ['F-46 503', { status: 503 }, 'unavailable'],
    ['F-46 500', { status: 500 }, 'unavailable'],
    ['HTML under 200', { kind: 'html' }, 'garbled'],
    ['HTML under 502', { kind: 'html', status: 502 }, 'unavailable'],
    ['HTML under 400', { kind: 'html', status: 400 }, 'garbled'],
    ['malformed JSON', { kind: 'malformed-json' }, 'garbled'],
    ['half an answer', { kind: 'truncated' }, 'garbled'],
    ['F-33 a flood', { kind: 'flood', bytes: 50_000_000 }, 'garbled'],
    ['F-35 a reset', { kind: 'reset' }, 'unavailable'],
    ['F-39 a redirect', { kind: 'redirect', to: 'http://evil.example' }, 'garbled'],
    ['an empty object', { kind: 'body', change: () => ({}) }, 'garbled'],
    ['a list', { kind: 'body', change: () => [] }, 'garbled'],
    ['F-53 an error nobody knows', { kind: 'oauth-error', error: 'novelty', aadsts: 99999 }, 'garbled'],
    ['F-53 no error word', { status: 400, body: { message: 'no' } }, 'garbled'],
  ] as const)('INV-8 %s leaves the connection alone: %s', async (_, fault, reason) => {
    const connected = await expired()
    emulator.faults.failNext(TOKENS, fault as Fault)
    expect(await reasonOf(read(connected))).toBe(reason)
    expect(vault.peek(connected.ref)?.version).toBe(1)
    clock.advance(60_000)
    await read(connected)
  })

  test('INV-11 F-46 Entra is not asked again before its Retry-After is over', async () => {
    const connected = await expired()
    emulator.faults.failNext(TOKENS, { status: 429, retryAfter: '20' })
    expect(await failureOf(read(connected))).toMatchObject({ reason: 'throttled', retryAfterMs: 20_000 })
    expect(await reasonOf(read(connected))).toBe('throttled')
    expect(tokenCalls()).toHaveLength(1)
    clock.advance(20_000)
    await read(connected)
    expect(tokenCalls().filter(({ early }) => early)).toEqual([])
  })

  test('F-45 a token answer that never comes ends with a deadline', async () => {
    const connected = await expired()
    emulator.faults.failNext(TOKENS, { kind: 'hang' })
    expect(await reasonOf(read(connected))).toBe('timeout')
    await read(connected)
  })
})

describe('a refused grant', () => {
  test.each([50173, 700082, 70043, 70008, 50089])(
    'F-47 AADSTS%i: reconnect, asked once and not again',
    async (aadsts) => {
      const connected = await expired()
      emulator.revoke(connected.account, aadsts)
      for (let n = 0; n < 3; n++) expect(await reasonOf(read(connected))).toBe('reconnect')
      expect(tokenCalls()).toHaveLength(1)
      expect(vault.peek(connected.ref)?.version).toBe(1)
    },
  )

  test.each([
    ['interaction_required', 50076, 'work', 'reconnect'],
    ['invalid_grant', 53003, 'work', 'reconnect'],
    ['consent_required', 65001, 'work', 'admin_consent'],
    ['consent_required', 65001, 'personal', 'reconnect'],
    ['invalid_grant', 65001, 'work', 'admin_consent'],
    ['invalid_client', 90094, 'work', 'admin_consent'],
    ['invalid_grant', 90095, 'work', 'admin_consent'],
    ['invalid_grant', 90033, 'work', 'unavailable'],
    ['temporarily_unavailable', 90024, 'work', 'unavailable'],
  ] as const)('%s with AADSTS%i, %s account: %s', async (error, aadsts, kind, reason) => {
    const connected = await expired({ account: { kind } })
    emulator.faults.failNext(TOKENS, { kind: 'oauth-error', error, aadsts })
    expect(await reasonOf(read(connected))).toBe(reason)
  })

  test.each([
    ['an expired secret', 'invalid_client', 7000222],
    ['a wrong secret', 'invalid_client', 7000215],
    ['no secret', 'invalid_client', 7000218],
    ['a secret, under another word,', 'invalid_grant', 7000215],
    ['a client, by a number nobody knows,', 'invalid_client', 123456789],
  ])('F-49 %s is our fault: the operator hears of it, no connection is touched', async (_, error, aadsts) => {
    const connected = await expired()
    emulator.faults.failNext(TOKENS, { kind: 'oauth-error', error, aadsts })
    expect(await reasonOf(read(connected))).toBe('misconfigured')
    expect(log.of('microsoft_client_rejected')).toMatchObject([
      { connectionId: connected.connection.id, reason: 'misconfigured' },
    ])
    expect(vault.peek(connected.ref)?.version).toBe(1)
    await read(connected)
  })

  test('a request that is refused is our fault; the operator hears of it when several tenants meet it', async () => {
    const connected = [await expired(), await expired(), await expired(), await expired()]
    const fault = { kind: 'oauth-error', error: 'invalid_scope', aadsts: 70011 } as const
    emulator.faults.failNext(TOKENS, fault, { times: Number.POSITIVE_INFINITY })
    log.clear()
    const process = bindingOf(fixture)
    const alarms: number[] = []
    for (const { connection } of connected) {
      const provider = process.calendarFor(connection)
      for (const _ of ['once', 'again']) expect(await reasonOf(read({ provider }))).toBe('misconfigured')
      alarms.push(log.of('microsoft_client_rejected').length)
    }
    expect(alarms).toEqual([0, 0, 1, 2])
  })

  test('F-47 TS-17 F-52 tokens that cannot be opened: reconnect, for this connection alone', async () => {
    const [broken, whole] = [await connect(fixture), await connect(fixture)]
    vault.spoil(broken.ref)
    expect(await failureOf(read(broken))).toMatchObject({ reason: 'reconnect', code: 'tokens_unreadable' })
    expect(log.of('tokens_unreadable')).toHaveLength(1)
    await read(whole)
  })
})

function refreshTokenOf({ ref }: Connected): string {
  const cache = JSON.parse(vault.peek(ref)?.tokenCache ?? '{}') as { RefreshToken: Record<string, { secret: string }> }
  return Object.values(cache.RefreshToken)[0]?.secret ?? ''
}
