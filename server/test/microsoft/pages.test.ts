import { describe, expect, test } from 'vitest'
import { MORNING_BUSY, withCalendars, withMorning } from './connections.ts'
import { bindingOf, busy, connect, failureOf, JANUARY, reasonOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft({ maxPageSize: 1000 })
const { emulator } = fixture
/** Pages of three, whatever is asked for. */
const small = await startMicrosoft({ maxPageSize: 3 })
const other = await startMicrosoft()
const VIEW = 'GET /v1.0/me/calendars/*/calendarView'

const graphCalls = (): number => emulator.journal.of('graph').length

describe('pages', () => {
  test('F-30 every page to the end, through empty ones', async () => {
    const { account, provider, connection } = await connect(small)
    for (let hour = 0; hour < 50; hour++) {
      const start = new Date(Date.UTC(2027, 0, 5, hour))
      small.emulator.addEvent(account, { start, end: new Date(start.getTime() + 30 * 60_000) })
    }
    small.emulator.faults.failNext(VIEW, { kind: 'empty-page' })
    expect(await busy(provider)).toHaveLength(50)
    const other = small.emulator.addCalendar(account, 'Other')
    other.add({ start: new Date('2027-01-08T00:00Z'), end: new Date('2027-01-08T01:00Z') })
    const both = small.binding.calendarFor({ ...connection, calendarIds: [...connection.calendarIds, other.id] })
    expect(await busy(both)).toHaveLength(51)
  })

  test('F-41 an event that comes twice blocks once', async () => {
    const { provider } = await withMorning(fixture)
    emulator.faults.failNext(VIEW, { kind: 'duplicate-events' })
    expect(await busy(provider)).toEqual([MORNING_BUSY])
  })

  test('F-41 an event that moved between two pages blocks where it was and where it is', async () => {
    const { account, provider } = await connect(small)
    const at = (hour: number) => new Date(Date.UTC(2027, 0, 5, hour))
    for (const hour of [8, 9, 10, 12])
      small.emulator.addEvent(account, { start: at(hour), end: new Date(at(hour).getTime() + 30 * 60_000) })
    const time = (text: string) => ({ dateTime: `2027-01-05T${text}:00.0000000`, timeZone: 'UTC' })
    const moved = { start: time('15:00'), end: time('15:30'), showAs: 'busy', isAllDay: false, isCancelled: false }
    const change = (page: unknown) => ({ value: [...(page as { value: unknown[] }).value, moved] })
    small.emulator.faults.failNext(VIEW, { kind: 'body', change }, { after: 1 })
    expect((await busy(provider)).map((span) => span.slice(11, 16))).toEqual([
      '08:00',
      '09:00',
      '10:00',
      '12:00',
      '15:00',
    ])
  })

  test('F-28 a page that links to itself is garbled', async () => {
    const { provider } = await withMorning(fixture)
    emulator.faults.failNext(VIEW, { kind: 'next-link', to: 'self' }, { times: Number.POSITIVE_INFINITY })
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({ reason: 'garbled', code: 'endless_pages' })
    expect(graphCalls()).toBeLessThan(5)
  })

  test('F-28 a chain without end is garbled at the cap', async () => {
    const { connection } = await withMorning(fixture)
    const provider = bindingOf(fixture, { limits: { pages: 12 } }).calendarFor(connection)
    emulator.faults.failNext(VIEW, { kind: 'endless-pages' }, { times: Number.POSITIVE_INFINITY })
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({ reason: 'garbled', code: 'endless_pages' })
    expect(graphCalls()).toBe(13)
  })

  test('F-29 a late page that fails fails the read, whatever the earlier ones said', async () => {
    const { account, provider } = await connect(small)
    for (let hour = 0; hour < 24; hour++) {
      const start = new Date(Date.UTC(2027, 0, 5, hour))
      small.emulator.addEvent(account, { start, end: new Date(start.getTime() + 30 * 60_000) })
    }
    small.emulator.faults.failNext(VIEW, { status: 503 }, { after: 6, times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('unavailable')
  })

  const port = new URL(other.emulator.origin).port
  const own = new URL(emulator.origin).port
  test.each([
    ['another host', `http://localhost:${port}/v1.0/me/calendarView`],
    ['a host that begins like ours', `http://127.0.0.1.evil.example:${own}/v1.0/me/calendarView`],
    ['ours as a user name', `http://127.0.0.1:${own}@localhost:${port}/v1.0/me/calendarView`],
    ['another scheme', `https://127.0.0.1:${own}/v1.0/me/calendarView`],
    ['the metadata service', 'http://169.254.169.254/v1.0/me/calendarView'],
    ['another port', `http://127.0.0.1:${port}/v1.0/me/calendarView`],
    ['credentials of its own', `http://user:pass@127.0.0.1:${own}/v1.0/me/calendarView`],
    ['another API below our origin', `${emulator.origin}/beta/me/calendarView`],
    ['a way out of the version', `${emulator.origin}/v1.0/../beta/me/calendarView`],
    ['no URL at all', '/v1.0/me/calendarView'],
    ['a link in the query', `http://localhost:${port}/v1.0/x?u=${emulator.origin}/v1.0/`],
  ])('F-27 a next link to %s: nothing leaves, the read fails, it is a security event', async (_, to) => {
    const { account, connection } = await withMorning(fixture)
    for (const many of [false, true]) {
      emulator.faults.failNext(VIEW, { kind: 'next-link', to })
      const more = many ? [emulator.addCalendar(account, `Next to ${to}`).id] : []
      const reader = fixture.binding.calendarFor({ ...connection, calendarIds: [...connection.calendarIds, ...more] })
      expect(await failureOf(reader.getFreeBusy(JANUARY))).toMatchObject({ reason: 'garbled', code: 'foreign_link' })
    }
    expect(graphCalls()).toBe(2)
    expect(other.emulator.journal.entries).toEqual([])
    expect(fixture.log.of('security_foreign_next_link')).toHaveLength(2)
  })
})

describe('a batch', () => {
  test('F-23 repeats the throttled item alone, after its own Retry-After, and keeps the rest', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '4' }, { after: 1 })
    expect(await busy(provider)).toHaveLength(3)
    expect(fixture.clock.waits).toEqual([4000])
    const batches = emulator.journal
      .of('graph')
      .map(({ requestBody }) => (requestBody as { requests: [] }).requests.length)
    expect(batches).toEqual([3, 1])
    expect(emulator.journal.entries.filter(({ early }) => early)).toEqual([])
  })

  test.each([408, 500, 502, 503, 504, 507, 509])('F-23 repeats an item that answered %i', async (status) => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status })
    expect(await busy(provider)).toHaveLength(3)
    expect(graphCalls()).toBe(2)
  })

  test.each([
    [400, 'misconfigured'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [410, 'not_found'],
    [424, 'misconfigured'],
    [501, 'unavailable'],
  ])('F-23 INV-7 an item that answered %i fails the read: %s', async (status, reason) => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe(reason)
    expect(graphCalls()).toBe(1)
  })

  test.each([500, 502])('F-23 an item that answers %i for ever fails the read after three tries', async (status) => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status }, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('unavailable')
    expect(graphCalls()).toBe(3)
  })

  test('F-23 gives up when an item wants more patience than there is', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 429, retryAfter: '30' })
    const failure = await failureOf(provider.getFreeBusy(JANUARY))
    expect(failure).toMatchObject({ reason: 'throttled', retryAfterMs: 30_000, code: 'TooManyRequests' })
    expect(graphCalls()).toBe(1)
  })

  test('F-23 an item that is throttled for ever fails the read after three tries', async () => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext(VIEW, { status: 429 }, { times: Number.POSITIVE_INFINITY })
    expect(await failureOf(provider.getFreeBusy(JANUARY))).toMatchObject({ reason: 'throttled', retryAfterMs: 10_000 })
    expect(graphCalls()).toBe(3)
  })

  test.each(['missing', 'duplicate'] as const)('F-23 INV-7 an item %s is garbled', async (how) => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'batch-item', index: 1, how })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('garbled')
  })

  test.each([
    ['no responses', {}],
    ['responses of another kind', { responses: {} }],
    ['an item that is none', { responses: [null] }],
    [
      'an answer to a question nobody asked',
      { responses: [0, 1, 7].map((id) => ({ id: `${id}`, status: 200, body: { value: [] } })) },
    ],
    ['an item without a status', { responses: [0, 1, 2].map((id) => ({ id: `${id}`, body: { value: [] } })) }],
    [
      'an item whose body is text',
      { responses: [0, 1, 2].map((id) => ({ id: `${id}`, status: 200, body: 'eyJ2YWx1ZSI6W119' })) },
    ],
    ['an item without a body', { responses: [0, 1, 2].map((id) => ({ id: `${id}`, status: 200 })) }],
  ])('F-23 INV-7 %s is garbled', async (_, body) => {
    const { provider } = await withCalendars(fixture, 3)
    emulator.faults.failNext('POST /v1.0/$batch', { kind: 'body', change: () => body })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe('garbled')
  })

  test('F-23 the first pages of a batch lead on to their next ones', async () => {
    const { account, connection } = await connect(small)
    const calendars = ['A', 'B'].map((name) => small.emulator.addCalendar(account, name))
    for (const [index, calendar] of calendars.entries())
      for (let hour = 0; hour < 10; hour++) {
        const start = new Date(Date.UTC(2027, 0, 5 + index, hour))
        calendar.add({ start, end: new Date(start.getTime() + 30 * 60_000) })
      }
    const provider = small.binding.calendarFor({ ...connection, calendarIds: calendars.map(({ id }) => id) })
    expect(await busy(provider)).toHaveLength(20)
    // One batch, then three more pages for each calendar.
    expect(small.emulator.journal.of('graph')).toHaveLength(1 + 2 * 3)
  })
})
