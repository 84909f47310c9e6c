import { describe, expect, it } from 'vitest'
import {
  cityOf,
  clocksDiffer,
  count,
  formatDay,
  formatDayAndTime,
  formatDayFrom,
  formatMoment,
  formatTime,
  formatTimes,
  formatZone,
  listed,
} from './formatting.ts'

const at = (text: string): Date => new Date(text)

describe('times', () => {
  it.each([
    ['2026-12-01T09:00:00Z', '9am'],
    ['2026-12-01T09:05:00Z', '9:05am'],
    ['2026-12-01T12:00:00Z', 'midday'],
    ['2026-12-01T12:30:00Z', '12:30pm'],
    ['2026-12-01T00:00:00Z', 'midnight'],
    ['2026-12-01T00:30:00Z', '12:30am'],
    ['2026-12-01T23:59:00Z', '11:59pm'],
  ])('%s is %s in London', (instant, words) => expect(formatTime(at(instant), 'Europe/London')).toBe(words))

  it.each([
    ['2026-10-25T00:30:00Z', 'Europe/London', '1:30am (GMT+1)'],
    ['2026-10-25T01:30:00Z', 'Europe/London', '1:30am (GMT+0)'],
    ['2026-10-25T02:00:00Z', 'Europe/London', '2am'],
    ['2026-11-01T05:30:00Z', 'America/New_York', '1:30am (GMT\u22124)'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '1:30am (GMT\u22125)'],
    ['2027-04-03T14:45:00Z', 'Australia/Lord_Howe', '1:45am (GMT+11)'],
    ['2027-04-03T15:15:00Z', 'Australia/Lord_Howe', '1:45am (GMT+10:30)'],
  ])('PG-23 an hour that comes twice says which: %s in %s', (instant, zone, words) =>
    expect(formatTime(at(instant), zone)).toBe(words),
  )

  it('have ends, days and dates', () => {
    const session = { start: at('2026-12-01T11:00:00Z'), end: at('2026-12-01T12:00:00Z') }
    expect(formatTimes(session, 'Europe/London')).toBe('11am to midday')
    expect(formatDay('2026-12-01')).toBe('Tuesday 1 December')
    expect(formatDayAndTime(at('2026-12-31T23:30:00Z'), 'Europe/Berlin')).toBe('Friday 1 January, 12:30am')
    const now = at('2026-12-02T08:00:00Z')
    expect(formatMoment(at('2026-12-02T07:00:00Z'), 'Europe/London', now)).toBe('7am')
    expect(formatMoment(at('2026-12-01T07:00:00Z'), 'Europe/London', now)).toBe('1 December, 7am')
    expect(formatMoment(at('2025-12-01T07:00:00Z'), 'Europe/London', now)).toBe('1 December 2025, 7am')
    expect(formatDayFrom('2026-12-31', 'Europe/London', now)).toBe('Thursday 31 December')
    expect(formatDayFrom('2027-01-01', 'Europe/London', now)).toBe('Friday 1 January 2027')
  })
})

describe('zones', () => {
  it.each([
    ['Europe/Berlin', '2026-12-01T00:00:00Z', 'Berlin (GMT+1)'],
    ['Europe/Berlin', '2026-07-01T00:00:00Z', 'Berlin (GMT+2)'],
    ['America/St_Johns', '2026-12-01T00:00:00Z', 'St Johns (GMT\u22123:30)'],
    ['Asia/Kathmandu', '2026-12-01T00:00:00Z', 'Kathmandu (GMT+5:45)'],
    ['America/Argentina/Buenos_Aires', '2026-12-01T00:00:00Z', 'Buenos Aires (GMT\u22123)'],
    ['UTC', '2026-12-01T00:00:00Z', 'UTC (GMT+0)'],
  ])('%s at %s is %s', (zone, instant, words) => expect(formatZone(zone, at(instant))).toBe(words))

  it('PG-21 PG-22 differ by their clocks at that instant, not by their names', () => {
    expect(clocksDiffer('Asia/Kolkata', 'Asia/Calcutta', at('2026-12-01T00:00:00Z'))).toBe(false)
    expect(clocksDiffer('Europe/London', 'Europe/Lisbon', at('2026-12-01T00:00:00Z'))).toBe(false)
    expect(clocksDiffer('Europe/London', 'Africa/Lagos', at('2026-12-01T00:00:00Z'))).toBe(true)
    expect(clocksDiffer('Europe/London', 'Africa/Lagos', at('2026-07-01T00:00:00Z'))).toBe(false)
    expect(cityOf('America/New_York')).toBe('New York')
  })
})

describe('lists and counts', () => {
  it('read like a sentence', () => {
    expect([count(1, 'session'), count(0, 'session')]).toEqual(['1 session', '0 sessions'])
    expect([listed([]), listed(['A']), listed(['A', 'B']), listed(['A', 'B', 'C'])]).toEqual([
      '',
      'A',
      'A and B',
      'A, B and C',
    ])
  })
})
