import { afterEach, beforeEach, expect, it } from 'vitest'
import { createGoogleCalendar } from '../../src/adapters/google-calendar/index.ts'
import { CancelledCall } from '../../src/ports/calendar-failure.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { silentLog } from '../../src/ports/log.ts'
import { at, busyOf, failureOf } from '../contract/calendar-under-test.ts'
import { connect, emulatorConfig, type GoogleFixture, startGoogle } from '../support/google-account.ts'

let fixture: GoogleFixture
beforeEach(async () => {
  fixture = await startGoogle()
})
afterEach(() => fixture.close())

it('callers who leave say nothing about Google: the circuit breaker stays closed', async () => {
  const connection = await connect(fixture)
  let caller: AbortController | undefined
  /** Never answers; the caller leaves as soon as the request is under way. */
  const slow: typeof fetch = (input, init) => {
    if (caller === undefined) return fetch(input, init)
    const { signal } = init ?? {}
    const unanswered = new Promise<Response>((_, reject) => {
      if (signal?.aborted) reject(signal.reason)
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
    caller.abort()
    return unanswered
  }
  const parts = { vault: fixture.vault, clock: systemClock, log: silentLog, sleep: async () => undefined }
  const binding = createGoogleCalendar({ config: emulatorConfig(fixture.google.origin), fetch: slow, ...parts })
  const calendar = binding.calendarFor(connection)
  const window = { start: at('06:00'), end: at('18:00') }
  for (let read = 0; read < 10; read += 1) {
    caller = new AbortController()
    const failure = await failureOf(calendar.getFreeBusy({ ...window, signal: caller.signal }))
    expect(failure).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    expect(failure).toBeInstanceOf(CancelledCall)
  }
  caller = undefined
  expect(await busyOf(calendar)).toEqual([])
})
