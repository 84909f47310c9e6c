import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { busyOf } from '../../src/adapters/microsoft-calendar/free-busy-status.ts'
import { edgeOf } from '../../src/adapters/microsoft-calendar/time/graph-date-time.ts'
import { ianaZone } from '../../src/adapters/microsoft-calendar/time/windows-time-zones.ts'
import { DEFAULTS, event, garbledCode, utc } from './graph-event.ts'
import { changesOf, DAY, instantsOf, wallOf } from './wall-clock.ts'

const blocks = (change: Record<string, unknown>, policy = DEFAULTS): boolean =>
  busyOf(event(change), policy, 'Europe/Berlin') !== undefined

describe('showAs', () => {
  test.each([
    ['free', false],
    ['Free', false],
    ['workingElsewhere', false],
    ['WorkingElsewhere', false],
    ['tentative', true],
    ['busy', true],
    ['oof', true],
    ['unknown', true],
    ['unknownFutureValue', true],
    ['constructor', true],
    ['', true],
    [null, true],
    [undefined, true],
  ])('F-36 %s blocks: %s', (showAs, expected) => {
    expect(blocks({ showAs })).toBe(expected)
  })

  test('F-36 T-43 tentative and workingElsewhere follow the tenant’s policy', () => {
    const other = { tentativeBlocks: false, workingElsewhereBlocks: true }
    expect([blocks({ showAs: 'tentative' }, other), blocks({ showAs: 'workingElsewhere' }, other)]).toEqual([
      false,
      true,
    ])
  })

  test('F-36 only the values of the table are free, whatever Graph invents', () => {
    fc.assert(
      fc.property(fc.string(), (showAs) => {
        fc.pre(!['free', 'workingelsewhere'].includes(showAs.toLowerCase()))
        expect(blocks({ showAs })).toBe(true)
      }),
    )
  })
})

describe('cancelled and declined', () => {
  test.each([
    ['F-42 cancelled', { isCancelled: true }, false],
    ['F-42 declined', { responseStatus: { response: 'declined' } }, false],
    ['F-42 declined, capitalised', { responseStatus: { response: 'Declined' } }, false],
    ['accepted', { responseStatus: { response: 'accepted' } }, true],
    ['tentatively accepted', { responseStatus: { response: 'tentativelyAccepted' } }, true],
    ['not answered', { responseStatus: { response: 'notResponded' } }, true],
    ['none', { responseStatus: { response: 'none' } }, true],
    ['of an answer to come', { responseStatus: { response: 'novelty' } }, true],
    ['without an answer', { responseStatus: null }, true],
    ['private', { sensitivity: 'private' }, true],
    ['confidential', { sensitivity: 'confidential' }, true],
    ['without flags', { isCancelled: null, isAllDay: undefined }, true],
  ])('%s blocks: %s %s', (_, change, expected) => {
    expect(blocks(change)).toBe(expected)
  })
})

describe('a timed event', () => {
  test('F-77 of no length blocks nothing of its own', () => {
    const { start } = event()
    const span = busyOf(event({ end: start }), DEFAULTS, 'Europe/Berlin')
    expect(span?.start).toEqual(span?.end)
  })

  test('INV-16 in UTC is the instants it says, for every instant', () => {
    const instant = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2099, 11) })
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 9 * DAY }), (start, length) => {
        const span = busyOf(event({ start: utc(start), end: utc(start + length) }), DEFAULTS, 'Europe/Berlin')
        expect([span?.start.getTime(), span?.end.getTime()]).toEqual([start, start + length])
      }),
    )
  })

  const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia'] as const
  const WINDOWS = {
    'W. Europe Standard Time': 'Europe/Berlin',
    'Eastern Standard Time': 'America/New_York',
    'Lord Howe Standard Time': 'Australia/Lord_Howe',
    'Samoa Standard Time': 'Pacific/Apia',
  }

  test.each(ZONES)(
    'F-73 F-74 F-75 in %s is every instant its wall clock may mean, gaps and overlaps included',
    (zone) => {
      const minutes = fc.integer({ min: Date.UTC(2009, 0) / 60_000, max: Date.UTC(2030, 0) / 60_000 })
      // Around the clock changes, and anywhere.
      const near = changesOf(zone).map((at) => fc.integer({ min: at / 60_000 - 24 * 60, max: at / 60_000 + 48 * 60 }))
      fc.assert(
        fc.property(fc.oneof(minutes, ...near), (minute) => {
          const dateTime = `${new Date(minute * 60_000).toISOString().slice(0, 19)}.0000000`
          const start = edgeOf({ dateTime, timeZone: zone }, 'start')
          const end = edgeOf({ dateTime, timeZone: zone }, 'end')
          const meant = instantsOf(minute * 60_000, zone)
          if (meant.length > 0) expect([start, end]).toEqual([meant[0], meant.at(-1)])
          // In a gap the clock never says this: the start is before it and the end after it.
          else
            expect([wallOf(start, zone) < minute * 60_000, wallOf(end, zone) > minute * 60_000]).toEqual([true, true])
        }),
        { numRuns: 300 },
      )
    },
  )

  test.each([
    ['F-73 2027-03-28 02:30', 'Europe/Berlin', '2027-03-28T02:30:00', '2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z'],
    [
      'F-73 2027-03-14 02:30',
      'America/New_York',
      '2027-03-14T02:30:00',
      '2027-03-14T06:30:00Z',
      '2027-03-14T07:30:00Z',
    ],
    ['F-74 2027-10-31 02:30', 'Europe/Berlin', '2027-10-31T02:30:00', '2027-10-31T00:30:00Z', '2027-10-31T01:30:00Z'],
    [
      'F-74 2027-11-07 01:30',
      'America/New_York',
      '2027-11-07T01:30:00',
      '2027-11-07T05:30:00Z',
      '2027-11-07T06:30:00Z',
    ],
    [
      'F-75 2027-04-04 01:45',
      'Australia/Lord_Howe',
      '2027-04-04T01:45:00',
      '2027-04-03T14:45:00Z',
      '2027-04-03T15:15:00Z',
    ],
  ])('%s in %s', (_, timeZone, dateTime, start, end) => {
    expect(edgeOf({ dateTime, timeZone }, 'start')).toBe(Date.parse(start))
    expect(edgeOf({ dateTime, timeZone }, 'end')).toBe(Date.parse(end))
  })

  test.each(Object.entries(WINDOWS))('F-76 %s is %s', (windows, iana) => {
    expect(ianaZone(windows)).toBe(iana)
  })

  test.each([
    ['UTC', 'UTC'],
    ['tzone://Microsoft/Utc', 'UTC'],
    ['Etc/GMT+12', 'Etc/GMT+12'],
    ['UTC-11', 'Etc/GMT+11'],
    ['America/Los_Angeles', 'America/Los_Angeles'],
    ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
  ])('F-76 %s is %s', (name, iana) => {
    expect(ianaZone(name)).toBe(iana)
  })

  test.each([
    'tzone://Microsoft/Custom',
    'Customized Time Zone',
    'Mars/Olympus_Mons',
    '',
    '+02:00',
    'W. Europe',
    'Local',
    'constructor',
  ])('F-76 "%s" is an error, never UTC', (timeZone) => {
    expect(garbledCode(() => edgeOf({ dateTime: '2027-01-05T09:00:00', timeZone }, 'start'))).toBe('unknown_time_zone')
  })

  test.each([
    ['a time with an offset', '2027-01-05T09:00:00Z'],
    ['a date', '2027-01-05'],
    ['a month that is none', '2027-13-05T09:00:00'],
    ['a day that is none', '2027-02-29T09:00:00'],
    ['an hour that is none', '2027-02-28T24:00:00'],
    ['words', 'tomorrow'],
    ['a number', 1],
  ])('F-31 %s is garbled', (_, dateTime) => {
    expect(garbledCode(() => edgeOf({ dateTime, timeZone: 'UTC' }, 'start'))).toBe('event_time')
    expect(garbledCode(() => edgeOf({ dateTime, timeZone: 'Europe/Berlin' }, 'start'))).toBe('event_time')
  })
})
