import { describe, expect, test } from 'vitest'
import { graphWith, openEmulator, type Request, view } from './support.ts'

const emulator = await openEmulator()
const account = emulator.addAccount({ kind: 'work', address: 'ada@practice.example' })
const graph = graphWith(emulator, emulator.issueTokens(account, ['Calendars.ReadWrite']).accessToken)
for (let hour = 8; hour < 20; hour++)
  emulator.addEvent(account, {
    start: `2027-01-05T${hour}:00`.replace('T8', 'T08').replace('T9', 'T09'),
    end: `2027-01-05T${hour}:30`.replace('T8', 'T08').replace('T9', 'T09'),
  })

interface Item extends Omit<Request, 'signal'> {
  readonly id: string
  readonly url: string
  readonly dependsOn?: readonly string[]
}
const DAY_VIEW = view('2027-01-05T00:00:00Z', '2027-01-06T00:00:00Z', '&$select=start')
const batch = (items: readonly Item[], request: Request = {}) =>
  graph('/$batch', { ...request, body: { requests: items.map((item) => ({ method: 'GET', ...item })) } })
const reads = (count: number): Item[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${index}`, url: DAY_VIEW }))

describe('a batch', () => {
  test('answers every item by id, in an order of its own, each under its own Prefer', async () => {
    const { status, json } = await batch([
      { id: 'a', url: DAY_VIEW, headers: { Prefer: 'outlook.timezone="W. Europe Standard Time"' } },
      { id: 'b', url: '/me/calendars/none' },
      { id: 'c', url: '/me/calendars' },
    ])
    expect(status).toBe(200)
    expect(json.responses.map(({ id, status }) => [id, status])).toEqual([
      ['c', 200],
      ['b', 404],
      ['a', 200],
    ])
    const item = json.responses.find(({ id }) => id === 'a')
    expect(item?.body.value[0]?.start).toEqual({
      dateTime: '2027-01-05T08:00:00.0000000',
      timeZone: 'W. Europe Standard Time',
    })
    expect(item?.headers['preference-applied']).toContain('W. Europe')
    expect((await graph(item?.body['@odata.nextLink'] ?? '')).json.value).toHaveLength(2)
  })

  test('a batch does not hand its own Prefer to its items', async () => {
    const { json } = await batch([{ id: '1', url: DAY_VIEW }], { prefer: 'outlook.timezone="Tokyo Standard Time"' })
    expect(json.responses[0]?.body.value[0]?.start.timeZone).toBe('UTC')
  })

  test('takes twenty requests with ids that differ in more than case, and bodies with a content type', async () => {
    expect((await batch(reads(20))).status).toBe(200)
    const refused = [
      await batch(reads(21)),
      await batch([
        { id: 'a', url: DAY_VIEW },
        { id: 'A', url: DAY_VIEW },
      ]),
      await batch([{ id: 'a', method: 'POST', url: '/me/events', body: {} }]),
      await batch([{ id: 'a', url: 'https://graph.microsoft.com/v1.0/me' }]),
      await batch([{ id: 'a', url: DAY_VIEW, dependsOn: ['z'] }]),
    ]
    emulator.journal.clear() // requests that a validator would rightly refuse
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400])
  })

  test('answers 424 to what depends on a failure (F-23)', async () => {
    const { json } = await batch([
      { id: '1', url: '/me/calendars/none' },
      { id: '2', url: DAY_VIEW, dependsOn: ['1'] },
      { id: '3', url: DAY_VIEW, dependsOn: ['2'] },
    ])
    expect(json.responses.map(({ status }) => status)).toEqual([424, 424, 404])
  })

  test('has items fail alone, be missing or twice (F-23)', async () => {
    emulator.faults.failNext('GET /v1.0/me/calendarView', { status: 429, retryAfter: '2.128' }, { after: 1 })
    const throttled = await batch(reads(3))
    expect(throttled.json.responses.map(({ id, status }) => [id, status])).toEqual([
      ['2', 200],
      ['1', 429],
      ['0', 200],
    ])
    expect(throttled.json.responses[1]?.headers['retry-after']).toBe('2.128')
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'batch-item', index: 1, how: 'missing' })
    expect((await batch(reads(3))).json.responses.map(({ id }) => id)).toEqual(['2', '0'])
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'batch-item', index: 1, how: 'duplicate' })
    expect((await batch(reads(3))).json.responses.map(({ id }) => id)).toEqual(['2', '1', '0', '1'])
  })
})

describe('throttling', () => {
  test('more than four requests at once on a mailbox: 429 ApplicationThrottled', async () => {
    const held = emulator.faults.hold('GET /v1.0/me/calendar', { times: 4 })
    const running = Array.from({ length: 4 }, () => graph('/me/calendar'))
    for (let arrived = 0; arrived < 4; arrived = held.strikes) await held.struck.then(() => new Promise(setImmediate))
    const fifth = await graph('/me/calendars')
    expect([fifth.status, fifth.json.error.code, fifth.headers.get('retry-after')]).toEqual([
      429,
      'ApplicationThrottled',
      '1',
    ])
    const batched = await batch(reads(2))
    expect(batched.json.responses.map(({ status }) => status)).toEqual([429, 429])
    expect(emulator.journal.entries.at(-1)?.early).toBe(true)
    held.release()
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  test('a batch holds four places at most, and another mailbox has its own', async () => {
    const other = emulator.addAccount({ kind: 'work', address: 'bo@practice.example' })
    const otherGraph = graphWith(emulator, emulator.issueTokens(other, ['Calendars.Read']).accessToken)
    const held = emulator.faults.hold('POST /v1.0/$batch')
    const running = batch(reads(20))
    await held.struck
    expect((await graph('/me/calendar')).status).toBe(429)
    expect((await otherGraph('/me/calendar')).status).toBe(200)
    held.release()
    expect((await running).json.responses.every(({ status }) => status === 200)).toBe(true)
  })

  test('items count singly against the budget of a mailbox', async () => {
    let time = Date.now()
    const small = await openEmulator({ now: () => new Date(time) })
    small.limits.requestsPerTenMinutes = 5
    const ada = small.addAccount({ kind: 'work', address: 'ada@practice.example' })
    const call = graphWith(small, small.issueTokens(ada, ['Calendars.Read']).accessToken)
    const body = { requests: reads(7).map((item) => ({ ...item, method: 'GET' })) }
    const { json } = await call('/$batch', { body })
    expect(json.responses.filter(({ status }) => status === 429)).toHaveLength(2)
    expect((await call('/me/calendar')).status).toBe(429)
    expect(small.journal.entries.at(-1)?.early).toBe(true)
    time += 600_000
    expect((await call('/me/calendar')).status).toBe(200)
    expect(small.journal.entries.at(-1)?.early).toBe(false)
  })
})
