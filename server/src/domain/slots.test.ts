import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockedBy } from './booking.ts'
import { DAY_MS, MINUTE_MS } from './durations.ts'
import { type Interval, overlaps } from './interval.ts'
import { bookableDays, freeSlots, gridSlots, isOccupied, isOnGrid, type SlotRules } from './slots.ts'
import { dayOf } from './zoned-time.ts'

const rules = (over: Partial<SlotRules> = {}): SlotRules => ({
  timeZone: 'Europe/Berlin',
  workingHours: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 9 * 60, endMinute: 17 * 60 })),
  gridMinutes: 30,
  minimumNoticeMinutes: 240,
  horizonDays: 90,
  service: { durationMinutes: 50, bufferBeforeMinutes: 0, bufferAfterMinutes: 0 },
  ...over,
})
const span = (start: string, end: string): Interval => ({ start: new Date(start), end: new Date(end) })
const starts = (slots: readonly Interval[]): string[] => slots.map(({ start }) => start.toISOString())
const sunday = new Date('2026-11-22T12:00:00Z')

describe('the grid', () => {
  it('starts every half hour from the start of the working hours and ends inside them', () => {
    const slots = gridSlots(rules(), '2026-11-23', '2026-11-23', sunday)
    expect(slots).toHaveLength(15)
    expect(slots[0]?.start.toISOString()).toBe('2026-11-23T08:00:00.000Z')
    expect(slots.at(-1)?.start.toISOString()).toBe('2026-11-23T15:00:00.000Z')
  })

  it('offers nothing in the past, inside the notice or beyond the horizon', () => {
    const monday = new Date('2026-11-23T09:10:00Z')
    expect(starts(gridSlots(rules(), '2026-11-20', '2026-11-23', monday))[0]).toBe('2026-11-23T13:30:00.000Z')
    expect(
      gridSlots(rules({ horizonDays: 3 }), '2026-11-23', '2026-12-31', monday).every(
        ({ start }) => start < new Date('2026-11-27T00:00Z'),
      ),
    ).toBe(true)
  })

  it('offers a session that ends exactly at closing time, and none that would end after it', () => {
    const open = (endMinute: number) => rules({ workingHours: [{ weekday: 1, startMinute: 9 * 60, endMinute }] })
    const offered = (endMinute: number) => starts(gridSlots(open(endMinute), '2026-11-23', '2026-11-23', sunday))
    expect(offered(9 * 60 + 50)).toEqual(['2026-11-23T08:00:00.000Z'])
    expect(offered(9 * 60 + 49)).toEqual([])
    expect(offered(10 * 60 + 20)).toEqual(['2026-11-23T08:00:00.000Z', '2026-11-23T08:30:00.000Z'])
  })

  it('offers a start exactly at the end of the notice, and none a millisecond before it', () => {
    const first = (now: string) => starts(gridSlots(rules(), '2026-11-23', '2026-11-23', new Date(now)))[0]
    expect(first('2026-11-23T05:00:00.000Z')).toBe('2026-11-23T09:00:00.000Z')
    expect(first('2026-11-23T05:00:00.001Z')).toBe('2026-11-23T09:30:00.000Z')
  })

  it('gives the starts of a day in order, in whatever order its working hours stand', () => {
    const workingHours = [
      { weekday: 1, startMinute: 15 * 60, endMinute: 16 * 60 },
      { weekday: 1, startMinute: 9 * 60, endMinute: 10 * 60 },
    ]
    expect(starts(gridSlots(rules({ workingHours }), '2026-11-23', '2026-11-23', sunday))).toEqual([
      '2026-11-23T08:00:00.000Z',
      '2026-11-23T14:00:00.000Z',
    ])
  })

  it('can be booked from today to the horizon, both included', () => {
    const days = (first: string, last: string) => bookableDays(rules({ horizonDays: 3 }), first, last, sunday)
    expect(days('2026-11-01', '2026-12-31')).toEqual({ first: '2026-11-22', last: '2026-11-25' })
    expect(days('2026-11-23', '2026-11-24')).toEqual({ first: '2026-11-23', last: '2026-11-24' })
    expect(days('2026-11-25', '2026-11-25')).toEqual({ first: '2026-11-25', last: '2026-11-25' })
    expect([days('2026-11-20', '2026-11-21'), days('2026-11-26', '2026-11-30')]).toEqual([undefined, undefined])
  })

  it('T-27 knows a start that was never offered', () => {
    for (const text of [
      '2026-11-23T08:10:00Z',
      '2026-11-23T07:30:00Z',
      '2026-11-23T15:30:00Z',
      '2026-11-21T09:00:00Z',
      '2027-06-07T08:00:00Z',
    ])
      expect(isOnGrid(rules(), new Date(text), sunday)).toBe(false)
    expect(isOnGrid(rules(), new Date('2026-11-23T08:30:00Z'), sunday)).toBe(true)
  })
})

describe('what occupies the therapist', () => {
  it('busy time never shifts the grid', () => {
    const busy = [span('2026-11-23T08:00:00Z', '2026-11-23T09:10:00Z')]
    expect(starts(freeSlots(rules(), '2026-11-23', '2026-11-23', sunday, { blocked: [], busy }))[0]).toBe(
      '2026-11-23T09:30:00.000Z',
    )
  })

  it('back-to-back is allowed', () => {
    const busy = [span('2026-11-23T08:50:00Z', '2026-11-23T09:00:00Z')]
    const free = starts(freeSlots(rules(), '2026-11-23', '2026-11-23', sunday, { blocked: [], busy }))
    expect(free.slice(0, 2)).toEqual(['2026-11-23T08:00:00.000Z', '2026-11-23T09:00:00.000Z'])
  })

  it('buffers keep clear of own bookings and not of external events', () => {
    const service = { durationMinutes: 50, bufferBeforeMinutes: 10, bufferAfterMinutes: 10 }
    const taken = [span('2026-11-23T09:00:00Z', '2026-11-23T10:00:00Z')]
    const own = starts(freeSlots(rules({ service }), '2026-11-23', '2026-11-23', sunday, { blocked: taken, busy: [] }))
    const external = starts(
      freeSlots(rules({ service }), '2026-11-23', '2026-11-23', sunday, { blocked: [], busy: taken }),
    )
    expect(own).toContain('2026-11-23T08:00:00.000Z')
    expect(own).not.toContain('2026-11-23T10:00:00.000Z')
    expect(external).toContain('2026-11-23T10:00:00.000Z')
  })

  it('occupies a session that meets busy time, or with its buffers another booking', () => {
    const service = { durationMinutes: 50, bufferBeforeMinutes: 10, bufferAfterMinutes: 10 }
    const session = span('2026-11-23T09:00:00Z', '2026-11-23T09:50:00Z')
    const elsewhere = span('2026-11-24T09:00:00Z', '2026-11-24T10:00:00Z')
    const [near, over] = [
      span('2026-11-23T09:50:00Z', '2026-11-23T10:30:00Z'),
      span('2026-11-23T09:40:00Z', '2026-11-23T10:30:00Z'),
    ]
    const occupied = (blocked: Interval[], busy: Interval[]) => isOccupied(session, service, { blocked, busy })
    expect([occupied([], []), occupied([elsewhere], [elsewhere])]).toEqual([false, false])
    expect([occupied([], [elsewhere, near]), occupied([elsewhere, near], [])]).toEqual([false, true])
    expect([occupied([], [over, elsewhere]), occupied([over, elsewhere], [])]).toEqual([true, true])
    expect(occupied([span('2026-11-23T10:00:00Z', '2026-11-23T10:30:00Z')], [])).toBe(false)
  })

  it('INV-1 no free slot ever meets busy time, a booking or its own length', () => {
    const base = Date.parse('2026-11-23T00:00:00Z')
    const occupied = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 2880 }), fc.integer({ min: 1, max: 300 })).map(([at, minutes]) => ({
        start: new Date(base + at * MINUTE_MS),
        end: new Date(base + (at + minutes) * MINUTE_MS),
      })),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(occupied, occupied, fc.integer({ min: 0, max: 30 }), (blocked, busy, buffer) => {
        const asked = rules({
          service: { durationMinutes: 50, bufferBeforeMinutes: buffer, bufferAfterMinutes: buffer },
        })
        const free = new Set(starts(freeSlots(asked, '2026-11-23', '2026-11-24', sunday, { blocked, busy })))
        for (const slot of gridSlots(asked, '2026-11-23', '2026-11-24', sunday)) {
          const meets =
            busy.some((other) => overlaps(other, slot)) ||
            blocked.some((other) => overlaps(other, blockedBy(slot, asked.service)))
          expect(free.has(slot.start.toISOString())).toBe(!meets)
          expect(isOccupied(slot, asked.service, { blocked, busy })).toBe(meets)
        }
      }),
    )
  })
})

describe('F-73 F-74 F-75 INV-16 clock changes', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia']
  const allDay = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, startMinute: 0, endMinute: 1440 }))

  it('every slot lasts its length, names an instant of its own day and is offered once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 365 }),
        fc.constantFrom(15, 30, 60),
        (timeZone, offset, gridMinutes) => {
          const now = new Date('2026-06-01T00:00:00Z')
          const day = dayOf(new Date(now.getTime() + (offset + 1) * DAY_MS), timeZone)
          const asked = rules({ timeZone, gridMinutes, workingHours: allDay, horizonDays: 366 })
          const slots = gridSlots(asked, day, day, now)
          expect(new Set(starts(slots)).size).toBe(slots.length)
          for (const slot of slots) {
            expect(slot.end.getTime() - slot.start.getTime()).toBe(50 * MINUTE_MS)
            expect(dayOf(slot.start, timeZone)).toBe(day)
          }
        },
      ),
    )
  })

  it.each([
    ['Europe/Berlin', '2027-03-28', 45],
    ['Europe/Berlin', '2027-03-27', 47],
    ['Europe/Berlin', '2027-10-31', 49],
    ['America/New_York', '2027-03-14', 45],
    ['America/New_York', '2027-11-07', 49],
  ])('%s on %s offers %d half-hourly starts', (timeZone, day, expected) => {
    const asked = rules({ timeZone, workingHours: allDay, horizonDays: 366 })
    const count = gridSlots(asked, day, day, new Date('2027-01-01T00:00:00Z')).length
    expect(count).toBe(expected)
  })
})
