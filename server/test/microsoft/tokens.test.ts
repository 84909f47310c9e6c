import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../dev/microsoft-emulator/index.ts'
import { accessTokenIn } from '../../src/adapters/microsoft-calendar/identity/msal-token-cache.ts'
import { sleep } from '../../src/concurrency/deadline.ts'
import { expiredAt } from './connections.ts'
import type { ConnectOptions } from './support.ts'
import {
  bindingOf,
  type Connected,
  configOf,
  connect,
  failureOf,
  JANUARY,
  reasonOf,
  startMicrosoft,
} from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock, vault } = fixture
const TOKENS = /\/oauth2\/v2\.0\/token/

const tokenCalls = () => emulator.journal.of('token')
const graphCalls = () => emulator.journal.of('graph')
const read = ({ provider }: Pick<Connected, 'provider'>) => provider.getFreeBusy(JANUARY)

const NOTHING = { tokenCache: '{}', accessExpiresAt: undefined }

const formOf = (entry: JournalEntry | undefined): Record<string, string | undefined> =>
  (entry?.requestBody ?? {}) as Record<string, string>

const expired = (options: ConnectOptions = {}) => expiredAt(fixture, options)

describe('an access token', () => {
  test('is taken from the sealed cache, then from memory, without asking Entra', async () => {
    const connected = await connect(fixture)
    const { read: before } = vault.asked
    emulator.journal.clear()
    await read(connected)
    await read(connected)
    expect([tokenCalls().length, vault.asked.read - before]).toEqual([0, 1])
  })

  test('is renewed while five minutes and a quarter are left', async () => {
    const connected = await connect(fixture)
    const expiry = vault.peek(connected.ref)?.accessExpiresAt?.getTime() ?? 0
    emulator.journal.clear()
    clock.advance(expiry - clock.now().getTime() - 320_000)
    await read(connected)
    expect(tokenCalls()).toHaveLength(0)
    clock.advance(10_000)
    await read(connected)
    expect(tokenCalls()).toHaveLength(1)
    expect(vault.peek(connected.ref)).toMatchObject({ version: 2 })
  })

  test('is asked for at the account’s own tenant, with the read scope for reads and the write scope for writes', async () => {
    const connected = await expired()
    await read(connected)
    const [call] = tokenCalls()
    expect(call?.path.startsWith(`/${connected.account.tid}/oauth2/v2.0/token`)).toBe(true)
    const scopes = formOf(call).scope?.split(' ') ?? []
    expect(scopes.filter((scope) => scope.startsWith('Calendars'))).toEqual(['Calendars.ReadBasic'])
    await connected.provider.deleteEvent('gone')
    const written = formOf(tokenCalls()[1]).scope
    expect(written?.split(' ').filter((scope) => scope.startsWith('Calendars'))).toEqual(['Calendars.ReadWrite'])
  })

  test('TS-23 is no longer used once the connection is gone, whoever ended it', async () => {
    const connected = await connect(fixture)
    await read(connected)
    emulator.journal.clear()
    vault.shred(connected.ref)
    expect(await failureOf(read(connected))).toMatchObject({ reason: 'reconnect', code: 'disconnected' })
    expect(graphCalls()).toEqual([])
  })

  test('TS-23 an access token from memory is not used once another process has stored a newer one', async () => {
    const connected = await connect(fixture)
    await read(connected)
    await bindingOf(fixture).connector.keepAlive(connected.connection)
    emulator.journal.clear()
    await read(connected)
    const newest = accessTokenIn(configOf(emulator.origin), vault.peek(connected.ref) ?? NOTHING, 'read')
    expect(graphCalls()[0]?.requestHeaders.authorization).toBe(`Bearer ${newest?.secret}`)
  })

  test('TS-23 is not handed out when the connection ends during the refresh', async () => {
    const connected = await expired()
    const held = emulator.faults.hold(TOKENS)
    const reading = failureOf(read(connected))
    await held.struck
    vault.shred(connected.ref)
    held.release()
    expect(await reading).toMatchObject({ reason: 'reconnect', code: 'disconnected' })
    expect(graphCalls()).toEqual([])
  })

  test('OA-32 an access token is sent as it was handed out, although it is no JWT and nothing in it can be read', async () => {
    const connected = await connect(fixture)
    emulator.addEvent(connected.account, { start: '2027-01-05T09:00', end: '2027-01-05T10:00' })
    clock.advance(2 * 60 * 60_000)
    // Graph knows it no more than we do: it is refused, and the next one read with.
    const opaque = 'EwBwA8l6BAAU/unreadable+words=='
    const change = (body: unknown) => ({ ...Object(body), access_token: opaque })
    emulator.faults.failNext(TOKENS, { kind: 'body', change })
    emulator.journal.clear()
    await read(connected)
    expect(graphCalls().map(({ requestHeaders }) => requestHeaders.authorization)).toContain(`Bearer ${opaque}`)
  })
})

describe('one refresh', () => {
  test('F-43 TS-22 one refresh serves fifty callers with an expired token', async () => {
    const connected = await expired()
    const before = vault.asked.lease
    await Promise.all(Array.from({ length: 50 }, () => read(connected)))
    // The database is asked for the lease once, too.
    expect([tokenCalls().length, vault.asked.lease - before]).toEqual([1, 1])
  })

  test('F-43 one refresh serves three processes: the losers wait and take what the winner stored', async () => {
    const connected = await expired()
    const processes = [1, 2, 3].map(() => bindingOf(fixture, { sleep }).calendarFor(connected.connection))
    await Promise.all(processes.flatMap((provider) => Array.from({ length: 20 }, () => provider.getFreeBusy(JANUARY))))
    expect(tokenCalls()).toHaveLength(1)
    expect(vault.peek(connected.ref)?.version).toBe(2)
  })

  test('F-43 what another process refreshed first is taken, and Entra is not asked again', async () => {
    const connected = await expired()
    // Between our look and our lease another process refreshes.
    vault.before = async (method) => {
      if (method !== 'lease') return
      vault.before = () => {}
      await read({ provider: bindingOf(fixture).calendarFor(connected.connection) })
    }
    await read(connected)
    expect(tokenCalls()).toHaveLength(1)
    expect(vault.peek(connected.ref)?.version).toBe(2)
  })

  test('is not lost when the caller who asked for it leaves', async () => {
    const connected = await expired()
    const held = emulator.faults.hold(TOKENS)
    const caller = new AbortController()
    const leaving = failureOf(connected.provider.getFreeBusy({ ...JANUARY, signal: caller.signal }))
    await held.struck
    caller.abort()
    expect(await leaving).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    held.release()
    await read(connected)
    expect(tokenCalls()).toHaveLength(1)
  })

  test('F-05 waits a bounded time for a winner who died, then takes over when the lease has ended', async () => {
    const connected = await expired()
    const lease = await vault.lease(connected.ref, 60_000)
    expect(lease).toBeDefined()
    expect(await failureOf(read(connected))).toMatchObject({ reason: 'unavailable', code: 'lease_held' })
    expect(tokenCalls()).toHaveLength(0)
    clock.advance(60_000)
    await read(connected)
    expect(tokenCalls()).toHaveLength(1)
  })

  test('F-44 an older answer never replaces a newer one', async () => {
    const connected = await expired()
    const held = emulator.faults.hold(TOKENS)
    const slow = read(connected)
    await held.struck
    // Our lease ends meanwhile, and another process refreshes.
    clock.advance(20_000)
    await bindingOf(fixture).calendarFor(connected.connection).getFreeBusy(JANUARY)
    const newest = vault.peek(connected.ref)
    held.release()
    await slow
    expect(vault.peek(connected.ref)).toEqual(newest)
  })

  test('F-06 TS-21 an answer that could not be stored leaves the old refresh token working', async () => {
    const connected = await expired()
    vault.before = (method) => {
      if (method === 'commit') throw new Error('the database is gone')
    }
    expect(await failureOf(read(connected))).toMatchObject({ reason: 'unavailable', code: 'token_store' })
    vault.before = () => {}
    await read(connected)
    expect(vault.peek(connected.ref)?.version).toBe(2)
  })

  test('gives its lease back, however it went', async () => {
    const connected = await expired()
    emulator.faults.failNext(TOKENS, { status: 503 })
    expect(await reasonOf(read(connected))).toBe('unavailable')
    expect(await vault.lease(connected.ref, 1000)).toBeDefined()
  })

  test('keepAlive refreshes although the token is still good, and only once among processes', async () => {
    const connected = await connect(fixture)
    emulator.journal.clear()
    await fixture.binding.connector.keepAlive(connected.connection)
    expect([tokenCalls().length, vault.peek(connected.ref)?.version]).toEqual([1, 2])
    const processes = [bindingOf(fixture, { sleep }), bindingOf(fixture, { sleep })]
    await Promise.all(processes.map(({ connector }) => connector.keepAlive(connected.connection)))
    expect(tokenCalls()).toHaveLength(2)
    emulator.revoke(connected.account)
    expect(await reasonOf(fixture.binding.connector.keepAlive(connected.connection))).toBe('reconnect')
  })

  test('OA-34 each connection keeps its own refresh token, however refreshes interleave', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => connect(fixture)))
    clock.advance(2 * 60 * 60_000)
    await Promise.all(all.flatMap((connected) => [read(connected), read(connected)]))
    for (const { ref, account, grant } of all) {
      const cache = vault.peek(ref)?.tokenCache ?? ''
      expect(Object.keys((JSON.parse(cache) as { RefreshToken: object }).RefreshToken)).toHaveLength(1)
      expect(cache).toContain(account.oid)
      for (const other of all) if (other.grant !== grant) expect(cache).not.toContain(other.account.oid)
    }
  })
})
