import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { bindingOf, booking, busy, connect, failureOf, JANUARY, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator, clock } = fixture
const VIEW = 'GET /v1.0/me/calendars/*/calendarView'
const ALWAYS = { times: Number.POSITIVE_INFINITY }

const graphCalls = () => emulator.journal.of('graph')
const early = () => emulator.journal.entries.filter((entry) => entry.early)

async function reader(options: Parameters<typeof bindingOf>[1] = {}) {
  const connected = await connect(fixture)
  emulator.journal.clear()
  return { ...connected, provider: bindingOf(fixture, options).calendarFor(connected.connection) }
}

describe('what fails for a moment', () => {
  test.each([408, 429, 500, 502, 503, 504, 507, 509])('a %i is asked again', async (status) => {
    const { provider } = await reader()
    emulator.faults.failNext(VIEW, { status }, { times: 2 })
    await busy(provider)
    expect(graphCalls()).toHaveLength(3)
    expect(clock.waits).toEqual([100, 200])
  })

  test.each([
    ['F-35 a reset', { kind: 'reset' }],
    ['F-35 a reset inside the body', { kind: 'reset-mid-body' }],
  ] as [string, Fault][])('%s is asked again', async (_, fault) => {
    const { provider } = await reader()
    emulator.faults.failNext(VIEW, fault)
    await busy(provider)
    expect(graphCalls()).toHaveLength(2)
  })

  test('F-34 an answer that never begins, then one that never ends, are given up and asked again', async () => {
    const { provider } = await reader({ limits: { attemptMs: 120 } })
    emulator.faults.failNext(VIEW, { kind: 'hang' })
    emulator.faults.failNext(VIEW, { kind: 'drip', bytesPerSecond: 20 })
    await busy(provider)
    expect(graphCalls()).toHaveLength(3)
  })

  test('F-34 a drip for ever ends with the deadline of the whole read', async () => {
    const { provider } = await reader({ limits: { attemptMs: 60_000, readMs: 120 } })
    emulator.faults.failNext(VIEW, { kind: 'drip', bytesPerSecond: 20 }, ALWAYS)
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('timeout')
  })

  test('F-35 a port where nobody listens: unavailable', async () => {
    const { connection } = await reader()
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const address = closed.address()
    closed.close()
    const port = typeof address === 'object' ? address?.port : 0
    const nowhere = bindingOf(fixture, {}, { graphUrl: `http://127.0.0.1:${port}` }).calendarFor(connection)
    expect(await failureOf(nowhere.getFreeBusy(JANUARY))).toMatchObject({ reason: 'unavailable', code: 'ECONNREFUSED' })
  })

  test('F-16 what fails for ever is tried three times', async () => {
    const { provider } = await reader()
    emulator.faults.failNext(VIEW, { status: 500 }, ALWAYS)
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('unavailable')
    expect(graphCalls()).toHaveLength(3)
  })

  test.each([400, 403, 404, 409, 410, 412])('F-19 a %i is final', async (status) => {
    const { provider } = await reader()
    emulator.faults.failNext(VIEW, { status })
    await failureOf(provider.getFreeBusy(JANUARY))
    expect(graphCalls()).toHaveLength(1)
  })
})

describe('Retry-After', () => {
  test.each([
    ['seconds', '3', 3000],
    ['a decimal, as documented', '2.128', 2128],
    ['zero', '0', 100],
    ['nothing usable', 'soon', 100],
    ['a negative number', '-1', 100],
  ])('F-14 F-15 %s is the least we wait', async (_, retryAfter, waited) => {
    const { provider } = await reader()
    emulator.faults.failNext(VIEW, { status: 429, retryAfter })
    await busy(provider)
    expect(clock.waits).toEqual([waited])
    expect(early()).toEqual([])
  })

  test('F-15 a date is the least we wait', async () => {
    const { provider } = await reader()
    const date = new Date(clock.now().getTime() + 4000).toUTCString()
    emulator.faults.failNext(VIEW, { status: 503, retryAfter: date })
    await busy(provider)
    expect(clock.waits[0]).toBeGreaterThan(1000)
    expect(early()).toEqual([])
  })

  test.each(['30', '86400'])(
    'F-14 F-15 INV-11 %s is more than our patience: throttled at once, and nobody calls before',
    async (retryAfter) => {
      const { provider, connection } = await reader()
      emulator.faults.failNext(VIEW, { status: 429, retryAfter })
      const wait = Number(retryAfter) * 1000
      expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({ reason: 'throttled', retryAfterMs: wait })
      expect(clock.waits).toEqual([])
      const again = await failureOf(provider.getFreeBusy(JANUARY))
      expect(again.reason).toBe('throttled')
      expect(again.retryAfterMs).toBeGreaterThan(wait - 5000)
      expect(graphCalls()).toHaveLength(1)
      clock.advance(wait)
      await busy(provider)
      expect(early()).toEqual([])
      expect(connection.accountKey).not.toBe('')
    },
  )

  test('INV-11 a Retry-After of one mailbox closes no other', async () => {
    const binding = bindingOf(fixture)
    const [one, two] = [await connect(fixture), await connect(fixture)]
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '600' })
    expect(await reasonOf(binding.calendarFor(one.connection).getFreeBusy(JANUARY))).toBe('throttled')
    await busy(binding.calendarFor(two.connection))
  })

  test('INV-11 a Retry-After of a batch item closes the mailbox too', async () => {
    const { connection, account } = await reader()
    const both = [...connection.calendarIds, emulator.addCalendar(account, 'Two').id]
    const provider = bindingOf(fixture).calendarFor({ ...connection, calendarIds: both })
    emulator.faults.failNext(VIEW, { status: 503, retryAfter: '600' })
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({
      reason: 'unavailable',
      retryAfterMs: 600_000,
    })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('throttled')
    expect(graphCalls()).toHaveLength(1)
  })

  test('INV-11 F-14 a Retry-After that another process met holds here too, and a call with patience waits for it', async () => {
    const { connection } = await reader()
    const [there, here] = [bindingOf(fixture).calendarFor(connection), bindingOf(fixture).calendarFor(connection)]
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '12' })
    expect(await reasonOf(there.getFreeBusy(JANUARY))).toBe('throttled')
    const failure = await failureOf(here.getFreeBusy(JANUARY))
    expect(failure).toMatchObject({ reason: 'throttled', code: 'paused' })
    expect(failure.retryAfterMs).toBeGreaterThan(11_000)
    expect(graphCalls()).toHaveLength(1)
    await bindingOf(fixture).calendarFor(connection).createEvent(booking())
    expect(graphCalls().map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 429', 'GET 200', 'POST 201'])
    expect(early()).toEqual([])
  })

  test('INV-11 holds here although it could not be told to the others', async () => {
    const { connection } = await reader()
    const provider = bindingOf(fixture).calendarFor(connection)
    fixture.vault.before = (method) => {
      if (method === 'pause') throw new Error('the database is away')
    }
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '60' })
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({ reason: 'throttled', retryAfterMs: 60_000 })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('throttled')
    expect(graphCalls()).toHaveLength(1)
    expect(fixture.log.of('pause_not_shared')).toEqual([{ connectionId: connection.id }])
  })

  test('INV-11 a call that can wait so long, waits, and then goes', async () => {
    const { connection } = await reader()
    const provider = bindingOf(fixture).calendarFor(connection)
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '12' })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('throttled')
    // A write has more patience than a read, and no page to keep waiting.
    await provider.createEvent(booking())
    expect(graphCalls().map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 429', 'GET 200', 'POST 201'])
    expect(early()).toEqual([])
  })
})
