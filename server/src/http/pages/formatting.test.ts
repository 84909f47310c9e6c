import { describe, expect, it } from 'vitest'
import type { Locale } from '../../domain/locale.ts'
import {
  cityOf,
  clocksDiffer,
  count,
  formatDay,
  formatDayAndTime,
  formatDayFrom,
  formatDayWithYear,
  formatDuration,
  formatMoment,
  formatTime,
  formatTimes,
  formatZone,
  listed,
  waitFor,
} from './formatting.ts'

const ENGLISH: Locale = { language: 'en', clock: '12h' }
const WITH_24: Locale = { language: 'en', clock: '24h' }
const GERMAN: Locale = { language: 'de', clock: '24h' }

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
  ])('%s is %s in London', (instant, words) => expect(formatTime(at(instant), 'Europe/London', ENGLISH)).toBe(words))

  it.each([
    ['2026-10-25T00:30:00Z', 'Europe/London', '1:30am (GMT+1)'],
    ['2026-10-25T01:30:00Z', 'Europe/London', '1:30am (GMT+0)'],
    ['2026-10-25T02:00:00Z', 'Europe/London', '2am'],
    ['2026-11-01T05:30:00Z', 'America/New_York', '1:30am (GMT\u22124)'],
    ['2026-11-01T06:30:00Z', 'America/New_York', '1:30am (GMT\u22125)'],
    ['2027-04-03T14:45:00Z', 'Australia/Lord_Howe', '1:45am (GMT+11)'],
    ['2027-04-03T15:15:00Z', 'Australia/Lord_Howe', '1:45am (GMT+10:30)'],
  ])('PG-23 an hour that comes twice says which: %s in %s', (instant, zone, words) =>
    expect(formatTime(at(instant), zone, ENGLISH)).toBe(words),
  )

  it.each([
    ['2026-12-01T09:00:00Z', '09:00', '09:00 Uhr'],
    ['2026-12-01T12:00:00Z', '12:00', '12:00 Uhr'],
    ['2026-12-01T00:00:00Z', '00:00', '00:00 Uhr'],
    ['2026-12-01T23:59:00Z', '23:59', '23:59 Uhr'],
    ['2026-10-25T00:30:00Z', '01:30 (GMT+1)', '01:30 Uhr (GMT+1)'],
    ['2026-10-25T01:30:00Z', '01:30 (GMT+0)', '01:30 Uhr (GMT+0)'],
  ])('%s is %s in London with 24 hours, and %s in German', (instant, english, german) => {
    expect(formatTime(at(instant), 'Europe/London', WITH_24)).toBe(english)
    expect(formatTime(at(instant), 'Europe/London', GERMAN)).toBe(german)
  })

  it('have ends, days and dates in German, and the right ones on both sides of a clock change', () => {
    const session = { start: at('2026-12-01T11:00:00Z'), end: at('2026-12-01T12:00:00Z') }
    expect(formatTimes(session, 'Europe/Berlin', GERMAN)).toBe('12:00 bis 13:00 Uhr')
    expect(formatTimes(session, 'Europe/Berlin', WITH_24)).toBe('12:00 to 13:00')
    expect(formatDay('2026-12-01', GERMAN)).toBe('Dienstag, 1. Dezember')
    expect(formatDayWithYear('2026-03-31', GERMAN)).toBe('Dienstag, 31. März 2026')
    expect(formatDayWithYear('2026-12-01', ENGLISH)).toBe('Tuesday 1 December 2026')
    const now = at('2026-12-02T08:00:00Z')
    expect(formatMoment(at('2025-12-01T07:00:00Z'), 'Europe/Berlin', now, GERMAN)).toBe('1. Dezember 2025, 08:00 Uhr')
    const sides = ['2026-10-24T22:30:00Z', '2026-10-25T23:30:00Z', '2026-03-28T23:30:00Z', '2026-03-29T22:30:00Z']
    expect(sides.map((instant) => formatDayAndTime(at(instant), 'Europe/Berlin', GERMAN))).toEqual([
      'Sonntag, 25. Oktober, 00:30 Uhr',
      'Montag, 26. Oktober, 00:30 Uhr',
      'Sonntag, 29. März, 00:30 Uhr',
      'Montag, 30. März, 00:30 Uhr',
    ])
    expect(sides.map((instant) => formatDayAndTime(at(instant), 'Europe/Berlin', ENGLISH))).toEqual([
      'Sunday 25 October, 12:30am',
      'Monday 26 October, 12:30am',
      'Sunday 29 March, 12:30am',
      'Monday 30 March, 12:30am',
    ])
  })

  it('have ends, days and dates', () => {
    const session = { start: at('2026-12-01T11:00:00Z'), end: at('2026-12-01T12:00:00Z') }
    expect(formatTimes(session, 'Europe/London', ENGLISH)).toBe('11am to midday')
    expect(formatDay('2026-12-01', ENGLISH)).toBe('Tuesday 1 December')
    expect(formatDayAndTime(at('2026-12-31T23:30:00Z'), 'Europe/Berlin', ENGLISH)).toBe('Friday 1 January, 12:30am')
    const now = at('2026-12-02T08:00:00Z')
    expect(formatMoment(at('2026-12-02T07:00:00Z'), 'Europe/London', now, ENGLISH)).toBe('7am')
    expect(formatMoment(at('2026-12-01T07:00:00Z'), 'Europe/London', now, ENGLISH)).toBe('1 December, 7am')
    expect(formatMoment(at('2025-12-01T07:00:00Z'), 'Europe/London', now, ENGLISH)).toBe('1 December 2025, 7am')
    expect(formatDayFrom('2026-12-31', 'Europe/London', now, ENGLISH)).toBe('Thursday 31 December')
    expect(formatDayFrom('2027-01-01', 'Europe/London', now, ENGLISH)).toBe('Friday 1 January 2027')
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

  it.each([
    ['Berlin (GMT+1)', ['2026-12-01T00:00:00Z', '2027-03-28T00:59:00Z']],
    ['Berlin', ['2026-12-01T00:00:00Z', '2027-03-28T01:00:00Z']],
    ['Berlin', ['2026-12-01T00:00:00Z', '2027-07-01T00:00:00Z', '2027-12-01T00:00:00Z']],
  ])('of several times have an offset where it is that of all: %s', (words, [first = '', ...others]) =>
    expect(formatZone('Europe/Berlin', at(first), ...others.map(at))).toBe(words),
  )

  it('PG-21 PG-22 differ by their clocks at that instant, not by their names', () => {
    expect(clocksDiffer('Asia/Kolkata', 'Asia/Calcutta', at('2026-12-01T00:00:00Z'))).toBe(false)
    expect(clocksDiffer('Europe/London', 'Europe/Lisbon', at('2026-12-01T00:00:00Z'))).toBe(false)
    expect(clocksDiffer('Europe/London', 'Africa/Lagos', at('2026-12-01T00:00:00Z'))).toBe(true)
    expect(clocksDiffer('Europe/London', 'Africa/Lagos', at('2026-07-01T00:00:00Z'))).toBe(false)
    expect(cityOf('America/New_York')).toBe('New York')
  })
})

describe('durations', () => {
  it('are counted by the rules of the language', () => {
    expect([1, 50].map((n) => formatDuration(n, ENGLISH))).toEqual(['1 minute', '50 minutes'])
    expect([1, 50].map((n) => formatDuration(n, GERMAN))).toEqual(['1 Minute', '50 Minuten'])
    expect([undefined, 61].map((n) => waitFor(n, ENGLISH))).toEqual(['a minute', '2 minutes'])
    expect([undefined, 61].map((n) => waitFor(n, GERMAN))).toEqual(['eine Minute', '2 Minuten'])
    expect(listed(['A', 'B', 'C'], GERMAN)).toBe('A, B und C')
  })
})

describe('lists and counts', () => {
  it('read like a sentence', () => {
    expect([count(1, 'session'), count(0, 'session')]).toEqual(['1 session', '0 sessions'])
    expect([
      listed([], ENGLISH),
      listed(['A'], ENGLISH),
      listed(['A', 'B'], ENGLISH),
      listed(['A', 'B', 'C'], ENGLISH),
    ]).toEqual(['', 'A', 'A and B', 'A, B and C'])
  })
})
