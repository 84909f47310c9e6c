import { describe, expect, it } from 'vitest'
import { FreeBusyCache } from '../../src/services/free-busy-cache.ts'
import { until } from '../support/until.ts'

const HOUR = 3_600_000
const at = (hours: number) => new Date(Date.UTC(2030, 0, 1) + hours * HOUR)
const span = (from: number, to: number) => ({ start: at(from), end: at(to) })
const NOW = at(0)
const later = (milliseconds: number) => new Date(NOW.getTime() + milliseconds)
const DAY = span(8, 18)
const MAX_AGE_MS = 300_000

const read = (busy: readonly ReturnType<typeof span>[] = [], readAt = NOW) => ({ busy, readAt })

describe('FreeBusyCache', () => {
  it('answers with the newest read that covers the window, clipped to it', () => {
    const cache = new FreeBusyCache(MAX_AGE_MS)
    cache.set('a', span(0, 48), read([span(9, 11)]), NOW)
    cache.set('a', DAY, read([span(9, 12)], later(1000)), later(1000))
    expect(cache.hit('a', span(10, 18), MAX_AGE_MS, later(1000))).toEqual(read([span(10, 12)], later(1000)))
    expect(cache.hit('a', span(0, 49), MAX_AGE_MS, later(1000))).toBeUndefined()
    expect(cache.hit('b', DAY, MAX_AGE_MS, later(1000))).toBeUndefined()
  })

  it('never answers with a read that is older than asked for, or than its maximum', () => {
    const cache = new FreeBusyCache(MAX_AGE_MS)
    cache.set('a', DAY, read(), NOW)
    expect(cache.hit('a', DAY, 20_000, later(20_000))).toBeDefined()
    expect(cache.hit('a', DAY, 20_000, later(20_001))).toBeUndefined()
    expect(cache.hit('a', DAY, HOUR, later(MAX_AGE_MS))).toBeDefined()
    expect(cache.hit('a', DAY, HOUR, later(MAX_AGE_MS + 1))).toBeUndefined()
  })

  it('PR-04 expires what nobody asks for again', async () => {
    const cache = new FreeBusyCache(2)
    cache.set('a', DAY, read([span(9, 10)]), NOW)
    cache.set('b', DAY, read([span(9, 10)]), NOW)
    expect(cache.size).toBe(2)
    await until(() => cache.size === 0)
  })

  it('keeps nothing where the maximum is 0, and no read that is too old when it comes', () => {
    const none = new FreeBusyCache(0)
    none.set('a', DAY, read(), NOW)
    const slow = new FreeBusyCache(MAX_AGE_MS)
    slow.set('a', DAY, read(), later(MAX_AGE_MS))
    expect([none.size, slow.size]).toEqual([0, 0])
  })

  it('marks in older reads what a read of a part of them saw as busy, and replaces those it covers', () => {
    const cache = new FreeBusyCache(MAX_AGE_MS)
    cache.set('a', DAY, read([span(9, 10)]), NOW)
    cache.set('a', span(10, 11), read([span(10, 11)], later(1)), later(1))
    expect(cache.hit('a', DAY, MAX_AGE_MS, later(1))).toEqual(read([span(9, 11)]))
    cache.set('a', DAY, read([], later(2)), later(2))
    expect(cache.size).toBe(1)
    expect(cache.hit('a', DAY, MAX_AGE_MS, later(2))).toEqual(read([], later(2)))
  })

  it('PG-37 keeps what a read tells by calendar, clipped, until another read of a part of it saw more', () => {
    const cache = new FreeBusyCache(MAX_AGE_MS)
    const byCalendar = (busy: ReturnType<typeof span>) => ({
      ...read([busy]),
      calendars: [{ calendarId: 'c', busy: [{ ...busy, kind: 'away' as const }], isAllFree: false }],
    })
    cache.set('a', DAY, byCalendar(span(9, 11)), NOW)
    expect(cache.hit('a', span(10, 12), MAX_AGE_MS, NOW)).toEqual(byCalendar(span(10, 11)))
    cache.set('a', span(12, 13), read([span(12, 13)]), NOW)
    expect(cache.hit('a', DAY, MAX_AGE_MS, NOW)).toEqual(read([span(9, 11), span(12, 13)]))
  })

  it('keeps eight reads of a key and two thousand keys, dropping the oldest', () => {
    const cache = new FreeBusyCache(MAX_AGE_MS)
    for (let n = 0; n < 20; n++) cache.set('a', span(n, n + 1), read(), NOW)
    expect(cache.size).toBe(8)
    expect(cache.hit('a', span(19, 20), MAX_AGE_MS, NOW)).toBeDefined()
    for (let n = 0; n < 2_000; n++) cache.set(`k${n}`, DAY, read(), NOW)
    expect(cache.size).toBe(2_000)
    expect(cache.hit('a', span(19, 20), MAX_AGE_MS, NOW)).toBeUndefined()
    expect(cache.hit('k0', DAY, MAX_AGE_MS, NOW)).toBeDefined()
  })
})
