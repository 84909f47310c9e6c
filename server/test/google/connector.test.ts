import { type CryptoKey, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InsufficientScope } from '../../src/ports/calendar-failure.ts'
import { failureOf } from '../contract/calendar-under-test.ts'
import { connect, type GoogleFixture, IRIS, REDIRECT_URI, signIn, startGoogle } from '../support/google-account.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'
const READ = ['openid', 'email', `${CALENDAR}.freebusy`, `${CALENDAR}.calendarlist.readonly`]

let fixture: GoogleFixture
beforeEach(async () => {
  fixture = await startGoogle()
})
afterEach(() => fixture.close())

const request = {
  redirectUri: REDIRECT_URI,
  access: 'availability',
  state: 's',
  nonce: 'n',
  codeChallenge: 'c',
} as const

describe('authorize', () => {
  it('OA-07 OA-17 asks for exactly the scopes of the level, offline, with PKCE', async () => {
    const { url, scopes } = await fixture.binding.connector.authorize(request)
    expect(url.origin + url.pathname).toBe(`${fixture.google.origin}/o/oauth2/v2/auth`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'booking-client',
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: READ.join(' '),
      state: 's',
      nonce: 'n',
      access_type: 'offline',
      prompt: 'consent select_account',
      code_challenge: 'c',
      code_challenge_method: 'S256',
    })
    expect(scopes).toEqual(READ)
    const bookings = await fixture.binding.connector.authorize({ ...request, access: 'bookings' })
    expect(bookings.scopes).toEqual([...READ, `${CALENDAR}.events.owned`])
  })

  it('a reconnection names the account and asks for consent alone', async () => {
    const { url } = await fixture.binding.connector.authorize({ ...request, loginHint: IRIS })
    expect(url.searchParams.get('prompt')).toBe('consent')
    expect(url.searchParams.get('login_hint')).toBe(IRIS)
  })
})

describe('redeem', () => {
  it('OA-12 gives the account by its immutable key, what was granted, and when it ends', async () => {
    const grant = await signIn(fixture, { access: 'availability' })
    expect(grant).toMatchObject({ accountKey: '101', accountAddress: IRIS, access: 'availability' })
    expect(grant.scopes).toContain(`${CALENDAR}.freebusy`)
    expect(grant.accessExpiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000)
    expect(Object.keys(JSON.parse(grant.tokenCache))).toEqual(['refreshToken', 'accessToken', 'expiresAt', 'scopes'])
  })

  it.each(['availability', 'bookings'] as const)('OA-18 fewer scopes than %s needs are refused', async (access) => {
    const withheld = [`${CALENDAR}.${access === 'bookings' ? 'events.owned' : 'freebusy'}`]
    const failure = await failureOf(signIn(fixture, { access, withheld }))
    expect(failure).toMatchObject({ reason: 'forbidden', code: 'insufficient_scope' })
    expect(failure).toBeInstanceOf(InsufficientScope)
  })

  it('OA-10 another nonce is refused', async () => {
    await expect(signIn(fixture, { falsify: { nonce: 'other' } })).rejects.toMatchObject({ code: 'id_token' })
  })

  it('OA-09 a code of another attempt is refused', async () => {
    const codeVerifier = 'x'.repeat(43)
    await expect(signIn(fixture, { falsify: { codeVerifier } })).rejects.toMatchObject({ code: 'invalid_grant' })
  })

  it('F-50 a grant without a refresh token is of no use', async () => {
    const identity = await lawfulIdentity().sign(await keyFor(false))
    fixture.google.failNext('POST /token', { status: 200, body: answer(identity) })
    const missing = signIn(fixture, { falsify: { nonce: 'n' } })
    await expect(missing).rejects.toMatchObject({ reason: 'reconnect', code: 'no_refresh_token' })
  })

  it('OA-11 an id token with a foreign signature, audience, issuer or a past expiry is refused', async () => {
    const changes: ((token: SignJWT) => SignJWT)[] = [
      (token) => token,
      (token) => token.setAudience('somebody-else'),
      (token) => token.setIssuer('https://accounts.google.com.example'),
      (token) => token.setExpirationTime(Math.floor(Date.now() / 1000) - 120),
    ]
    for (const change of changes) {
      const signed = await change(lawfulIdentity()).sign(await keyFor(change === changes[0]))
      fixture.google.failNext('POST /token', { status: 200, body: { ...answer(signed), refresh_token: '1//0' } })
      await expect(signIn(fixture, { falsify: { nonce: 'n' } })).rejects.toMatchObject({ code: 'id_token' })
    }
    const said = fixture.log.entries.filter(({ event }) => event === 'security_id_token_refused')
    expect(said.map(({ level }) => level)).toEqual(changes.map(() => 'error'))
  })

  it('OA-11 without any id token it is refused', async () => {
    fixture.google.failNext('POST /token', { status: 200, body: { access_token: 'a', expires_in: 3600, scope: 'x' } })
    await expect(signIn(fixture)).rejects.toMatchObject({ reason: 'garbled' })
  })

  it('OA-11 a key that is not known yet is looked for once more', async () => {
    fixture.google.failNext('GET /oauth2/v3/certs', { status: 200, body: { keys: [] } })
    await signIn(fixture)
    expect(fixture.google.journal.filter(({ path }) => path === '/oauth2/v3/certs')).toHaveLength(2)
  })

  it('unreadable keys are the provider’s trouble, not a forged token', async () => {
    fixture.google.failNext('GET /oauth2/v3/certs', { status: 503 })
    await expect(signIn(fixture)).rejects.toMatchObject({ reason: 'unavailable' })
  })

  it('F-49 our own credential refused is an alarm for the operator', async () => {
    fixture.google.failNext('POST /token', { status: 401, body: { error: 'invalid_client' } })
    await expect(signIn(fixture)).rejects.toMatchObject({ reason: 'misconfigured' })
    expect(fixture.log.entries).toContainEqual({
      level: 'error',
      event: 'google_client_rejected',
      fields: expect.objectContaining({ code: 'invalid_client', status: 401 }),
    })
  })

  it('a code is exchanged once, even when the answer is lost', async () => {
    fixture.google.failNext('POST /token', { reset: true, afterApply: true })
    await expect(signIn(fixture)).rejects.toMatchObject({ reason: 'unavailable' })
    expect(fixture.google.journal.filter(({ path }) => path === '/token')).toHaveLength(1)
  })
})

describe('after connecting', () => {
  it('lists the calendars of every page', async () => {
    const connection = await connect(fixture)
    fixture.google.settings.pageSize = 1
    const listings = await fixture.binding.connector.listCalendars(connection)
    expect(listings.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      [IRIS, true],
      ['Private', false],
    ])
  })

  it('F-28 a list without an end is garbled', async () => {
    const connection = await connect(fixture)
    const body = { items: [], nextPageToken: 'again' }
    fixture.google.failNext('GET /calendar/v3/users/me/calendarList', { status: 200, body, times: 99 })
    await expect(fixture.binding.connector.listCalendars(connection)).rejects.toMatchObject({ reason: 'garbled' })
    expect(fixture.google.journal.filter(({ path }) => path.endsWith('calendarList'))).toHaveLength(2)
  })

  it('an account without a calendar is not_found', async () => {
    const connection = await connect(fixture)
    const body = { error: { code: 403, errors: [{ reason: 'notACalendarUser' }] } }
    fixture.google.failNext('GET /calendar/v3/users/me/calendarList', { status: 403, body })
    await expect(fixture.binding.connector.listCalendars(connection)).rejects.toMatchObject({ reason: 'not_found' })
  })

  it('revoke ends the grant, twice does no harm, and the token is in no address', async () => {
    const grant = await signIn(fixture)
    await fixture.binding.connector.revoke(grant.tokenCache)
    await fixture.binding.connector.revoke(grant.tokenCache)
    const calls = fixture.google.journal.filter(({ path }) => path === '/revoke')
    expect(calls.map(({ status, query }) => [status, query])).toEqual([
      [200, {}],
      [400, {}],
    ])
  })

  it('tells people who decline from a failure', () => {
    expect(fixture.binding.consentOutcome('access_denied', undefined, undefined)).toBe('declined_or_admin')
    expect(fixture.binding.consentOutcome('admin_policy_enforced', undefined, undefined)).toBe('admin_consent')
    expect(fixture.binding.consentOutcome('server_error', undefined, undefined)).toBe('failed')
  })
})

const stolen = await generateKeyPair('RS256')

/** The right key for everything but the signature test: only the emulator holds it. */
async function keyFor(foreign: boolean): Promise<CryptoKey> {
  return foreign ? stolen.privateKey : fixture.google.signingKey()
}

function lawfulIdentity(): SignJWT {
  return new SignJWT({ nonce: 'n' })
    .setProtectedHeader({ alg: 'RS256', kid: 'emulated' })
    .setIssuer(fixture.google.origin)
    .setAudience('booking-client')
    .setSubject('101')
    .setIssuedAt()
    .setExpirationTime('1h')
}

const answer = (identity: string) => ({
  access_token: 'ya29.x',
  expires_in: 3599,
  scope: [...READ, `${CALENDAR}.events.owned`].join(' '),
  token_type: 'Bearer',
  id_token: identity,
})
