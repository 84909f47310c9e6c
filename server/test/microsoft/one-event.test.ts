import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { writerOf } from './connections.ts'
import type { ConnectOptions } from './support.ts'
import { bindingOf, booking, type Connected, failureOf, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture
const POST = 'POST /v1.0/me/events'
const LIST = 'GET /v1.0/me/events'

const posts = () => emulator.journal.matching(/^POST .*\/me\/events$/)
const events = ({ account }: Connected) => emulator.events(account)

const writer = (options: ConnectOptions = {}) => writerOf(fixture, options)

/** Graph then takes the same transactionId for a new one. A matcher sees every request before it is answered; it strikes none. */
const forgetTransactionsAtEachRequest = ({ account }: Connected) =>
  emulator.faults.failNext(
    () => {
      emulator.forgetTransactions(account)
      return false
    },
    { kind: 'hang' },
  )

describe('one event, whatever happens', () => {
  const unknown: [string, Fault][] = [
    ['F-13 a 503 after it was applied', { status: 503, applied: true }],
    ['F-13 a 504 after it was applied', { status: 504, applied: true }],
    ['F-13 a 500 before it was applied', { status: 500 }],
    ['F-12 a connection reset after it was applied', { kind: 'reset', applied: true }],
    ['F-12 a connection reset before it was applied', { kind: 'reset' }],
    ['F-12 a reset inside the answer', { kind: 'reset-mid-body' }],
    ['F-20 half of a 201', { kind: 'truncated' }],
    ['F-20 a 201 without an id', { kind: 'without-id' }],
    ['F-20 a 201 of nonsense', { kind: 'malformed-json' }],
    ['F-20 a 201 in HTML', { kind: 'html', status: 201 }],
  ]
  test.each(unknown)('INV-3 %s', async (_, fault) => {
    const connected = await writer()
    emulator.faults.failNext(POST, fault)
    const event = await connected.provider.createEvent(booking())
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  })

  test.each(unknown)('INV-3 %s, with transactionIds forgotten: the marker finds it', async (_, fault) => {
    const connected = await writer()
    emulator.faults.failNext(POST, fault)
    const watching = forgetTransactionsAtEachRequest(connected)
    const event = await connected.provider.createEvent(booking())
    watching.cancel()
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  })

  test('F-12 INV-3 a POST that never answers after it was applied', async () => {
    const connected = await writer()
    const impatient = bindingOf(fixture, { limits: { attemptMs: 150 } }).calendarFor(connected.connection)
    emulator.faults.failNext(POST, { kind: 'hang', applied: true })
    const event = await impatient.createEvent(booking())
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
    expect(posts()).toHaveLength(1)
  })

  test('F-12 a look-up comes before every POST, the second like the first', async () => {
    const connected = await writer()
    emulator.faults.failNext(POST, { status: 503 })
    await connected.provider.createEvent(booking())
    expect(emulator.journal.of('graph').map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'POST'])
  })

  test('F-12 an unknown outcome that cannot be looked up rejects, and saying it again finds what was made', async () => {
    const connected = await writer()
    const params = booking()
    emulator.faults.failNext(POST, { status: 504, applied: true })
    emulator.faults.failNext(LIST, { status: 503 }, { after: 1, times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(connected.provider.createEvent(params))).toBe('unavailable')
    emulator.faults.clear()
    emulator.forgetTransactions(connected.account)
    fixture.clock.advance(60_000)
    const event = await bindingOf(fixture).calendarFor(connected.connection).createEvent(params)
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
    expect(posts()).toHaveLength(1)
  })

  test('F-04 F-38 a process that died after the POST: the next one finds the event by its marker', async () => {
    const connected = await writer()
    const params = booking()
    const first = await connected.provider.createEvent(params)
    emulator.forgetTransactions(connected.account)
    expect(await bindingOf(fixture).calendarFor(connected.connection).createEvent(params)).toEqual(first)
    expect(posts()).toHaveLength(1)
  })

  test('F-38 while listings do not show the event yet, the transactionId makes it one', async () => {
    const connected = await writer()
    emulator.quirks.hideNewEvents = true
    emulator.faults.failNext(POST, { status: 504, applied: true })
    const event = await connected.provider.createEvent(booking())
    emulator.quirks.hideNewEvents = false
    emulator.settle()
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([event.id])
  })

  test('INV-3 two calls at once with one key are one POST, though transactionIds be known late', async () => {
    const connected = await writer()
    emulator.quirks.lateTransactionIds = true
    const params = booking()
    const again = fixture.binding.calendarFor({ ...connected.connection })
    const [one, two] = await Promise.all([connected.provider.createEvent(params), again.createEvent(params)])
    emulator.quirks.lateTransactionIds = false
    expect([one, events(connected).length, posts().length]).toEqual([two, 1, 1])
  })

  test('a caller who leaves does not take the event from the other who waits for it', async () => {
    const connected = await writer()
    const params = booking()
    const caller = new AbortController()
    const held = emulator.faults.hold(POST)
    const leaving = failureOf(connected.provider.createEvent({ ...params, signal: caller.signal }))
    const staying = connected.provider.createEvent(params)
    await held.struck
    caller.abort()
    expect(await leaving).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    held.release()
    expect(events(connected).map(({ immutableId }) => immutableId)).toEqual([(await staying).id])
  })

  test.each([400, 409] as const)('INV-3 ErrorDuplicateTransactionId under %i: ours by its marker', async (status) => {
    const connected = await writer()
    emulator.quirks.duplicateTransactionStatus = status
    const params = booking()
    const first = await connected.provider.createEvent(params)
    // Not in the listing at first: so the POST is sent, and refused.
    emulator.faults.failNext(LIST, { kind: 'body', change: () => ({ value: [] }) })
    expect(await connected.provider.createEvent({ ...params, title: 'Another' })).toEqual(first)
    emulator.quirks.duplicateTransactionStatus = 400
    expect(events(connected)).toHaveLength(1)
  })

  test('INV-3 ErrorDuplicateTransactionId names an event that no listing shows: ours by its marker', async () => {
    const connected = await writer()
    const params = booking()
    const first = await connected.provider.createEvent(params)
    emulator.faults.failNext(LIST, { kind: 'body', change: () => ({ value: [] }) }, { times: Number.POSITIVE_INFINITY })
    expect(await connected.provider.createEvent({ ...params, title: 'Another' })).toEqual(first)
    expect([events(connected).length, posts().length]).toEqual([1, 2])
  })

  test.each([
    ['of hers', () => [{ id: 'String {00000000-0000-4000-8000-000000000000} Name BookingId', value: 'x' }]],
    ['of another booking', (id: string) => [{ id, value: 'another' }]],
    ['that is gone', undefined],
  ] as const)('T-34 ErrorDuplicateTransactionId names an event %s: a conflict', async (_, markers) => {
    const connected = await writer()
    const params = booking()
    await connected.provider.createEvent(params)
    const [{ id = '' } = {}] = events(connected)[0]?.draft.extendedProperties ?? []
    const at = { start: '2027-01-05T09:00', end: '2027-01-05T10:00' }
    const hers = emulator.addEvent(connected.account, { ...at, ...(markers && { extendedProperties: markers(id) }) })
    if (markers === undefined) emulator.removeEvent(connected.account, hers)
    const error = { code: 'ErrorDuplicateTransactionId', '@event.existingEventId': hers.immutableId }
    emulator.faults.failNext(POST, { status: 400, body: { error } })
    const failure = await failureOf(connected.provider.createEvent(booking()))
    expect(failure).toMatchObject({ reason: 'conflict', code: 'ErrorDuplicateTransactionId' })
  })

  test('ErrorDuplicateTransactionId without an event of ours is a conflict', async () => {
    const { provider } = await writer()
    emulator.faults.failNext(POST, { status: 400, code: 'ErrorDuplicateTransactionId' })
    const failure = await failureOf(provider.createEvent(booking()))
    expect(failure).toMatchObject({ reason: 'conflict', code: 'ErrorDuplicateTransactionId' })
    expect(posts()).toHaveLength(1)
  })

  test.each([
    [400, 'misconfigured'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [412, 'conflict'],
  ])('F-19 a plain %i is not repeated: %s', async (status, reason) => {
    const connected = await writer()
    emulator.faults.failNext(POST, { status })
    expect(await reasonOf(connected.provider.createEvent(booking()))).toBe(reason)
    expect(posts()).toHaveLength(1)
    expect(events(connected)).toEqual([])
  })

  test.each([500, 502, 507])('F-16 %i for ever ends after three tries', async (status) => {
    const connected = await writer()
    emulator.faults.failNext(POST, { status }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(connected.provider.createEvent(booking()))).toBe('unavailable')
    expect(posts()).toHaveLength(3)
  })

  test('F-14 a throttled POST was not carried out: it is repeated after its Retry-After, not before', async () => {
    const connected = await writer()
    emulator.faults.failNext(POST, { status: 429, retryAfter: '7' })
    await connected.provider.createEvent(booking())
    expect(events(connected)).toHaveLength(1)
    expect(fixture.clock.waits.some((wait) => wait >= 7000)).toBe(true)
    expect(emulator.journal.entries.filter(({ early }) => early)).toEqual([])
  })
})
