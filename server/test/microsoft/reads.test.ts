import { describe, expect, test } from 'vitest'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import { MORNING_BUSY, withCalendars, withMorning } from './connections.ts'
import { busy, connect, JANUARY, reasonOf, startMicrosoft, window } from './support.ts'

const fixture = await startMicrosoft({ maxPageSize: 1000 })
const { emulator } = fixture
const VIEW = 'GET /v1.0/me/calendars/*/calendarView'

const graphCalls = (): number => emulator.journal.of('graph').length

describe('one look', () => {
  test('is one GET for one calendar and one POST for twenty', async () => {
    const one = await withMorning(fixture)
    expect(await busy(one.provider)).toEqual([MORNING_BUSY])
    expect(emulator.journal.of('graph').map(({ method }) => method)).toEqual(['GET'])
    const twenty = await withCalendars(fixture, 20)
    expect(await busy(twenty.provider)).toHaveLength(20)
    expect(emulator.journal.of('graph').map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /v1.0/$batch'])
  })

  test('takes further batches for more than twenty calendars, none of them at once', async () => {
    const { provider } = await withCalendars(fixture, 21)
    expect(await busy(provider)).toHaveLength(21)
    expect(graphCalls()).toBe(2)
  })

  test('asks for a calendar once that was chosen twice', async () => {
    const { connection } = await withMorning(fixture)
    const twice = { ...connection, calendarIds: [...connection.calendarIds, ...connection.calendarIds] }
    expect(await busy(fixture.binding.calendarFor(twice))).toEqual([MORNING_BUSY])
  })

  test.each([
    ['no calendars', { calendarIds: [] }, JANUARY],
    ['an empty window', {}, window('2027-01-05T00:00Z', '2027-01-05T00:00Z')],
    ['a reversed window', {}, window('2027-01-06T00:00Z', '2027-01-05T00:00Z')],
    ['a window without a beginning', {}, window('nonsense', '2027-01-05T00:00Z')],
  ])('INV-7 %s is no question: misconfigured, and nothing is sent', async (_, change, params) => {
    const { connection } = await withMorning(fixture)
    expect(await reasonOf(fixture.binding.calendarFor({ ...connection, ...change }).getFreeBusy(params))).toBe(
      'misconfigured',
    )
    expect(graphCalls()).toBe(0)
  })

  test('says when it began, merges, and clips to the window', async () => {
    const { provider, account } = await withMorning(fixture)
    emulator.addEvent(account, { start: '2027-01-05T09:30', end: '2027-01-05T11:00' })
    const before = fixture.clock.now()
    const read = await provider.getFreeBusy(window('2027-01-05T08:30:00Z', '2027-01-05T09:15:00Z'))
    expect(read.busy).toEqual([window('2027-01-05T08:30:00Z', '2027-01-05T09:15:00Z')])
    expect(read.readAt.getTime()).toBeGreaterThanOrEqual(before.getTime())
  })

  test('INV-7 empty means that we looked', async () => {
    const { provider } = await connect(fixture)
    expect(await busy(provider)).toEqual([])
  })

  test('INV-7 a calendar that is gone fails the read, alone or among others', async () => {
    const { connection } = await withCalendars(fixture, 3)
    const calendarIds = [...connection.calendarIds.slice(0, 2), 'gone']
    expect(await reasonOf(fixture.binding.calendarFor({ ...connection, calendarIds }).getFreeBusy(JANUARY))).toBe(
      'not_found',
    )
    const alone = fixture.binding.calendarFor({ ...connection, calendarIds: ['gone'] })
    expect(await reasonOf(alone.getFreeBusy(JANUARY))).toBe('not_found')
  })
})

describe('what is in the calendar', () => {
  test('F-72 a series without end, its exceptions and what was moved or dropped', async () => {
    const { account, provider } = await connect(fixture)
    const series = emulator.addEvent(account, {
      start: '2027-01-04T09:00',
      end: '2027-01-04T10:00',
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'noEnd', startDate: '2027-01-04' },
      },
    })
    const calendar = emulator.calendar(account)
    calendar.moveOccurrence(series, '2027-01-06', { start: '2027-01-06T15:00', end: '2027-01-06T16:00' })
    calendar.removeOccurrence(series, '2027-01-07')
    expect(await busy(provider, window('2027-01-05T00:00:00Z', '2027-01-09T00:00:00Z'))).toEqual([
      '2027-01-05T08:00Z/2027-01-05T09:00Z',
      '2027-01-06T14:00Z/2027-01-06T15:00Z',
      '2027-01-08T08:00Z/2027-01-08T09:00Z',
    ])
  })

  test('F-42 F-36 only what blocks: not the cancelled, the declined and the free', async () => {
    const { account, provider } = await withMorning(fixture)
    const at = (hour: number) => ({ start: `2027-01-06T${hour}:00`, end: `2027-01-06T${hour}:30` })
    emulator.addEvent(account, { ...at(10), isCancelled: true })
    emulator.addEvent(account, { ...at(11), responseStatus: 'declined' })
    emulator.addEvent(account, { ...at(12), showAs: 'free' })
    emulator.addEvent(account, { ...at(13), showAs: 'workingElsewhere' })
    emulator.addEvent(account, { ...at(14), showAs: 'aValueToCome' })
    expect(await busy(provider)).toEqual([MORNING_BUSY, '2027-01-06T13:00Z/2027-01-06T13:30Z'])
  })

  test.each(['shifted', 'midnight'] as const)(
    'F-77 an all-day event from anywhere blocks its date here (%s)',
    async (quirk) => {
      const { account, connection } = await connect(fixture)
      emulator.quirks.allDay = quirk
      const zones = ['W. Europe Standard Time', 'Pacific Standard Time', 'Tokyo Standard Time', 'India Standard Time']
      for (const [index, timeZone] of zones.entries()) {
        const [start, end] = [`2027-01-${10 + 2 * index}`, `2027-01-${11 + 2 * index}`]
        emulator.addEvent(account, { start, end, timeZone, isAllDay: true })
      }
      // The last hour of the day of each tenant, and the first: the event's own midnights may lie outside.
      for (const [timeZone, offset] of [
        ['Europe/Berlin', '+01:00'],
        ['America/New_York', '-05:00'],
        ['Asia/Tokyo', '+09:00'],
      ]) {
        const provider = fixture.binding.calendarFor({ ...connection, timeZone: timeZone ?? '' })
        for (const [index] of zones.entries())
          for (const hour of ['00', '23']) {
            const asked = window(
              `2027-01-${10 + 2 * index}T${hour}:00:00${offset}`,
              `2027-01-${10 + 2 * index}T${hour}:59:00${offset}`,
            )
            expect((await provider.getFreeBusy(asked)).busy).toEqual([asked])
            const day = window(
              `2027-01-${11 + 2 * index}T${hour}:00:00${offset}`,
              `2027-01-${11 + 2 * index}T${hour}:59:00${offset}`,
            )
            expect((await provider.getFreeBusy(day)).busy).toEqual([])
          }
      }
      emulator.quirks.allDay = 'midnight'
    },
  )
})

describe('answers nobody can trust', () => {
  const faults: [string, Fault, string][] = [
    ['F-31 an error under 200', { kind: 'error-at-200' }, 'garbled'],
    ['F-31 no value', { kind: 'value', value: 'missing' }, 'garbled'],
    ['F-31 a null value', { kind: 'value', value: 'null' }, 'garbled'],
    ['F-31 a value that is no list', { kind: 'value', value: 'object' }, 'garbled'],
    ['F-31 an event that is none', { kind: 'body', change: () => ({ value: [null] }) }, 'garbled'],
    ['F-31 an event without times', { kind: 'events', set: { start: undefined } }, 'garbled'],
    [
      'F-31 an event with a time that is none',
      { kind: 'events', set: { end: { dateTime: 'soon', timeZone: 'UTC' } } },
      'garbled',
    ],
    [
      'F-31 an event on 31 February',
      { kind: 'events', set: { end: { dateTime: '2027-02-31T00:00:00', timeZone: 'UTC' } } },
      'garbled',
    ],
    [
      'F-31 an event that ends before it starts',
      { kind: 'events', set: { end: { dateTime: '2026-01-01T00:00:00', timeZone: 'UTC' } } },
      'garbled',
    ],
    ['F-31 a flag that is none', { kind: 'events', set: { isCancelled: 'false' } }, 'garbled'],
    ['F-31 a next link that is none', { kind: 'body', change: () => ({ value: [], '@odata.nextLink': 7 }) }, 'garbled'],
    ['F-32 malformed JSON', { kind: 'malformed-json' }, 'garbled'],
    ['F-32 HTML', { kind: 'html' }, 'garbled'],
    ['F-32 HTML from a proxy that is down', { kind: 'html', status: 502 }, 'unavailable'],
    ['F-32 half of an answer', { kind: 'truncated' }, 'garbled'],
    ['F-33 a body of 200 MB', { kind: 'flood', bytes: 200 * 1024 * 1024 }, 'garbled'],
    ['F-33 a gzip bomb', { kind: 'gzip-bomb' }, 'garbled'],
    ['F-39 a redirect', { kind: 'redirect', to: 'http://evil.example/v1.0/' }, 'garbled'],
    ['F-39 a redirect to ourselves', { kind: 'redirect', to: `${emulator.origin}/v1.0/me` }, 'garbled'],
    [
      'F-76 a zone of its own making',
      { kind: 'events', set: { start: { dateTime: '2027-01-05T09:00:00', timeZone: 'tzone://Microsoft/Custom' } } },
      'garbled',
    ],
    [
      'F-76 a customized time zone',
      { kind: 'events', set: { start: { dateTime: '2027-01-05T09:00:00', timeZone: 'Customized Time Zone' } } },
      'garbled',
    ],
    [
      'F-76 no zone',
      { kind: 'events', set: { start: { dateTime: '2027-01-05T09:00:00', timeZone: null } } },
      'garbled',
    ],
  ]
  test.each(faults)('INV-7 %s is never free time', async (_, fault, reason) => {
    const { provider } = await withMorning(fixture)
    emulator.faults.failNext(VIEW, fault, { times: Number.POSITIVE_INFINITY })
    expect(await reasonOf(provider.getFreeBusy(JANUARY))).toBe(reason)
    emulator.faults.clear()
    fixture.clock.advance(60_000)
    expect(await busy(provider)).toEqual([MORNING_BUSY])
  })

  test('F-32 a byte order mark is forgiven', async () => {
    const { provider } = await withMorning(fixture)
    emulator.faults.failNext(VIEW, { kind: 'bom' })
    expect(await busy(provider)).toEqual([MORNING_BUSY])
  })
})
