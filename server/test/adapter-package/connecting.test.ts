import { describe, expect, it } from 'vitest'
import { readReply } from '../../src/adapter-package/connect-reply.ts'
import { bindingOf } from '../../src/ports/calendar-registry.ts'
import {
  beginConnecting,
  type ConnectAttempt,
  type FinishConnecting,
  finishConnecting,
} from '../../src/services/connect-flow.ts'
import { StagedTokens } from '../../src/services/staged-tokens.ts'
import { MemoryVault } from '../support/memory-vault.ts'
import { failure, startMock } from './support.ts'

const REDIRECT = 'https://host.example/callback'
const BROWSER = 'what only her browser brings'

async function begin(change: Partial<Parameters<typeof beginConnecting>[1]> = {}) {
  const { mock, clock } = startMock()
  const staged = new StagedTokens(new MemoryVault(clock))
  const request = { browser: BROWSER, redirectUri: REDIRECT, access: 'bookings', now: clock.now(), ...change } as const
  const { url, attempt } = await beginConnecting(mock, request)
  // As a host stores it.
  const stored: ConnectAttempt = JSON.parse(JSON.stringify(attempt))
  const finish = (other: Partial<FinishConnecting> = {}) =>
    finishConnecting(mock, {
      attempt: stored,
      reply: readReply(url.searchParams),
      browser: BROWSER,
      staged,
      tenantId: 'tenant-1',
      connectionId: 'connection-1',
      now: clock.now(),
      ...other,
    })
  return { mock, clock, url, attempt: stored, finish }
}

describe('connecting without a store of ours', () => {
  it('gives the grant and the calendars, from an attempt that was stored as JSON', async () => {
    const { finish } = await begin()
    const done = await finish()
    expect(done).toMatchObject({ outcome: 'connected', grant: { accountKey: 'mock-account', access: 'bookings' } })
    expect('calendars' in done && done.calendars.map(({ id }) => id)).toContain('main')
  })

  it('OA-01 OA-02 draws state, nonce and verifier of 256 random bits for each attempt', async () => {
    const [one, other] = [(await begin()).attempt, (await begin()).attempt]
    const secrets = [one, other].flatMap(({ state, nonce, codeVerifier }) => [state, nonce, codeVerifier])
    expect(new Set(secrets).size).toBe(6)
    expect(secrets.every((secret) => Buffer.from(secret, 'base64url').length === 32)).toBe(true)
    expect(JSON.stringify(one)).not.toContain(BROWSER)
  })

  it.each([
    ['unknown or replayed', { attempt: undefined }, 'unknown'],
    ['of another attempt', { reply: { state: 'x', code: 'y' } }, 'state'],
    ['without a state', { reply: { code: 'y' } }, 'state'],
    ['of another browser', { browser: 'of somebody else' }, 'browser'],
    ['of a browser that brings nothing', { browser: undefined }, 'browser'],
    ['ten minutes late', { now: new Date('2027-06-01T08:10:00Z') }, 'expired'],
  ] as const)('OA-04 a callback that is %s asks the provider nothing', async (_, change, because) => {
    const { mock, finish } = await begin()
    mock.controls.failAlways('redeem', failure('misconfigured'))
    expect(await finish(change)).toEqual({ outcome: 'unusable_state', because })
  })

  it('an attempt whose date was spoiled has expired', async () => {
    const { attempt, finish } = await begin()
    expect(await finish({ attempt: { ...attempt, expiresAt: 'never' } })).toMatchObject({ because: 'expired' })
  })

  it('tells the account that is connected from another one', async () => {
    const { finish } = await begin()
    expect((await finish({ connectedAccountKey: 'mock-account' })).outcome).toBe('reconnected')
    expect((await finish({ connectedAccountKey: 'another' })).outcome).toBe('other_account')
  })

  it('OA-13 a reply of another issuer is not redeemed', async () => {
    const { url, finish } = await begin()
    const reply = readReply(url.searchParams)
    expect(await finish({ reply: { ...reply, issuer: 'https://elsewhere.example' } })).toEqual({ outcome: 'failed' })
    expect((await finish({ reply: { ...reply, issuer: 'https://login.somewhere.example/v2' } })).outcome).toBe(
      'connected',
    )
  })

  it.each([
    ['redeem', 'unavailable', 'unavailable'],
    ['redeem', 'misconfigured', 'misconfigured'],
    ['listCalendars', 'not_found', 'no_mailbox'],
    ['listCalendars', 'admin_consent', 'admin_consent'],
  ] as const)('says what %s that fails as %s comes to, with the error for the log', async (method, reason, outcome) => {
    const { mock, finish } = await begin()
    mock.controls.failNext(method, failure(reason))
    expect(await finish()).toMatchObject({ outcome, error: { reason, code: 'test' } })
  })

  it('what she declined is no error', async () => {
    const { attempt, finish } = await begin()
    expect(await finish({ reply: { state: attempt.state, error: 'access_denied' } })).toEqual({
      outcome: 'declined_or_admin',
    })
  })

  it.each(['http://host.example/callback', 'https://host.example/callback#part', 'callback', 'javascript:alert(1)'])(
    'refuses the redirect URI %s by name',
    async (redirectUri) => {
      await expect(begin({ redirectUri })).rejects.toMatchObject({ reason: 'misconfigured', code: 'redirect_uri' })
    },
  )

  it('refuses an attempt that nothing binds, and a provider that is not registered', async () => {
    await expect(begin({ browser: '' })).rejects.toMatchObject({ reason: 'misconfigured', code: 'browser' })
    expect(() => bindingOf({ GOOGLE: undefined, MICROSOFT: undefined }, 'GOOGLE')).toThrow(
      expect.objectContaining({ reason: 'misconfigured', code: 'not_registered' }),
    )
  })
})

describe('the reply in a query', () => {
  it('is read by the names of the standard', () => {
    const query = 'state=s&code=c&error=e&error_subcode=sub&error_description=d&iss=https%3A%2F%2Fi.example&other=x'
    expect(readReply(new URLSearchParams(query))).toEqual({
      state: 's',
      code: 'c',
      error: 'e',
      errorSubcode: 'sub',
      errorDescription: 'd',
      issuer: 'https://i.example',
    })
  })

  it.each(['state=s&state=t&code=c', 'state=s&code=c&iss=a&iss=b', `state=s&code=${'c'.repeat(8193)}`])(
    'is empty where no provider would have written it: %.40s',
    (query) => expect(readReply(new URLSearchParams(query))).toEqual({}),
  )
})
