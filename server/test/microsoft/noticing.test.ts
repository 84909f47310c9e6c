import { describe, expect, test } from 'vitest'
import type { EventToLookUp } from '../../src/ports/event-lookup.ts'
import { booking, connect, failureOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture

async function written(count: number) {
  const connected = await connect(fixture)
  const provider = fixture.binding.calendarFor(connected.connection)
  const events: EventToLookUp[] = []
  for (let n = 0; n < count; n += 1) {
    const { id, start, end } = await provider.createEvent(booking({ idempotencyKey: `key-${n}` }))
    events.push({ id, start, end })
  }
  emulator.journal.clear()
  return { ...connected, provider, events, first: events[0]?.id ?? '' }
}

/** Items of this event fail, or are answered otherwise. */
const itemOf = (id: string) => (incoming: { method: string; path: string }) =>
  incoming.method === 'GET' && decodeURIComponent(incoming.path).includes(id)
type Body = { readonly start: { readonly timeZone: string } }
const ALWAYS = { times: Number.POSITIVE_INFINITY }
const statesOf = (looks: readonly { readonly state: string }[]) => looks.map(({ state }) => state)

describe('F-110 events of ours looked up at Microsoft', () => {
  test('PR-01 twenty in one request, each asked for its times and its kind, never for a word', async () => {
    const { provider, events, account } = await written(23)
    emulator.addEvent(account, { start: '2027-01-05T09:00', end: '2027-01-05T10:00', subject: 'POISON-SUBJECT' })
    await provider.lookUpEvents(events)
    const sent = emulator.journal.of('graph').map(({ path, requestBody }) => ({
      path,
      urls: (requestBody as { requests: { url: string; method: string }[] }).requests,
    }))
    expect(sent.map(({ path, urls }) => [path, urls.length])).toEqual([
      ['/v1.0/$batch', 20],
      ['/v1.0/$batch', 3],
    ])
    expect(sent.flatMap(({ urls }) => urls.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`))).toEqual(
      events.map(({ id }) => `GET /me/events/${id}?$select=id,type,isAllDay,start,end`),
    )
    expect(JSON.stringify(emulator.journal.entries)).not.toContain('POISON')
  })

  test.each([
    ['is throttled', { status: 429, retryAfter: '3600' }],
    ['fails', { status: 503 }],
    ['is refused', { status: 403, code: 'ErrorAccessDenied' }],
    ['finds no mailbox', { status: 404, code: 'ErrorNonExistentMailbox' }],
    ['answers 404 without a reason', { status: 404, body: 'Not here' }],
    ['has no time', { kind: 'events', set: { start: undefined } }],
    ['has no kind', { kind: 'events', set: { type: undefined } }],
    ['has times in no zone', { kind: 'events', set: { start: { dateTime: '2027-01-05T09:00:00' } } }],
  ] as const)('an item that %s is unknown, and the others are seen', async (_, fault) => {
    const { provider, events, first } = await written(2)
    emulator.faults.failNext(itemOf(first), fault, ALWAYS)
    expect(statesOf(await provider.lookUpEvents(events))).toEqual(['unknown', 'there'])
  })

  test('a batch that leaves out an item finds nothing', async () => {
    const { provider, events } = await written(2)
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'batch-item', index: 0, how: 'missing' }, ALWAYS)
    expect((await failureOf(provider.lookUpEvents(events))).reason).toBe('garbled')
  })

  test('once Graph refuses more, nothing more is asked', async () => {
    const { provider, events } = await written(41)
    emulator.faults.failNext('POST /v1.0/$batch', { status: 429, retryAfter: '3600' }, { after: 1, ...ALWAYS })
    const states = statesOf(await provider.lookUpEvents(events))
    expect(states).toEqual([...Array(20).fill('there'), ...Array(21).fill('unknown')])
    expect(emulator.journal.of('graph')).toHaveLength(2)
  })

  test('an event that she has made all-day lasts that day in her zone', async () => {
    const { provider, account, events, first } = await written(1)
    emulator.editEvent(account, first, { start: '2027-01-06', end: '2027-01-07', isAllDay: true })
    const [look] = await provider.lookUpEvents(events)
    expect(look).toMatchObject({ start: new Date('2027-01-05T23:00:00Z'), end: new Date('2027-01-06T23:00:00Z') })
  })
})

describe('F-110 an event whose id is not known, looked for at Microsoft', () => {
  test('in the default calendar, and else in her other ones, all in one request; one that cannot be read makes it unknown', async () => {
    const { provider, account, first } = await written(1)
    expect(await provider.findEvent('key-0')).toBe(first)
    expect(emulator.journal.of('graph')).toHaveLength(1)
    emulator.addCalendar(account, 'Two')
    emulator.moveEvent(account, first, emulator.addCalendar(account, 'Three'))
    emulator.journal.clear()
    expect(await provider.findEvent('key-0')).toBe(first)
    const sent = emulator.journal.of('graph')
    expect(sent.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)).toEqual([
      'GET /v1.0/me/events',
      'GET /v1.0/me/calendars',
      'POST /v1.0/$batch',
    ])
    expect(sent[2]?.requestBody).toMatchObject({ requests: [{}, {}] })
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'batch-item', index: 0, how: 'missing' }, ALWAYS)
    expect((await failureOf(provider.findEvent('key-0'))).reason).toBe('garbled')
    emulator.faults.clear()
    emulator.removeEvent(account, first)
    expect(await provider.findEvent('key-0')).toBeUndefined()
  })
})

describe('F-114 what stands besides events of ours at Microsoft', () => {
  const WINDOW = { start: new Date('2027-01-04T00:00:00Z'), end: new Date('2027-01-08T00:00:00Z') }

  test('PR-01 is read with their ids, in whatever calendar they lie, and without a word', async () => {
    const { connection, account, events, first } = await written(1)
    const second = emulator.addCalendar(account, 'Two')
    const calendarIds = [...connection.calendarIds, second.id]
    const provider = fixture.binding.calendarFor({ ...connection, calendarIds })
    expect((await provider.getFreeBusy(WINDOW)).busy).toEqual(events.map(({ start, end }) => ({ start, end })))
    const others = { ...WINDOW, besides: events }
    expect((await provider.getFreeBusy(others)).busy).toEqual([])
    emulator.moveEvent(account, first, second)
    expect((await provider.getFreeBusy(others)).busy).toEqual([])
    const [start, end] = [events[0]?.start ?? '', events[0]?.end ?? '']
    emulator.addEvent(account, { start, end, subject: 'POISON-SUBJECT' })
    emulator.journal.clear()
    expect((await provider.getFreeBusy(others)).busy).toEqual([{ start, end }])
    const asked = JSON.stringify(emulator.journal.of('graph').map(({ requestBody }) => requestBody))
    expect(asked).toContain('$select=id,start,end,showAs,isAllDay,isCancelled,responseStatus')
  })
})

describe('F-111 an event of ours put back at Microsoft', () => {
  const BACK = { from: { start: new Date('2027-01-06T10:00:00Z'), end: new Date('2027-01-06T11:00:00Z') } }
  const moved = async () => {
    const one = await written(1)
    const [event] = one.events
    if (event === undefined) throw new Error('there is no event')
    emulator.editEvent(one.account, one.first, BACK.from)
    const { start, end } = event
    return { ...one, move: { ...BACK, to: { start, end }, timeZone: 'Europe/Berlin' } }
  }

  test('is told its times and nothing else, on condition that it has not changed', async () => {
    const { provider, first, move } = await moved()
    await provider.moveEvent(first, move)
    const [patch] = emulator.journal.matching('PATCH')
    expect(Object.keys(patch?.requestBody as object).sort()).toEqual(['end', 'isAllDay', 'start'])
    expect(patch?.path).not.toContain('$select')
    expect(patch?.requestHeaders['if-match']).toMatch(/^W\/"/)
  })

  test('is looked at again when it changes meanwhile, and left where she moved it then', async () => {
    const { provider, first, move, account } = await moved()
    let left = 1
    emulator.faults.failNext(
      ({ method }) => {
        const later = { start: new Date('2027-01-06T12:00:00Z'), end: new Date('2027-01-06T13:00:00Z') }
        if (method === 'PATCH' && left-- > 0) emulator.editEvent(account, first, later)
        return false
      },
      { status: 500 },
    )
    expect(await failureOf(provider.moveEvent(first, move))).toMatchObject({ reason: 'conflict', change: 'moved' })
    expect(emulator.journal.matching('PATCH').map(({ status }) => status)).toEqual([412])
    expect(emulator.event(account, first)?.start).toBe(Date.parse('2027-01-06T12:00:00Z'))
  })

  test('in UTC where Graph does not know the zone; and whole again where it was all-day', async () => {
    const { provider, first, move, account } = await moved()
    emulator.editEvent(account, first, { start: '2027-01-06', end: '2027-01-07', isAllDay: true })
    // All-day edges are midnights of her zone.
    const from = { start: new Date('2027-01-05T23:00:00Z'), end: new Date('2027-01-06T23:00:00Z') }
    emulator.faults.failNext('PATCH /v1.0/me/events/*', { status: 400, code: 'TimeZoneNotSupportedException' })
    await provider.moveEvent(first, { ...move, from })
    const zones = emulator.journal.matching('PATCH').map(({ requestBody }) => (requestBody as Body).start.timeZone)
    expect(zones).toEqual(['W. Europe Standard Time', 'UTC'])
    const event = emulator.event(account, first)
    expect([event?.start, event?.draft.isAllDay]).toEqual([move.to.start.getTime(), false])
  })
})
