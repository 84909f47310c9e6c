import { describe, expect, it } from 'vitest'
import type { Interval } from '../../src/domain/interval.ts'
import { createFindTimes, lastBookableDay, type TimeSearch } from '../../src/services/find-times.ts'
import type { Offer } from '../../src/services/offer-slots.ts'
import { NOW, service, slot, snapshot, tenant } from '../support/fixtures.ts'

const search: TimeSearch = { snapshot, service, zone: tenant.timeZone, now: NOW }
const { signal } = new AbortController()
const UNREADABLE = { known: false, because: 'timeout', retryAfterMs: 4_000 } as const

/** Finds among `offered`, which the calendar of a therapist who works on Tuesdays offers; `asked` lists the days asked for. */
function finding(offered: readonly Interval[] | ((first: string, last: string) => Offer)) {
  const asked: string[][] = []
  const findTimes = createFindTimes({
    offerSlots: {
      offer: async ({ firstDay, lastDay }) => {
        asked.push([firstDay, lastDay])
        if (typeof offered === 'function') return offered(firstDay, lastDay)
        return { known: true, checkedAt: NOW, slots: offered }
      },
    },
  })
  return { findTimes, asked }
}

const startsOf = (found: { readonly known: boolean; readonly slots?: readonly Interval[] }) =>
  found.slots?.map(({ start }) => start.toISOString())

describe('times between two days', () => {
  it('are those that start on these days of the client, whose day touches two of the therapist’s', async () => {
    const inside = [slot('2026-11-30T11:00:00Z'), slot('2026-12-01T10:59:00Z')]
    const { findTimes, asked } = finding([slot('2026-11-30T10:59:00Z'), ...inside, slot('2026-12-01T11:00:00Z')])
    const auckland = { ...search, zone: 'Pacific/Auckland' }
    expect(await findTimes.between(auckland, '2026-12-01', '2026-12-01', signal)).toEqual({
      known: true,
      slots: inside,
    })
    expect(asked).toEqual([['2026-11-30', '2026-12-01']])
  })

  it('ask for no day of the therapist that ends where the client’s begins', async () => {
    const { findTimes, asked } = finding([])
    await findTimes.between(search, '2026-12-01', '2026-12-02', signal)
    expect(asked).toEqual([['2026-12-01', '2026-12-02']])
  })

  it('are unknown while the calendar cannot be read', async () => {
    const { findTimes } = finding(() => UNREADABLE)
    expect(await findTimes.between(search, '2026-12-01', '2026-12-01', signal)).toEqual(UNREADABLE)
  })
})

describe('the first free time', () => {
  it('is looked for in windows that join, each of at most 31 days of the therapist', async () => {
    const { findTimes, asked } = finding([])
    expect(await findTimes.firstFrom(search, '2026-12-01', signal)).toBe('none')
    expect(asked).toEqual([
      ['2026-12-01', '2026-12-29'],
      ['2026-12-30', '2027-01-27'],
      ['2027-01-28', '2027-02-25'],
      ['2027-02-26', lastBookableDay(tenant, tenant.timeZone, NOW)],
    ])
  })

  it('ends the search where it is found', async () => {
    const found = slot('2027-01-05T09:00:00Z')
    const { findTimes, asked } = finding([found, slot('2027-01-05T10:00:00Z')])
    expect(await findTimes.firstFrom(search, '2026-12-01', signal)).toEqual(found)
    expect(asked).toHaveLength(2)
  })

  it('is found on the last day of the longest horizon', async () => {
    const last = slot('2027-12-01T09:00:00Z')
    const { findTimes } = finding([last])
    const longest = { ...search, snapshot: { ...snapshot, tenant: { ...tenant, horizonDays: 366 } } }
    expect(await findTimes.firstFrom(longest, '2026-11-30', signal)).toEqual(last)
  })

  it('is looked for a fixed number of times, whatever the horizon', async () => {
    const { findTimes, asked } = finding([])
    const endless = { ...search, snapshot: { ...snapshot, tenant: { ...tenant, horizonDays: 36_600 } } }
    expect(await findTimes.firstFrom(endless, '2026-11-30', signal)).toBe('none')
    expect(asked).toHaveLength(13)
  })

  it('is unknown, and not none, as soon as one window cannot be read', async () => {
    const { findTimes, asked } = finding((first) =>
      first > '2026-12-20' ? UNREADABLE : { known: true, checkedAt: NOW, slots: [] },
    )
    expect(await findTimes.firstFrom(search, '2026-12-01', signal)).toEqual(UNREADABLE)
    expect(asked).toHaveLength(2)
  })
})

describe('the nearest times', () => {
  it('are six, in order of time, however far before or after', async () => {
    const hours = ['07', '08', '09', '10', '12', '13', '14', '15']
    const { findTimes, asked } = finding(hours.map((hour) => slot(`2026-12-08T${hour}:00:00Z`)))
    const found = await findTimes.nearest(search, new Date('2026-12-08T11:00:00Z'), signal)
    expect(startsOf(found)).toEqual(['08', '09', '10', '12', '13', '14'].map((hour) => `2026-12-08T${hour}:00:00.000Z`))
    expect(asked).toEqual([['2026-12-05', '2026-12-22']])
  })

  it.each([
    ['before today', '2020-01-01T09:00:00Z', ['2026-11-30', '2026-12-14']],
    ['behind the horizon', '2030-01-01T09:00:00Z', ['2027-02-25', '2027-03-14']],
  ])('of a time %s are looked for among days that can be booked', async (_when, wanted, days) => {
    const { findTimes, asked } = finding([])
    expect(await findTimes.nearest(search, new Date(wanted), signal)).toEqual({ known: true, slots: [] })
    expect(asked).toEqual([days])
  })

  it('are unknown while the calendar cannot be read', async () => {
    const { findTimes } = finding(() => UNREADABLE)
    expect(await findTimes.nearest(search, NOW, signal)).toEqual(UNREADABLE)
  })
})

describe('a day without times', () => {
  it.each([
    ['2026-11-30', 'Europe/London', 'outside'],
    ['2026-12-01', 'Europe/London', 'full'],
    ['2026-12-02', 'Europe/London', 'outside'],
    ['2026-12-02', 'Pacific/Auckland', 'full'],
    ['2026-11-24', 'Europe/London', 'notice'],
    ['2026-11-29', 'Europe/London', 'outside'],
  ])('%s in %s is %s', async (day, zone, why) => {
    const { findTimes } = finding([])
    expect(await findTimes.whyNone({ ...search, zone }, day)).toBe(why)
  })

  it('whose last session starts within the minimum notice is too close', async () => {
    const { findTimes } = finding([])
    const whyAt = (now: string) => findTimes.whyNone({ ...search, now: new Date(now) }, '2026-12-01')
    expect(await whyAt('2026-12-01T12:00:00Z')).toBe('full')
    expect(await whyAt('2026-12-01T12:00:01Z')).toBe('notice')
    expect(await whyAt('2026-12-01T20:00:00Z')).toBe('notice')
  })

  it('on which a session does not fit between the working hours is outside them, and not full', async () => {
    const { findTimes } = finding([])
    const long = { ...search, service: { ...service, durationMinutes: 600 } }
    expect(await findTimes.whyNone(long, '2026-12-01')).toBe('outside')
  })
})
