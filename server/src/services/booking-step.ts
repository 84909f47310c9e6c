import type { Interval } from '../domain/interval.ts'
import type { Log } from '../ports/log.ts'

/** The steps of a booking's life, each one line of the log under this name; the first and the last two are audited, too. */
export type BookingStep =
  | 'booking_created'
  | 'event_written' // it stands in the therapist's calendar
  | 'event_moved' // it was found there at another time
  | 'event_gone' // it was looked for there and not found
  | 'event_series' // it was found there as a series, at other times
  | 'event_conflict' // another event was found at its time
  | 'booking_cancelled'
  | 'event_removed' // by us: nothing of it stands in that calendar any more

/**
 * Ids, and the session's times where they are given; the line also carries the id of the request or job that took the step. From
 * these lines the bookings are known that a restored backup does not hold.
 */
export function logStep(
  log: Log,
  step: BookingStep,
  ids: { tenantId: string; bookingId: string; connectionId?: string; session?: Interval },
): void {
  const { tenantId, bookingId, connectionId, session } = ids
  const times = session && { start: session.start.toISOString(), end: session.end.toISOString() }
  log.info(step, { tenantId, bookingId, connectionId, ...times })
}
