import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { busyOf } from '../../src/adapters/microsoft-calendar/free-busy-status.ts'
import { reachOf } from '../../src/adapters/microsoft-calendar/time/all-day-events.ts'
import { DEFAULTS, event, garbledCode, utc } from './graph-event.ts'
import { DAY, firstInstantOf, HOUR, isAmbiguous } from './wall-clock.ts'

describe('an all-day event', () => {
  const TENANTS = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kolkata', 'UTC']
  const MAKERS = [...TENANTS, 'America/Los_Angeles', 'Asia/Tokyo', 'America/St_Johns', 'Asia/Kathmandu', 'Africa/Cairo']
  /** Midnight there is midnight a day earlier elsewhere: the two cannot be told apart by the hour. */
  const FAR = ['Pacific/Honolulu', 'Pacific/Auckland', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Pacific/Tongatapu']
  const date = fc.integer({ min: Date.UTC(2012, 0) / DAY, max: Date.UTC(2035, 0) / DAY })
  const days = fc.integer({ min: 1, max: 20 })

  const read = (tenant: string, start: unknown, end: unknown) => {
    const span = busyOf(event({ isAllDay: true, start, end }), DEFAULTS, tenant)
    return [span?.start.getTime() ?? 0, span?.end.getTime() ?? 0] as const
  }

  test('F-77 an all-day event that stays at midnight blocks its dates in the tenant’s zone', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TENANTS, ...FAR), date, days, (tenant, first, length) => {
        const [start, end] = read(tenant, utc(first * DAY), utc((first + length) * DAY))
        expect([start, end]).toEqual([firstInstantOf(first, tenant), firstInstantOf(first + length, tenant)])
      }),
    )
  })

  test('F-77 an all-day event that was moved to UTC blocks its dates in the tenant’s zone, whatever zone it was made in', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TENANTS),
        fc.constantFrom(...MAKERS),
        date,
        days,
        (tenant, maker, first, length) => {
          const moved = [firstInstantOf(first, maker), firstInstantOf(first + length, maker)] as const
          fc.pre(moved.every((edge) => !isAmbiguous(edge) || tenant === maker))
          const [start, end] = read(tenant, utc(moved[0]), utc(moved[1]))
          expect([start, end]).toEqual([firstInstantOf(first, tenant), firstInstantOf(first + length, tenant)])
        },
      ),
    )
  })

  test('F-77 an all-day event that never ends blocks up to the last day there is, also where that is read as a day later', () => {
    const start = '2027-01-05T00:00:00.0000000'
    for (const end of ['9999-12-31T00:00:00.0000000', '9999-12-31T18:00:00.0000000'])
      expect(read('UTC', { dateTime: start, timeZone: 'UTC' }, { dateTime: end, timeZone: 'UTC' })[1]).toBeGreaterThan(
        Date.UTC(9999, 11, 30),
      )
  })

  test('F-77 an all-day event of the far west or far east blocks at least its dates', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Europe/Berlin', 'America/New_York'),
        fc.constantFrom(...FAR),
        date,
        days,
        (tenant, maker, first, length) => {
          const [start, end] = read(
            tenant,
            utc(firstInstantOf(first, maker)),
            utc(firstInstantOf(first + length, maker)),
          )
          expect(start).toBeLessThanOrEqual(firstInstantOf(first, tenant))
          expect(end).toBeGreaterThanOrEqual(firstInstantOf(first + length, tenant))
          expect(end - start).toBeLessThanOrEqual((length + 2) * DAY + 2 * HOUR)
        },
      ),
    )
  })

  test('F-77 an all-day event of the tenant’s own zone is exact, wherever the tenant lives', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TENANTS, ...FAR), date, days, (tenant, first, length) => {
        const own = [firstInstantOf(first, tenant), firstInstantOf(first + length, tenant)] as const
        expect(read(tenant, utc(own[0]), utc(own[1]))).toEqual(own)
      }),
    )
  })

  test('F-77 answered in another zone than asked keeps its dates', () => {
    const berlin = (dateTime: string) => ({ dateTime, timeZone: 'W. Europe Standard Time' })
    const [start, end] = read('America/New_York', berlin('2027-03-28T00:00:00'), berlin('2027-03-29T00:00:00'))
    expect([start, end]).toEqual([Date.parse('2027-03-28T04:00Z'), Date.parse('2027-03-29T04:00Z')])
  })

  test('F-77 over the turn of the year, on the short and the long day', () => {
    const year = read('Europe/Berlin', utc(Date.UTC(2026, 11, 31)), utc(Date.UTC(2027, 0, 2)))
    expect(year).toEqual([Date.parse('2026-12-30T23:00Z'), Date.parse('2027-01-01T23:00Z')])
    const short = read('Europe/Berlin', utc(Date.UTC(2027, 2, 28)), utc(Date.UTC(2027, 2, 29)))
    const long = read('Europe/Berlin', utc(Date.UTC(2027, 9, 31)), utc(Date.UTC(2027, 10, 1)))
    expect([short[1] - short[0], long[1] - long[0]]).toEqual([23 * HOUR, 25 * HOUR])
  })

  test('F-77 an all-day event of no length is still a day; one that ends before it starts is garbled', () => {
    const midnight = utc(Date.UTC(2027, 0, 5))
    const [start, end] = read('UTC', midnight, midnight)
    expect(end - start).toBe(DAY)
    expect(garbledCode(() => read('UTC', midnight, utc(Date.UTC(2027, 0, 3))))).toBe('event_reversed')
  })

  test('F-77 the window reaches every midnight of a day that touches it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TENANTS, ...FAR),
        fc.constantFrom(...MAKERS, ...FAR),
        date,
        (tenant, maker, first) => {
          const day = { start: firstInstantOf(first, tenant), end: firstInstantOf(first + 1, tenant) }
          const own = { start: firstInstantOf(first, maker), end: firstInstantOf(first + 1, maker) }
          // The last minute of the day, and its first.
          for (const at of [day.start, day.end - 60_000]) {
            const asked = reachOf(new Date(at), new Date(at + 60_000), tenant)
            expect(own.start < asked.end.getTime() && own.end > asked.start.getTime()).toBe(true)
          }
        },
      ),
    )
  })
})
