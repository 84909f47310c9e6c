import { describe, expect, test } from 'vitest'
import type { Account, TokenFlaws } from '../../dev/microsoft-emulator/index.ts'
import type { MicrosoftConfig } from '../../src/adapters/microsoft-calendar/config.ts'
import { Authority } from '../../src/adapters/microsoft-calendar/identity/authority.ts'
import { IdTokenChecker } from '../../src/adapters/microsoft-calendar/identity/id-token.ts'
import { http } from '../../src/net/http.ts'
import type { CalendarAccess } from '../../src/ports/calendar-connector.ts'
import { InsufficientScope } from '../../src/ports/calendar-failure.ts'
import {
  attach,
  bindingOf,
  comeBack,
  configOf,
  failureOf,
  REDIRECT_URI,
  reasonOf,
  signInRequest,
  startMicrosoft,
} from './support.ts'

const fixture = await startMicrosoft()
const { emulator, binding, log, clock } = fixture
const { connector } = binding
const TOKENS = /\/oauth2\/v2\.0\/token/

let people = 0
const person = (draft: Partial<Parameters<typeof emulator.addAccount>[0]> = {}): Account =>
  emulator.addAccount({ kind: 'work', address: `person-${++people}@practice.example`, ...draft })

const redeem = async (account: Account, access: CalendarAccess = 'bookings') =>
  connector.redeem(await comeBack(fixture, account, access))

describe('redeem', () => {
  test('OA-12 gives the account’s key, its address for show, scopes, access and a token cache', async () => {
    const account = person()
    const grant = await redeem(account)
    expect(grant).toMatchObject({
      accountKey: `${account.tid}.${account.oid}`,
      accountAddress: account.address,
      access: 'bookings',
    })
    expect(grant.scopes).toEqual(expect.arrayContaining(['Calendars.ReadBasic', 'Calendars.ReadWrite']))
    expect(grant.accessExpiresAt?.getTime()).toBeGreaterThan(clock.now().getTime() + 50 * 60_000)
    expect(grant.tokenCache).toContain('RefreshToken')
  })

  test('OA-12 two accounts with one address are two', async () => {
    emulator.spoilNextTokens({ claims: { preferred_username: 'shared@practice.example' } }, 2)
    const [one, two] = [await redeem(person()), await redeem(person())]
    expect([one.accountAddress, two.accountAddress]).toEqual(['shared@practice.example', 'shared@practice.example'])
    expect(one.accountKey).not.toBe(two.accountKey)
  })

  test('PR-03 of availability grants availability, even where more was granted', async () => {
    const account = person()
    await redeem(account, 'bookings')
    emulator.spoilNextTokens({ scopes: ['openid', 'Calendars.ReadBasic', 'Calendars.ReadWrite', 'Mail.Read'] })
    const grant = await redeem(account, 'availability')
    expect(grant.access).toBe('availability')
    expect(log.of('token_scopes_wider')).toEqual([{ count: 2 }])
  })

  test.each(['short', 'full', 'lower', 'encoded'] as const)('OA-18 reads scopes in the %s form', async (scopeForm) => {
    emulator.spoilNextTokens({ scopeForm })
    expect((await redeem(person())).access).toBe('bookings')
  })

  test('OA-18 takes the scopes for those asked for when the answer names none', async () => {
    emulator.spoilNextTokens({ withoutScope: true })
    expect((await redeem(person())).access).toBe('bookings')
  })

  test.each([
    ['only the read scope', ['openid', 'profile', 'email', 'Calendars.ReadBasic'], 'bookings'],
    ['no calendar scope', ['openid', 'profile', 'email'], 'availability'],
    ['OA-18 an empty list', [], 'availability'],
  ] as const)('OA-18 F-50 refuses %s for %s', async (_, scopes, access) => {
    emulator.spoilNextTokens({ scopes })
    const failure = await failureOf(redeem(person(), access))
    expect(failure).toMatchObject({ reason: 'forbidden', code: 'insufficient_scope' })
    expect(failure).toBeInstanceOf(InsufficientScope)
  })

  test('takes a write scope for a read scope: it includes it', async () => {
    emulator.spoilNextTokens({ scopes: ['openid', 'Calendars.ReadWrite'] })
    expect((await redeem(person())).access).toBe('bookings')
  })

  const flaws: [string, TokenFlaws][] = [
    ['OA-10 another nonce', { idToken: 'wrong-nonce' }],
    ['OA-10 no nonce', { idToken: 'missing-nonce' }],
    ['OA-11 another audience', { idToken: 'wrong-audience' }],
    ['OA-11 another issuer', { idToken: 'wrong-issuer' }],
    ['OA-11 an issuer of another tenant', { idToken: 'wrong-tenant' }],
    ['OA-11 a time that is over', { idToken: 'expired' }],
    ['OA-11 a time to come', { idToken: 'not-yet-valid' }],
    ['OA-11 no signature', { idToken: 'unsigned' }],
    ['OA-11 the signature of a stranger', { idToken: 'foreign-key' }],
    ['OA-11 a broken signature', { idToken: 'broken-signature' }],
    ['OA-11 no id token', { idToken: 'missing' }],
    ['OA-11 no exp', { claims: { exp: undefined } }],
    ['OA-12 no oid', { claims: { oid: undefined } }],
    ['OA-12 an oid that is none', { claims: { oid: ['a'] } }],
    ['OA-12 no tid', { claims: { tid: undefined } }],
    ['OA-12 a tid that is none', { claims: { tid: '../common' } }],
    ['no refresh token', { refreshToken: 'missing' }],
    ['no access token', { accessToken: 'missing' }],
    ['an empty access token', { accessToken: 'empty' }],
  ]
  test.each(flaws)('refuses %s', async (_, flaw) => {
    emulator.spoilNextTokens(flaw)
    expect(await reasonOf(redeem(person()))).toBe('garbled')
    emulator.journal.clear() // an answer that Entra would not give
  })

  const brought = async () => {
    const { tokenCache } = await redeem(person())
    const held = JSON.parse(tokenCache) as { RefreshToken: Record<string, { secret: string }> }
    const refreshToken = Object.values(held.RefreshToken)[0]?.secret ?? ''
    return () => binding.connector.adopt?.({ access: 'bookings', refreshToken, scopes: [] }) ?? Promise.reject()
  }

  test.each(flaws.filter(([name]) => !name.startsWith('OA-10')))(
    'refuses %s of a grant made elsewhere, too',
    async (_, flaw) => {
      const adopt = await brought()
      emulator.spoilNextTokens(flaw)
      const failure = await failureOf(adopt())
      expect([failure.reason, failure.code]).toEqual(
        flaw.idToken === 'missing' ? ['reconnect', 'no_id_token'] : ['garbled', expect.anything()],
      )
      emulator.journal.clear() // an answer that Entra would not give
    },
  )

  test('takes over a grant made elsewhere, and keeps it alive', async () => {
    const grant = await (await brought())()
    expect(grant.access).toBe('bookings')
    const { connection } = attach(fixture, person(), grant)
    await binding.connector.keepAlive(connection)
  })

  test('OA-10 our own check of the nonce, should MSAL forget its', async () => {
    const grant = await redeem(person())
    const cache = JSON.parse(grant.tokenCache) as { IdToken: Record<string, { secret: string }> }
    const idToken = Object.values(cache.IdToken)[0]?.secret ?? ''
    const parts = { config: configOf(emulator.origin), http, clock, log }
    const checker = new IdTokenChecker({ ...parts, authority: new Authority(parts) })
    expect(await failureOf(checker.check(idToken, 'another'))).toMatchObject({
      reason: 'garbled',
      code: 'nonce_mismatch',
    })
  })

  test('OA-11 an id token that is refused is a security event', async () => {
    emulator.spoilNextTokens({ idToken: 'foreign-key' })
    await failureOf(redeem(person()))
    expect(log.of('security_id_token_refused')).toHaveLength(1)
  })

  test('OA-07 sends the verifier of the attempt; another one is refused', async () => {
    const request = await comeBack(fixture, person(), 'bookings')
    const wrong = { ...request, codeVerifier: signInRequest('bookings').verifier }
    expect(await reasonOf(connector.redeem(wrong))).toBe('reconnect')
    const right = await comeBack(fixture, person(), 'bookings')
    emulator.journal.clear()
    await connector.redeem(right)
    const [sent] = emulator.journal.of('token')
    expect(sent?.requestBody).toMatchObject({ code_verifier: right.codeVerifier, redirect_uri: REDIRECT_URI })
    expect(sent?.path).toContain('/common/oauth2/v2.0/token')
  })

  test('OA-09 a code that was used is refused', async () => {
    const request = await comeBack(fixture, person(), 'bookings')
    await connector.redeem(request)
    expect(await reasonOf(connector.redeem(request))).toBe('reconnect')
  })

  test.each([
    ['F-49 an expired secret', 'invalid_client', 7000222, 'misconfigured'],
    ['a transient failure', 'temporarily_unavailable', 90033, 'unavailable'],
    ['an administrator who is wanted', 'invalid_grant', 90094, 'admin_consent'],
    ['an unassigned user', 'invalid_grant', 50105, 'admin_consent'],
  ])('%s', async (_, error, aadsts, reason) => {
    const request = await comeBack(fixture, person(), 'bookings')
    emulator.faults.failNext(TOKENS, { kind: 'oauth-error', error, aadsts })
    expect(await reasonOf(connector.redeem(request))).toBe(reason)
    expect(log.of('microsoft_client_rejected')).toHaveLength(reason === 'misconfigured' ? 1 : 0)
  })

  test('ends when the caller leaves', async () => {
    const request = await comeBack(fixture, person(), 'bookings')
    const caller = new AbortController()
    const held = emulator.faults.hold(TOKENS)
    const redeeming = failureOf(connector.redeem({ ...request, signal: caller.signal }))
    await held.struck
    caller.abort()
    expect(await redeeming).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    held.release()
  })

  test.each([
    ['organizations', 'personal', 'forbidden'],
    ['consumers', 'work', 'forbidden'],
    ['consumers', 'personal', undefined],
    ['organizations', 'work', undefined],
  ] as const)('OA-33 for %s and a %s account: %s', async (tenant, kind, reason) => {
    const configure: Partial<MicrosoftConfig> = { tenant }
    const narrow = { ...fixture, binding: bindingOf(fixture, {}, configure) }
    // The pages of the emulator would not let them through: the answer is what is tested.
    const wide = { ...fixture, binding: bindingOf(fixture) }
    const account = person({ kind })
    if (reason === undefined)
      expect((await narrow.binding.connector.redeem(await comeBack(narrow, account, 'bookings'))).access).toBe(
        'bookings',
      )
    else {
      const other = person({ kind: kind === 'work' ? 'personal' : 'work' })
      emulator.spoilNextTokens({ claims: { tid: account.tid } })
      const request = await comeBack(narrow, other, 'bookings')
      expect(await failureOf(narrow.binding.connector.redeem(request))).toMatchObject({ reason, code: 'wrong_tenant' })
    }
    expect(wide.binding.features.slug).toBe('microsoft')
  })
})
