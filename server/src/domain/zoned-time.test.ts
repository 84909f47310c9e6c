import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  countDays,
  dayInterval,
  dayOf,
  eachDay,
  earlierOf,
  isBefore,
  isDay,
  isoTexts,
  isTimeZone,
  isWithinYears,
  laterOf,
  type WallClock,
  wallClockInterval,
  wallClockOf,
  weekdayOf,
} from './zoned-time.ts'

const hours = (interval: { start: Date; end: Date }): number =>
  (interval.end.getTime() - interval.start.getTime()) / 3_600_000
const iso = ({ start, end }: { start: Date; end: Date }): string => `${start.toISOString()} ${end.toISOString()}`

/** As Temporal itself says it. */
const dayByTemporal = (instant: Date, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()

describe('days', () => {
  it.each([
    ['America/St_Johns', '2006-10-28', 'set back one minute after midnight, to the day before'],
    ['Pacific/Apia', '2011-12-29', 'a day is skipped'],
    ['Africa/Cairo', '2014-05-15', 'midnight is skipped'],
    ['Australia/Lord_Howe', '2026-04-04', 'half an hour'],
    ['Europe/Berlin', '2026-10-24', 'an ordinary change'],
    ['Pacific/Kiritimati', '2026-12-30', 'far east'],
    ['Etc/GMT+12', '2026-12-30', 'far west'],
  ])('of an instant are those of Temporal: %s, %s, %s', (zone, first, _what) => {
    const from = Date.parse(first)
    for (let at = from; at < from + 4 * 86_400_000; at += 600_000)
      expect(dayOf(new Date(at), zone)).toBe(dayByTemporal(new Date(at), zone))
  })

  it('beyond 9999 and before 0 are counted as Temporal counts them', () => {
    for (const day of ['9999-12-31', '-000001-12-31', '2028-02-28', '+010000-02-29'])
      for (const days of [-366, -1, 0, 1, 366]) {
        const other = Temporal.PlainDate.from(day).add({ days }).toString()
        expect(addDays(day, days)).toBe(other)
        expect(countDays(day, other)).toBe(days + 1)
      }
  })

  it('knows real days only', () => {
    expect(isDay('2028-02-29')).toBe(true)
    for (const text of ['2027-02-29', '2027-13-01', '2027-1-1', 'today', '2027-01-01T00:00Z', '2027-01-01T00:00', ''])
      expect(isDay(text)).toBe(false)
  })

  it('knows the years 2000 to 2199 only, as days and as instants', () => {
    for (const text of ['2000-01-01', '2199-12-31']) {
      expect(isDay(text)).toBe(true)
      expect(isWithinYears(new Date(`${text}T12:00:00Z`))).toBe(true)
    }
    for (const text of ['0000-01-01', '1999-12-31', '2200-01-01', '9999-12-31', '+010000-01-01', '-000001-12-31']) {
      expect(isDay(text)).toBe(false)
      expect(isWithinYears(new Date(`${text.padStart(10)}T12:00:00Z`.trim()))).toBe(false)
    }
    for (const text of ['+012027-01-01', '-002027-01-01']) expect(isDay(text)).toBe(false)
  })

  it('compares days as days, beyond the year 9999 too', () => {
    const inOrder = ['-000001-12-31', '0001-01-01', '2026-12-31', '2027-01-01', '9999-12-31', '+010000-01-01']
    for (const [index, day] of inOrder.entries()) {
      for (const later of inOrder.slice(index + 1)) {
        expect([isBefore(day, later), isBefore(later, day)]).toEqual([true, false])
        expect([earlierOf(day, later), earlierOf(later, day)]).toEqual([day, day])
        expect([laterOf(day, later), laterOf(later, day)]).toEqual([later, later])
      }
      expect(isBefore(day, day)).toBe(false)
    }
  })

  it('lists the days between two, both included', () => {
    expect(eachDay('9999-12-31', addDays('9999-12-31', 1))).toEqual(['9999-12-31', '+010000-01-01'])
    expect(eachDay('2027-01-02', '2027-01-02')).toEqual(['2027-01-02'])
    expect(eachDay('2027-01-02', '2027-01-01')).toEqual([])
  })

  it('knows IANA zones only', () => {
    for (const name of ['Europe/Berlin', 'europe/berlin', 'Asia/Calcutta', 'UTC', 'Etc/GMT+5', 'Australia/Lord_Howe'])
      expect(isTimeZone(name), name).toBe(true)
    for (const name of ['', 'Berlin', 'W. Europe Standard Time', '+02:00', '-02:00', 'Europe/Nowhere'])
      expect(isTimeZone(name), name).toBe(false)
    for (const name of ['2026-01-01T00:00Z', '2026-01-01T00:00[Europe/Berlin]', '2026-01-01T00:00+01:00'])
      expect(isTimeZone(name), name).toBe(false)
  })

  it('counts and steps across months and years', () => {
    expect(addDays('2027-12-31', 1)).toBe('2028-01-01')
    expect(countDays('2027-01-01', '2027-01-31')).toBe(31)
    expect([weekdayOf('2026-11-22'), weekdayOf('2026-11-23'), weekdayOf('2026-11-28')]).toEqual([7, 1, 6])
    expect(dayOf(new Date('2026-11-22T23:30:00Z'), 'Europe/Berlin')).toBe('2026-11-23')
  })
})

describe('F-73 F-74 F-75 F-77 days and hours at clock changes', () => {
  it.each([
    ['2027-03-28', 'Europe/Berlin', 23],
    ['2027-10-31', 'Europe/Berlin', 25],
    ['2027-03-14', 'America/New_York', 23],
    ['2027-11-07', 'America/New_York', 25],
    ['2027-10-03', 'Australia/Lord_Howe', 23.5],
    ['2027-04-04', 'Australia/Lord_Howe', 24.5],
    ['2011-12-30', 'Pacific/Apia', 0],
  ])('%s in %s has %d hours', (day, zone, expected) => {
    expect(hours(dayInterval(day, zone))).toBe(expected)
  })

  it('a boundary inside a skipped hour is the moment of the change', () => {
    expect(iso(wallClockInterval('2027-03-28', 150, 240, 'Europe/Berlin'))).toBe(
      '2027-03-28T01:00:00.000Z 2027-03-28T02:00:00.000Z',
    )
    expect(iso(wallClockInterval('2027-03-28', 60, 150, 'Europe/Berlin'))).toBe(
      '2027-03-28T00:00:00.000Z 2027-03-28T01:00:00.000Z',
    )
  })

  it('a range over a repeated hour holds both', () => {
    expect(iso(wallClockInterval('2027-10-31', 120, 180, 'Europe/Berlin'))).toBe(
      '2027-10-31T00:00:00.000Z 2027-10-31T02:00:00.000Z',
    )
    expect(iso(wallClockInterval('2027-10-31', 60, 150, 'Europe/Berlin'))).toBe(
      '2027-10-30T23:00:00.000Z 2027-10-31T01:30:00.000Z',
    )
  })

  it('midnight at the end belongs to the next day, even where midnight is skipped', () => {
    expect(iso(wallClockInterval('2026-09-05', 1380, 1440, 'America/Santiago'))).toBe(
      '2026-09-06T03:00:00.000Z 2026-09-06T04:00:00.000Z',
    )
  })
})

describe('a wall clock', () => {
  it.each([
    [
      'Europe/Berlin',
      '2027-10-31T00:30:00Z',
      { day: '2027-10-31', hour: 2, minute: 30, offsetMinutes: 120, repeated: true },
    ],
    [
      'Europe/Berlin',
      '2027-10-31T01:30:00Z',
      { day: '2027-10-31', hour: 2, minute: 30, offsetMinutes: 60, repeated: true },
    ],
    [
      'Europe/Berlin',
      '2027-10-31T02:15:00Z',
      { day: '2027-10-31', hour: 3, minute: 15, offsetMinutes: 60, repeated: false },
    ],
    [
      'Europe/Berlin',
      '2027-06-30T22:00:00Z',
      { day: '2027-07-01', hour: 0, minute: 0, offsetMinutes: 120, repeated: false },
    ],
    [
      'America/New_York',
      '2027-07-01T12:00:00Z',
      { day: '2027-07-01', hour: 8, minute: 0, offsetMinutes: -240, repeated: false },
    ],
    [
      'Asia/Kathmandu',
      '2027-07-01T12:00:00Z',
      { day: '2027-07-01', hour: 17, minute: 45, offsetMinutes: 345, repeated: false },
    ],
  ])('in %s at %s', (zone, instant, shown) => {
    expect(wallClockOf(new Date(instant), zone)).toEqual(shown)
  })
})

it('texts of instants in any order are those of ISO 8601', () => {
  const minutes = fc.integer({ min: -40_000_000, max: 160_000_000 }).map((minute) => new Date(minute * 60_000))
  fc.assert(
    fc.property(fc.array(fc.oneof(minutes, fc.date({ noInvalidDate: true })), { maxLength: 20 }), (instants) => {
      const textOf = isoTexts()
      expect(instants.map(textOf)).toEqual(instants.map((instant) => instant.toISOString()))
    }),
  )
})

describe('PG-23 a wall clock is that of Temporal', () => {
  const byTemporal = (instant: Date, zone: string): WallClock => {
    const zoned = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone)
    const shown = zoned.toPlainDateTime()
    const [first, last] = (['earlier', 'later'] as const).map((disambiguation) =>
      shown.toZonedDateTime(zone, { disambiguation }),
    )
    return {
      day: shown.toPlainDate().toString(),
      hour: shown.hour,
      minute: shown.minute,
      offsetMinutes: zoned.offsetNanoseconds / 60_000_000_000,
      repeated: first?.epochMilliseconds !== last?.epochMilliseconds,
    }
  }

  /** Each ten minutes from the day before a clock change to the day after it. */
  const around = (day: string): Date[] =>
    Array.from({ length: 4 * 144 }, (_, step) => new Date(Date.parse(`${addDays(day, -1)}T00:00:00Z`) + step * 600_000))

  it.each([
    ['2027-03-28', 'Europe/Berlin'],
    ['2027-10-31', 'Europe/Berlin'],
    ['2027-10-03', 'Australia/Lord_Howe'],
    ['2011-12-30', 'Pacific/Apia'],
    ['2006-10-29', 'America/St_Johns'],
    ['2014-05-16', 'Africa/Cairo'],
    ['2027-07-01', 'Asia/Kathmandu'],
  ])('over %s in %s, forwards and backwards', (day, zone) => {
    const instants = around(day)
    for (const instant of [...instants, ...instants.toReversed()])
      expect(wallClockOf(instant, zone)).toEqual(byTemporal(instant, zone))
  })

  it('in any zone, in any order', () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'UTC', 'Etc/GMT+12')
    const instants = fc.array(
      fc.date({ min: new Date('2000-01-02'), max: new Date('2099-12-31'), noInvalidDate: true }),
      {
        maxLength: 5,
      },
    )
    fc.assert(
      fc.property(zones, instants, fc.nat(3_000), (zone, dates, minutes) => {
        for (const date of dates)
          for (const instant of [date, new Date(date.getTime() + minutes * 60_000)])
            expect(wallClockOf(instant, zone)).toEqual(byTemporal(instant, zone))
      }),
    )
  })
})
