import { describe, expect, it } from 'vitest'
import { blockedBy, isCancellable, mayBecome, sessionFrom } from './booking.ts'

const service = { durationMinutes: 50, bufferBeforeMinutes: 10, bufferAfterMinutes: 15 }
const startsAt = new Date('2026-11-23T09:00:00Z')
const session = { start: startsAt, end: new Date('2026-11-23T09:50:00Z') }

describe('a booking', () => {
  it('is confirmed, then perhaps cancelled, and never the other way', () => {
    expect([mayBecome('CONFIRMED', 'CANCELLED'), mayBecome('CANCELLED', 'CONFIRMED')]).toEqual([true, false])
    expect([mayBecome('CONFIRMED', 'CONFIRMED'), mayBecome('CANCELLED', 'CANCELLED')]).toEqual([false, false])
  })

  it('lasts as long as its service, and blocks the buffers around it too', () => {
    expect(sessionFrom(startsAt, service)).toEqual(session)
    expect(blockedBy(session, service)).toEqual({
      start: new Date('2026-11-23T08:50:00Z'),
      end: new Date('2026-11-23T10:05:00Z'),
    })
  })

  it('can be cancelled until it begins, once', () => {
    const justBefore = new Date(startsAt.getTime() - 1)
    expect(isCancellable({ status: 'CONFIRMED', startsAt }, justBefore)).toBe(true)
    expect(isCancellable({ status: 'CONFIRMED', startsAt }, startsAt)).toBe(false)
    expect(isCancellable({ status: 'CANCELLED', startsAt }, justBefore)).toBe(false)
  })
})
