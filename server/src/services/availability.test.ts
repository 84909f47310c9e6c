import { describe, expect, it } from 'vitest'
import { type Availability, type Known, mergeAvailability, type Unreadable } from './availability.ts'

const at = (hour: number) => new Date(Date.UTC(2030, 0, 1, hour))
const read = (id: string, readHour: number, more: Partial<Known> = {}): Availability => ({
  known: true,
  busy: [],
  checkedAt: at(readHour),
  check: 'FRESH',
  connectionIds: [id],
  ...more,
})
const unread = (id: string, because: Unreadable['because'], retryAfterMs?: number): Availability => ({
  known: false,
  because,
  retryAfterMs,
  connectionIds: [id],
})

describe('INV-7 what several accounts come to', () => {
  it('is busy where any is busy, and as old as the oldest read', () => {
    const one = read('one', 9, { busy: [{ start: at(12), end: at(13) }] })
    const other = read('other', 8, {
      busy: [
        { start: at(10), end: at(11) },
        { start: at(13), end: at(14) },
      ],
    })
    expect(mergeAvailability([one, other])).toEqual(
      read('one', 8, {
        busy: [
          { start: at(10), end: at(11) },
          { start: at(12), end: at(14) },
        ],
        connectionIds: ['one', 'other'],
      }),
    )
  })

  it('is remembered where one is remembered', () => {
    const both = [read('one', 9), read('other', 8, { check: 'REMEMBERED' })]
    expect(mergeAvailability(both)).toMatchObject({ check: 'REMEMBERED' })
    expect(mergeAvailability(both.reverse())).toMatchObject({ check: 'REMEMBERED' })
  })

  it('is unknown where one is unknown, for the reason that is least likely to pass, and names it', () => {
    const known = read('one', 9)
    expect(mergeAvailability([known, unread('other', 'timeout', 4_000)])).toEqual(unread('other', 'timeout', 4_000))
    expect(mergeAvailability([unread('one', 'throttled', 9_000), known, unread('other', 'reconnect')])).toEqual({
      known: false,
      because: 'reconnect',
      retryAfterMs: 9_000,
      connectionIds: ['one', 'other'],
    })
  })

  it('of no account at all is that none is connected', () => {
    expect(mergeAvailability([])).toEqual({
      known: true,
      busy: [],
      checkedAt: undefined,
      check: 'NONE',
      connectionIds: [],
    })
  })
})
