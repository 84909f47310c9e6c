import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { THROTTLINGS } from '../../dev/google-emulator/index.ts'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import type { ConnectionContext } from '../../src/ports/calendar-connector.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import { busyOf, draft, failureOf } from '../contract/calendar-under-test.ts'
import { connect, emulatorConfig, type GoogleFixture, startGoogle } from '../support/google-account.ts'

const FREE_BUSY = 'POST /calendar/v3/freeBusy'
const INSERT = 'POST /calendar/v3/calendars/*/events'

let fixture: GoogleFixture
let connection: ConnectionContext
beforeEach(async () => {
  fixture = await startGoogle()
  connection = await connect(fixture)
})
afterEach(() => fixture.close())

const open = (changes: Partial<ConnectionContext> = {}) => fixture.binding.calendarFor({ ...connection, ...changes })
const asked = (method: string, ending: string) =>
  fixture.google.journal.filter((entry) => entry.method === method && entry.path.endsWith(ending))

describe('Google throttles', () => {
  it('INV-11 F-14 after Retry-After no request goes out before its time, for that connection alone', async () => {
    fixture.google.failNext(FREE_BUSY, { status: 429, retryAfter: '30' })
    expect(await failureOf(busyOf(open()))).toMatchObject({ reason: 'throttled', retryAfterMs: 30_000 })
    expect((await failureOf(busyOf(open()))).reason).toBe('throttled')
    expect(asked('POST', '/freeBusy')).toHaveLength(1)
    const tokens = await fixture.vault.read({ tenantId: connection.tenantId, connectionId: connection.id })
    if (tokens) fixture.vault.put({ tenantId: 'tenant-2', connectionId: 'connection-2' }, tokens)
    await busyOf(open({ tenantId: 'tenant-2', id: 'connection-2' }))
  })

  it('INV-11 F-14 a Retry-After that another process met holds here too', async () => {
    fixture.google.failNext(FREE_BUSY, { status: 429, retryAfter: '30' })
    expect((await failureOf(busyOf(open()))).reason).toBe('throttled')
    const parts = { vault: fixture.vault, clock: systemClock, log: silentLog, sleep: async () => undefined }
    const elsewhere = createGoogleCalendar({ config: emulatorConfig(fixture.google.origin), ...parts })
    const failure = await failureOf(busyOf(elsewhere.calendarFor(connection)))
    expect(failure).toMatchObject({ reason: 'throttled', code: 'paused' })
    expect(failure.retryAfterMs).toBeGreaterThan(20_000)
    expect(asked('POST', '/freeBusy')).toHaveLength(1)
  })

  it.each(THROTTLINGS)('INV-11 F-15 %s without Retry-After, however often, makes no pause', async (how) => {
    fixture.google.failNext(INSERT, { throttled: how, times: 30 })
    for (let n = 0; n < 10; n += 1) {
      const failure = await failureOf(open().createEvent(draft()))
      expect(failure).toMatchObject({ reason: 'throttled', code: expect.not.stringMatching('paused') })
      expect(failure.retryAfterMs).toBeGreaterThan(0)
    }
    expect(await busyOf(open())).toEqual([])
    const tries = how === 'quotaExceeded' || how === 'calendarLimitsExceeded' ? 10 : 30
    expect(asked('POST', '/events')).toHaveLength(tries)
  })

  it.each(THROTTLINGS)('INV-11 F-15 reads are tried again at once after many that were throttled: %s', async (how) => {
    fixture.google.failNext(FREE_BUSY, { throttled: how, times: 99 })
    for (let n = 0; n < 10; n += 1) expect(await failureOf(busyOf(open()))).toMatchObject({ reason: 'throttled' })
    fixture.google.recover()
    expect(await busyOf(open())).toEqual([])
  })

  it.each([
    ['429', { throttled: 'tooManyRequests', retryAfter: '30' }],
    ['quotaExceeded', { throttled: 'quotaExceeded', retryAfter: '30' }],
    ['503', { status: 503, retryAfter: '30' }],
  ] as const)('INV-11 F-14 a Retry-After of a %s on a write is for the whole mailbox', async (_, fault) => {
    fixture.google.failNext(INSERT, fault)
    await failureOf(open().createEvent(draft()))
    const failure = await failureOf(busyOf(open()))
    expect(failure).toMatchObject({ reason: 'throttled', code: 'paused' })
    expect(failure.retryAfterMs).toBeGreaterThan(20_000)
    expect(asked('POST', '/freeBusy')).toEqual([])
  })

  it('a mailbox that keeps failing is left alone for a moment, and that is no throttling', async () => {
    fixture.google.failNext(FREE_BUSY, { status: 503, times: 99 })
    for (let n = 0; n < 3; n += 1) await failureOf(busyOf(open()))
    expect(await failureOf(busyOf(open()))).toMatchObject({ reason: 'unavailable', code: 'circuit_open' })
    expect(asked('POST', '/freeBusy')).toHaveLength(8)
  })
})
