import { describe, expect, test } from 'vitest'
import { bindingOf, busy, connect, failureOf, JANUARY, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock, log } = fixture
const VIEW = 'GET /v1.0/me/calendars/*/calendarView'
const ALWAYS = { times: Number.POSITIVE_INFINITY }

const graphCalls = () => emulator.journal.of('graph')

async function reader(options: Parameters<typeof bindingOf>[1] = {}) {
  const connected = await connect(fixture)
  emulator.journal.clear()
  return { ...connected, provider: bindingOf(fixture, options).calendarFor(connected.connection) }
}

describe('breakers', () => {
  test('a mailbox that keeps failing is left alone for a while, and then probed', async () => {
    const { provider } = await reader()
    const held = emulator.faults.failNext(VIEW, { status: 503 }, ALWAYS)
    await failureOf(provider.getFreeBusy(JANUARY))
    await failureOf(provider.getFreeBusy(JANUARY))
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({
      reason: 'unavailable',
      code: 'circuit_open',
    })
    expect(graphCalls()).toHaveLength(6)
    held.cancel()
    clock.advance(5000)
    await busy(provider)
  })

  test('F-19 one mailbox in trouble leaves the others alone', async () => {
    const binding = bindingOf(fixture)
    const [sick, well] = [await connect(fixture), await connect(fixture)]
    const ofSick = new RegExp(
      `calendars/${encodeURIComponent(sick.connection.calendarIds[0] ?? '').replaceAll('-', '\\-')}`,
    )
    emulator.faults.failNext(ofSick, { status: 503 }, ALWAYS)
    // Far more failures than would close Graph, if they were those of several mailboxes: six, then one probe after another.
    for (let n = 0; n < 20; n++) {
      clock.advance(5000)
      await failureOf(binding.calendarFor(sick.connection).getFreeBusy(JANUARY))
    }
    await busy(binding.calendarFor(well.connection))
  })

  test('when many mailboxes fail, Graph is left alone', async () => {
    const binding = bindingOf(fixture)
    const all = await Promise.all(Array.from({ length: 5 }, () => connect(fixture)))
    emulator.journal.clear()
    const held = emulator.faults.failNext(VIEW, { status: 503 }, ALWAYS)
    for (const { connection } of all) await failureOf(binding.calendarFor(connection).getFreeBusy(JANUARY))
    expect(graphCalls()).toHaveLength(12)
    held.cancel()
    clock.advance(5000)
    for (const { connection } of all) await busy(binding.calendarFor(connection))
  })

  test('callers who leave are nobody’s failure', async () => {
    const { provider } = await reader()
    for (let n = 0; n < 8; n++) {
      const caller = new AbortController()
      const held = emulator.faults.hold(VIEW)
      const leaving = failureOf(provider.getFreeBusy({ ...JANUARY, signal: caller.signal }))
      await held.struck
      caller.abort()
      expect(await leaving).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
      held.release()
    }
    await busy(provider)
  })
})

describe('politeness', () => {
  test('INV-11 never more than four calls of one mailbox at a time', async () => {
    const { provider } = await reader()
    // Answers take a moment, so that calls would overlap if they could; a fifth is answered 429.
    emulator.latencyMs = 5
    await Promise.all(Array.from({ length: 40 }, () => busy(provider)))
    emulator.latencyMs = 0
    expect(graphCalls().map(({ status }) => status)).toEqual(Array(40).fill(200))
  })

  test('INV-11 batches count as what they hold', async () => {
    const { connection, account } = await reader()
    const calendarIds = [...connection.calendarIds, ...[1, 2].map((n) => emulator.addCalendar(account, `${n}`).id)]
    const provider = bindingOf(fixture).calendarFor({ ...connection, calendarIds })
    emulator.latencyMs = 5
    await Promise.all(Array.from({ length: 20 }, () => busy(provider)))
    emulator.latencyMs = 0
    expect(graphCalls()).toHaveLength(20)
  })

  test('a caller who leaves while waiting for a place sends nothing', async () => {
    const { provider } = await reader()
    const held = emulator.faults.hold(VIEW, { times: 4 })
    const four = Array.from({ length: 4 }, () => busy(provider))
    await held.struck
    const caller = new AbortController()
    const fifth = failureOf(provider.getFreeBusy({ ...JANUARY, signal: caller.signal }))
    caller.abort()
    expect(await fifth).toMatchObject({ code: 'call_cancelled' })
    held.release()
    await Promise.all(four)
    expect(graphCalls()).toHaveLength(4)
  })

  test('CL-06 every attempt is one line that finds the request again at Microsoft', async () => {
    const { provider, connection } = await reader()
    emulator.faults.failNext(VIEW, { status: 503 })
    await busy(provider)
    const lines = log.of('graph_call')
    expect(lines).toMatchObject([
      { method: 'GET', route: '/me/calendars/{id}/calendarView', status: 503, attempt: 1, connectionId: connection.id },
      { method: 'GET', route: '/me/calendars/{id}/calendarView', status: 200, attempt: 2, connectionId: connection.id },
    ])
    expect(lines.map(({ clientRequestId }) => clientRequestId)).toEqual(
      graphCalls().map(({ requestHeaders }) => requestHeaders['client-request-id']),
    )
    expect(lines.map(({ providerRequestId }) => providerRequestId)).toEqual(
      graphCalls().map(({ responseHeaders }) => responseHeaders?.['request-id']),
    )
  })
})
