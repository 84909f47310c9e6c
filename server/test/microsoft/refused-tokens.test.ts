import { describe, expect, test } from 'vitest'
import type { JournalEntry } from '../../dev/microsoft-emulator/index.ts'
import { withCalendars } from './connections.ts'
import { busy, type Connected, connect, JANUARY, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const TOKENS = /\/oauth2\/v2\.0\/token/
const VIEW = 'GET /v1.0/me/calendars/*/calendarView'

const tokenCalls = () => emulator.journal.of('token')
const graphCalls = () => emulator.journal.of('graph')
const read = ({ provider }: Pick<Connected, 'provider'>) => provider.getFreeBusy(JANUARY)

const formOf = (entry: JournalEntry | undefined): Record<string, string | undefined> =>
  (entry?.requestBody ?? {}) as Record<string, string>

describe('a token that Graph refuses', () => {
  test('is renewed once', async () => {
    const connected = await connect(fixture)
    emulator.expireAccessTokens(connected.account)
    emulator.journal.clear()
    await read(connected)
    expect([tokenCalls().length, graphCalls().length]).toEqual([1, 2])
  })

  test('a token refused to many callers at once is renewed once', async () => {
    const connected = await connect(fixture)
    await read(connected)
    emulator.expireAccessTokens(connected.account)
    emulator.journal.clear()
    await Promise.all(Array.from({ length: 4 }, () => read(connected)))
    expect(tokenCalls()).toHaveLength(1)
  })

  test('a refused token whose successor is refused too: reconnect, without a loop', async () => {
    const connected = await connect(fixture)
    emulator.journal.clear()
    emulator.faults.failNext(VIEW, { status: 401 }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(read(connected))).toBe('reconnect')
    expect([tokenCalls().length, graphCalls().length]).toEqual([1, 2])
  })

  test('F-48 a token refused with a claims challenge is renewed once with those claims', async () => {
    const connected = await connect(fixture)
    emulator.challenge(connected.account)
    emulator.journal.clear()
    await read(connected)
    const claims = JSON.parse(formOf(tokenCalls()[0]).claims ?? '') as object
    expect(claims).toMatchObject({ access_token: { nbf: { essential: true }, xms_cc: { values: ['CP1'] } } })
    await read(connected)
    expect(tokenCalls()).toHaveLength(1)
  })

  test('F-48 a challenge that no claims meet: reconnect, no loop', async () => {
    const connected = await connect(fixture)
    emulator.journal.clear()
    emulator.faults.failNext(VIEW, { kind: 'claims-challenge' }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(read(connected))).toBe('reconnect')
    expect([tokenCalls().length, graphCalls().length]).toEqual([1, 2])
  })

  test('F-48 a challenge that Entra answers with a sign-in: reconnect', async () => {
    const connected = await connect(fixture)
    emulator.challenge(connected.account)
    emulator.faults.failNext(TOKENS, { kind: 'oauth-error', error: 'interaction_required', aadsts: 50076 })
    expect(await reasonOf(read(connected))).toBe('reconnect')
  })
})

describe('a token that Graph refuses for an item of a batch', () => {
  test('F-23 an item that answered 401 is asked for once more, alone, with a new token', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 401 }, { after: 1 })
    expect(await busy(provider)).toHaveLength(3)
    const sizes = graphCalls().map(({ requestBody }) => (requestBody as { requests: [] }).requests.length)
    expect([tokenCalls().length, sizes]).toEqual([1, [3, 1]])
  })

  test('F-48 an item with a claims challenge gets a token with those claims', async () => {
    const { provider } = await withCalendars(fixture, 3)
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
    emulator.faults.failNext(VIEW, { kind: 'claims-challenge', claims })
    expect(await busy(provider)).toHaveLength(3)
    const asked = JSON.parse(formOf(tokenCalls()[0]).claims ?? '{}') as object
    expect(asked).toMatchObject({ access_token: { nbf: { essential: true }, xms_cc: { values: ['CP1'] } } })
  })

  test('F-48 an item that no new token satisfies: reconnect, without a loop', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 401 }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('reconnect')
    expect([tokenCalls().length, graphCalls().length]).toEqual([1, 2])
  })

  test('F-23 an item that no token mends fails the read at once', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 401 })
    emulator.faults.failNext(VIEW, { status: 403 })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('forbidden')
    expect([tokenCalls().length, graphCalls().length]).toEqual([0, 1])
  })
})
