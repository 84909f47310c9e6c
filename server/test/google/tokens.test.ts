import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CalendarBinding } from '../../src/ports/calendar-binding.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { at, failureOf } from '../contract/calendar-under-test.ts'
import { connect, type GoogleFixture, IRIS, signIn, startGoogle } from '../support/google-account.ts'
import { MovableClock } from '../support/movable-clock.ts'

const REF = { tenantId: 'tenant-1', connectionId: 'connection-1' }
const JONAS = 'jonas@practice.example'
const HOUR_MS = 3_600_000

let fixture: GoogleFixture
let connection: ConnectionContext
let clock: MovableClock

beforeEach(async () => {
  clock = new MovableClock()
  fixture = await startGoogle({ clock })
  connection = await connect(fixture)
})
afterEach(() => fixture.close())

const read = (binding: CalendarBinding = fixture.binding, signal?: AbortSignal) =>
  binding.calendarFor(connection).getFreeBusy({ start: at('06:00'), end: at('18:00'), ...(signal ? { signal } : {}) })
const refreshes = () => fixture.google.journal.filter(({ query }) => query.grant_type === 'refresh_token').length
const stored = async () => JSON.parse((await fixture.vault.read(REF))?.tokenCache ?? '{}')

describe('access tokens', () => {
  it('a fresh one is used without asking Google', async () => {
    await read()
    await read()
    expect(refreshes()).toBe(0)
  })

  it('TS-22 fifty callers with an expired token make one refresh', async () => {
    clock.advance(HOUR_MS)
    await Promise.all(Array.from({ length: 50 }, () => read()))
    expect(refreshes()).toBe(1)
    expect(await fixture.vault.status(REF)).toMatchObject({ version: 2 })
  })

  it('F-43 TS-21 two processes make one refresh, and the newest tokens stay', async () => {
    clock.advance(HOUR_MS)
    const processes = [fixture.binding, fixture.another(), fixture.another()]
    await Promise.all(processes.flatMap((binding) => [read(binding), read(binding)]))
    expect(refreshes()).toBe(1)
    expect(await fixture.vault.status(REF)).toMatchObject({ version: 2 })
  })

  it('F-43 whoever waits for a lease that is never returned says unavailable', async () => {
    clock.advance(HOUR_MS)
    await fixture.vault.lease(REF, 60_000)
    expect(await failureOf(read())).toMatchObject({ reason: 'unavailable', code: 'lease_held' })
    expect(refreshes()).toBe(0)
  })

  it('F-50 the old refresh token stays when none comes back', async () => {
    const { refreshToken } = await stored()
    clock.advance(HOUR_MS)
    await read()
    expect(await stored()).toMatchObject({ refreshToken })
  })

  it('F-50 a new refresh token replaces the old one', async () => {
    clock.advance(HOUR_MS)
    const scope = (await stored()).scopes.join(' ')
    const body = {
      access_token: 'ya29.unknown',
      refresh_token: '1//new',
      expires_in: 3599,
      scope,
      token_type: 'Bearer',
    }
    fixture.google.failNext('POST /token', { status: 200, body })
    await fixture.binding.connector.keepAlive(connection)
    expect(await stored()).toMatchObject({ refreshToken: '1//new', accessToken: 'ya29.unknown' })
  })

  it('F-50 a refresh that brings fewer scopes asks for a reconnection', async () => {
    clock.advance(HOUR_MS)
    const body = { access_token: 'ya29.unknown', expires_in: 3599, scope: 'openid', token_type: 'Bearer' }
    fixture.google.failNext('POST /token', { status: 200, body })
    expect(await failureOf(read())).toMatchObject({ reason: 'reconnect', code: 'insufficient_scope' })
  })

  it('one that Google refuses before its time is renewed once', async () => {
    fixture.google.expireAccessTokens()
    await read()
    expect(refreshes()).toBe(1)
  })

  it('F-48 refused again after renewal, it asks for a reconnection and does not loop', async () => {
    const body = { error: { code: 401, errors: [{ reason: 'authError' }] } }
    fixture.google.failNext('POST /calendar/v3/freeBusy', { status: 401, body, times: 99 })
    expect(await failureOf(read())).toMatchObject({ reason: 'reconnect', status: 401 })
    expect(fixture.google.journal.filter(({ path }) => path.endsWith('freeBusy'))).toHaveLength(2)
    expect(refreshes()).toBe(1)
  })

  it('F-47 a withdrawn grant asks for a reconnection, and the lease is given back', async () => {
    clock.advance(HOUR_MS)
    fixture.google.withdraw(IRIS)
    expect(await failureOf(read())).toMatchObject({ reason: 'reconnect', code: 'invalid_grant' })
    expect(await fixture.vault.lease(REF, 1000)).toBeDefined()
  })

  it('a grant replaced under way is not mistaken for a withdrawn one', async () => {
    clock.advance(HOUR_MS)
    const fresh = await signIn(fixture)
    const asked = fixture.google.failNext('POST /token', { status: 400, body: { error: 'invalid_grant' } })
    const reading = read()
    await asked
    fixture.vault.put(REF, fresh)
    await reading
    expect(await stored()).toEqual(JSON.parse(fresh.tokenCache))
  })

  it('F-44 what a refresh brought is dropped when the account was disconnected under way', async () => {
    clock.advance(HOUR_MS)
    const body = { access_token: 'ya29.late', expires_in: 3599, token_type: 'Bearer' }
    const asked = fixture.google.failNext('POST /token', { status: 200, body })
    const reading = failureOf(read())
    await asked
    fixture.vault.shred(REF)
    expect(await reading).toMatchObject({ reason: 'reconnect', code: 'disconnected' })
    expect(await fixture.vault.read(REF)).toBeUndefined()
    expect(fixture.google.journal.filter(({ path }) => path.endsWith('freeBusy'))).toEqual([])
  })

  it('TS-23 after a disconnection no held token is used', async () => {
    await read()
    const before = fixture.google.journal.length
    fixture.vault.shred(REF)
    expect(await failureOf(read())).toMatchObject({ reason: 'reconnect', code: 'disconnected' })
    expect(fixture.google.journal).toHaveLength(before)
  })

  it('T-02 after a reconnection with another account no held token of the old one is used', async () => {
    await read()
    fixture.vault.put(REF, await signIn(fixture, { account: JONAS }))
    const span = { start: { dateTime: '2027-06-14T08:00:00Z' }, end: { dateTime: '2027-06-14T09:00:00Z' } }
    fixture.google.addEvent(JONAS, span)
    const provider = fixture.binding.calendarFor({ ...connection, calendarIds: [JONAS] })
    expect((await provider.getFreeBusy({ start: at('06:00'), end: at('18:00') })).busy).toHaveLength(1)
  })

  it('F-46 trouble at the token endpoint is transient', async () => {
    for (const [status, reason] of [
      [503, 'unavailable'],
      [429, 'throttled'],
    ] as const) {
      clock.advance(HOUR_MS)
      fixture.google.failNext('POST /token', { status })
      expect((await failureOf(read())).reason).toBe(reason)
      // A throttled token endpoint is left alone for a moment, although it did not say for how long.
      clock.advance(10_000)
      await read()
    }
  })

  it.each([
    [429, 'throttled'],
    [403, 'forbidden'],
    [502, 'unavailable'],
    [200, 'garbled'],
  ] as const)('F-46 HTML of a proxy in front of the token endpoint keeps its status %i: %s', async (status, reason) => {
    clock.advance(HOUR_MS)
    fixture.google.failNext('POST /token', { status, body: '<h1>Sorry</h1>', retryAfter: '7' })
    expect(await failureOf(read())).toMatchObject({ reason, ...(status === 200 ? {} : { status, retryAfterMs: 7000 }) })
  })

  it.each([
    ['without openid', (scopes: string[]) => scopes.filter((scope) => scope !== 'openid').join(' ')],
    ['with email by its short name', (scopes: string[]) => scopes.join(' ').replace(/\S*userinfo\.email/, 'email')],
    ['separated by line breaks', (scopes: string[]) => scopes.join('\n')],
  ])('OA-18 a refresh answer %s still has what is needed', async (_, written) => {
    clock.advance(HOUR_MS)
    const scope = written((await stored()).scopes)
    const body = { access_token: 'ya29.unknown', expires_in: 3599, scope, token_type: 'Bearer' }
    fixture.google.failNext('POST /token', { status: 200, body })
    await fixture.binding.connector.keepAlive(connection)
    expect(await stored()).toMatchObject({ accessToken: 'ya29.unknown' })
  })

  it('F-40 an answer whose id token nobody can read is garbled and not stored', async () => {
    const body = { access_token: 'ya29.unknown', expires_in: 3599, id_token: 'not.a.token', token_type: 'Bearer' }
    fixture.google.failNext('POST /token', { status: 200, body })
    expect((await failureOf(fixture.binding.connector.keepAlive(connection))).reason).toBe('garbled')
    expect(await fixture.vault.status(REF)).toMatchObject({ version: 1 })
  })

  it('F-50 what a read needs is enough for a read, while a write asks for a reconnection', async () => {
    clock.advance(HOUR_MS)
    const scope = (await stored()).scopes.filter((name: string) => !name.endsWith('events.owned')).join(' ')
    const body = { access_token: 'ya29.unknown', expires_in: 3599, scope, token_type: 'Bearer' }
    fixture.google.failNext('POST /token', { status: 200, body })
    await fixture.binding.connector.keepAlive(connection)
    fixture.google.failNext('POST /token', { status: 200, body })
    const writing = fixture.binding.calendarFor(connection).deleteEvent('unknown')
    expect(await failureOf(writing)).toMatchObject({ reason: 'reconnect', code: 'insufficient_scope' })
  })

  it('F-49 our own credential refused is misconfigured, an alarm, and nobody’s disconnection', async () => {
    clock.advance(HOUR_MS)
    fixture.google.failNext('POST /token', { status: 401, body: { error: 'invalid_client' } })
    expect((await failureOf(read())).reason).toBe('misconfigured')
    expect(fixture.log.entries).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'google_client_rejected' }),
    )
    await read()
  })

  it.each(['admin_policy_enforced', 'access_denied', 'org_internal', 'unauthorized_client'])(
    '%s, of one account, is not our fault and wakes nobody',
    async (error) => {
      clock.advance(HOUR_MS)
      fixture.google.failNext('POST /token', { status: 400, body: { error } })
      expect((await failureOf(read())).reason).not.toBe('misconfigured')
      expect(fixture.log.of('google_client_rejected')).toEqual([])
    },
  )

  it('one caller who leaves does not take the refresh from the others', async () => {
    clock.advance(HOUR_MS)
    const caller = new AbortController()
    const leaver = failureOf(read(fixture.binding, caller.signal))
    const stayer = read()
    caller.abort()
    expect((await leaver).reason).toBe('timeout')
    await stayer
    expect(refreshes()).toBe(1)
  })

  it('OA-24 no token, code or secret is logged or journalled', async () => {
    clock.advance(HOUR_MS)
    fixture.google.failNext('POST /calendar/v3/freeBusy', { status: 503 })
    await read()
    const { refreshToken, accessToken } = await stored()
    const written = JSON.stringify([fixture.log.entries, fixture.google.journal])
    for (const secret of [refreshToken, accessToken, 'booking-client-secret']) expect(written).not.toContain(secret)
  })
})
