import { MINUTE_MS } from './durations.ts'
import type { Interval } from './interval.ts'

export type BookingStatus = 'CONFIRMED' | 'CANCELLED'

/** Which read of the calendar a confirmation relied on: a new one, one of the free/busy cache (REMEMBERED), or none where no calendar is connected. */
export type CalendarCheck = 'FRESH' | 'REMEMBERED' | 'NONE'

const NEXT: Readonly<Record<BookingStatus, readonly BookingStatus[]>> = {
  CONFIRMED: ['CANCELLED'],
  CANCELLED: [],
}

export const mayBecome = (from: BookingStatus, to: BookingStatus): boolean => NEXT[from].includes(to)

export interface ServiceRules {
  readonly durationMinutes: number
  readonly bufferBeforeMinutes: number
  readonly bufferAfterMinutes: number
}

export const sessionFrom = (start: Date, service: Pick<ServiceRules, 'durationMinutes'>): Interval => ({
  start,
  end: new Date(start.getTime() + service.durationMinutes * MINUTE_MS),
})

/** The time that our other bookings must leave free: the session with its service's buffers. */
export const blockedBy = (session: Interval, service: ServiceRules): Interval => ({
  start: new Date(session.start.getTime() - service.bufferBeforeMinutes * MINUTE_MS),
  end: new Date(session.end.getTime() + service.bufferAfterMinutes * MINUTE_MS),
})

/** Whether a session can still be cancelled: it is confirmed and has not begun. */
export const isCancellable = (booking: { status: BookingStatus; startsAt: Date }, now: Date): boolean =>
  mayBecome(booking.status, 'CANCELLED') && booking.startsAt > now
