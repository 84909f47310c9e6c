import { describe, expect, it } from 'vitest'
import type { BusyKind } from './busy-time.ts'
import type { Interval } from './interval.ts'
import { type ExplainedOccupied, explainDays } from './slot-reasons.ts'
import type { SlotRules } from './slots.ts'
import { wallClockOf } from './zoned-time.ts'

const ZONE = 'Europe/Berlin'
/** A Monday; all days lie in the winter, an hour ahead of UTC. */
const MONDAY = '2026-11-30'
const sunday = new Date('2026-11-29T12:00:00Z')

const rules = (over: Partial<SlotRules> = {}): SlotRules => ({
  timeZone: ZONE,
  workingHours: [1, 2, 3].map((weekday) => ({ weekday, startMinute: 9 * 60, endMinute: 17 * 60 })),
  gridMinutes: 30,
  minimumNoticeMinutes: 240,
  horizonDays: 90,
  service: { durationMinutes: 50, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
  ...over,
})
const at = (time: string): Date => new Date(`${MONDAY}T${time}:00+01:00`)
const span = (start: string, end: string): Interval => ({ start: at(start), end: at(end) })
const marked = (calendarId: string, kind: BusyKind, ...spans: readonly Interval[]) => ({
  calendarId,
  busy: spans.map((one) => ({ ...one, kind })),
})
const occupied = (over: Partial<ExplainedOccupied> = {}): ExplainedOccupied => {
  const calendars = over.calendars ?? []
  return { blocked: [], sessions: [], busy: calendars.flatMap(({ busy }) => busy), ...over, calendars }
}
const clock = (instant: Date): string => {
  const { hour, minute } = wallClockOf(instant, ZONE)
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
/** "10:00-12:30 free 5", of the working hours of a day. */
const explained = (over: Partial<SlotRules> = {}, what = occupied(), now = sunday, day = MONDAY): string[] =>
  explainDays(rules(over), day, day, now, what).flatMap(({ stretches }) =>
    stretches
      .filter(({ is }) => is !== 'outside_hours')
      .map((one) => {
        const more = one.is === 'free' ? one.starts.length : one.is === 'calendar' ? [one.kind, ...one.calendarIds] : ''
        return `${clock(one.start)}-${clock(one.end)} ${one.is} ${String(more)}`.trim()
      }),
  )

describe('the reasons of a day', () => {
  it('PG-37 are free with its starts, what takes it, and by which calendar', () => {
    const what = occupied({
      sessions: [span('14:00', '14:50')],
      blocked: [span('14:00', '15:00')],
      calendars: [
        marked('work', 'busy', span('08:00', '09:45')),
        marked('family', 'tentative', span('16:00', '16:30')),
      ],
    })
    expect(explained({}, what)).toEqual([
      '09:00-09:45 calendar busy,work',
      '09:45-14:00 free 7',
      '14:00-14:50 session',
      '14:50-15:00 buffer',
      '15:00-16:00 free 1',
      '16:00-16:30 calendar tentative,family',
      '16:30-17:00 short',
    ])
  })

  it('PG-37 name every calendar that is busy then, and what is surer before what is not', () => {
    const calendars = [
      marked('work', 'tentative', span('09:00', '12:00')),
      marked('family', 'busy', span('11:00', '13:00')),
      marked('club', 'busy', span('12:30', '13:00')),
      marked('home', 'elsewhere', span('13:00', '17:00')),
      marked('trip', 'away', span('15:00', '17:00')),
    ]
    expect(explained({}, occupied({ calendars }))).toEqual([
      '09:00-11:00 calendar tentative,work',
      '11:00-12:30 calendar busy,family',
      '12:30-13:00 calendar busy,family,club',
      '13:00-15:00 calendar elsewhere,home',
      '15:00-17:00 calendar away,trip',
    ])
  })

  it('PG-37 name no calendar where it is not known in which she is busy, and believe no calendar that `busy` does not hold', () => {
    const what = {
      ...occupied({ calendars: [marked('work', 'busy', span('09:00', '12:00'))] }),
      busy: [span('11:00', '13:00')],
    }
    expect(explained({}, what)).toEqual([
      '09:00-11:00 free 3',
      '11:00-12:00 calendar busy,work',
      '12:00-13:00 calendar busy',
      '13:00-17:00 free 7',
    ])
  })

  it('PG-37 are the session and not the entry that was written for it', () => {
    const session = span('14:00', '14:50')
    const calendars = [marked('work', 'busy', span('14:00', '15:10'))]
    const what = occupied({ sessions: [session], blocked: [session], calendars })
    expect(explained({}, what).slice(1, 3)).toEqual(['14:00-14:50 session', '14:50-15:10 calendar busy,work'])
  })

  it('PG-37 keep the buffers of the service that is asked for clear of sessions, not of calendars', () => {
    const service = { durationMinutes: 50, bufferBeforeMinutes: 10, bufferAfterMinutes: 20 }
    const session = span('12:00', '12:50')
    const calendars = [marked('work', 'busy', span('15:00', '16:00'))]
    expect(explained({ service }, occupied({ sessions: [session], blocked: [session], calendars }))).toEqual([
      '09:00-11:40 free 4',
      '11:40-12:00 buffer',
      '12:00-12:50 session',
      '12:50-13:00 buffer',
      '13:00-15:00 free 3',
      '15:00-16:00 calendar busy,work',
      '16:00-17:00 free 1',
    ])
  })

  it('PG-37 are too soon up to the end of the notice, and past up to now', () => {
    expect(explained({}, occupied(), at('10:10'))).toEqual([
      '09:00-10:10 past',
      '10:10-14:10 notice',
      '14:10-17:00 free 4',
    ])
    expect(explained({}, occupied(), at('12:30'))).toEqual(['09:00-12:30 past', '12:30-17:00 notice'])
    expect(explained({ minimumNoticeMinutes: 0 }, occupied(), at('16:20'))).toEqual([
      '09:00-16:20 past',
      '16:20-17:00 short',
    ])
    expect(explained({ minimumNoticeMinutes: 20 }, occupied(), at('10:05'))[1]).toBe('10:05-17:00 free 12')
  })

  it('PG-37 tell what is too short from what no start fits', () => {
    const calendars = [marked('work', 'busy', span('09:00', '09:10'), span('10:05', '16:20'))]
    expect(explained({}, occupied({ calendars }))).toEqual([
      '09:00-09:10 calendar busy,work',
      '09:10-10:05 off_grid',
      '10:05-16:20 calendar busy,work',
      '16:20-17:00 short',
    ])
    const exact = [marked('work', 'busy', span('09:00', '09:10'), span('10:00', '17:00'))]
    expect(explained({}, occupied({ calendars: exact }))[1]).toBe('09:10-10:00 off_grid')
  })

  it('PG-37 are outside of the working hours between two ranges of a day', () => {
    const workingHours = [
      { weekday: 1, startMinute: 9 * 60, endMinute: 12 * 60 },
      { weekday: 1, startMinute: 13 * 60, endMinute: 17 * 60 },
    ]
    const [day] = explainDays(rules({ workingHours }), MONDAY, MONDAY, sunday, occupied())
    expect(day?.stretches.map(({ start, end, is }) => `${clock(start)}-${clock(end)} ${is}`)).toEqual([
      '00:00-09:00 outside_hours',
      '09:00-12:00 free',
      '12:00-13:00 outside_hours',
      '13:00-17:00 free',
      '17:00-00:00 outside_hours',
    ])
  })

  it('PG-37 are one for a whole day that is over, closed or beyond the horizon', () => {
    const day = (asked: string) => explained({ horizonDays: 8 }, occupied(), at('08:00'), asked)
    expect([day('2026-11-29'), day('2026-12-03'), day('2026-12-08'), day('2026-12-09')]).toEqual([
      ['00:00-00:00 past'],
      ['00:00-00:00 closed'],
      ['09:00-17:00 free 15'],
      ['00:00-00:00 beyond_horizon'],
    ])
  })

  it.each([
    ['2027-03-28', 23],
    ['2027-10-31', 25],
  ])('F-73 PG-37 cover a day on which the clock changes: %s has %i hours', (day, hours) => {
    const workingHours = [
      { weekday: 7, startMinute: 0, endMinute: 150 },
      { weekday: 7, startMinute: 150, endMinute: 1440 },
    ]
    const [found] = explainDays(rules({ workingHours, horizonDays: 366 }), day, day, sunday, occupied())
    const [only, ...more] = found?.stretches ?? []
    expect(more).toEqual([])
    expect(only && only.end.getTime() - only.start.getTime()).toBe(hours * 3_600_000)
    expect(only?.is === 'free' && new Set(only.starts.map(String)).size === only.starts.length).toBe(true)
  })

  it('F-73 PG-37 have nothing to say of a day that the zone has skipped', () => {
    const day = '2011-12-30'
    const skipped = rules({ timeZone: 'Pacific/Apia', workingHours: [{ weekday: 5, startMinute: 0, endMinute: 1440 }] })
    expect(explainDays(skipped, day, day, new Date('2011-12-20T00:00:00Z'), occupied())).toEqual([
      { day, stretches: [] },
    ])
  })
})
