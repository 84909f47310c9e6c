import { afterFailedReconcile, waitAfterFailure } from '../domain/booking-event.ts'
import { HOUR_MS, MINUTE_MS } from '../domain/durations.ts'
import type { CalendarBinding } from '../ports/calendar-binding.ts'
import type { ConnectionContext } from '../ports/calendar-connector.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { ClaimedBooking, ReconcileStore } from './reconcile-store.ts'

/** Longer than any call to a provider takes: whoever has claimed a booking for so long and is not done has died. */
const CLAIM_MS = 2 * MINUTE_MS
/** From the beginning of a write until nothing of it can still come: an adapter's deadline, and how late providers carry out. */
const LONGEST_WRITE_MS = MINUTE_MS
/** A process that stood still for so long after its claim is not to write any more. */
const QUICK_MS = 5_000

/**
 * What came of it. `busy`: somebody else is at work on it, or it is gone. `later`: it is due again by itself. `waits`: until
 * the therapist has connected the account again. `hers`: she has made a series of the event, which is hers to remove.
 */
export type Reconciled = 'written' | 'removed' | 'busy' | 'later' | 'waits' | 'hers'

export interface WritableCalendar {
  readonly binding: CalendarBinding
  readonly context: ConnectionContext
}

export interface ReconcileParts {
  readonly store: ReconcileStore
  /** The calendar to write to now; undefined where the tenant has none that may be written to. */
  calendarOf(tenantId: string): Promise<WritableCalendar | undefined>
  readonly clock?: Clock
  /** In [0, 1): the jitter of waits. */
  readonly random?: () => number
}

/**
 * Makes the calendar agree with one booking, whose id is the idempotency key: writes its event, or removes it. Safe to say
 * again at any time: a host says it when a booking is made or cancelled, and for those that are due. No failure of the
 * calendar's ends the retries. Rejects for failures of the store.
 */
export function createReconcileEvent(parts: ReconcileParts): (bookingId: string) => Promise<Reconciled> {
  const { store, calendarOf, clock = systemClock, random = Math.random } = parts

  const remove = async (booking: ClaimedBooking, { binding, context }: WritableCalendar): Promise<Reconciled> => {
    const { id, eventId, write } = booking
    const calendar = binding.calendarFor(context)
    if (eventId !== undefined) await calendar.deleteEvent(eventId)
    // What a write of unknown outcome makes may come after its failure: only when that time is over is nothing there for good.
    const found = await calendar.findEvent(id)
    if (found !== undefined) await calendar.deleteEvent(found)
    const left = write === undefined ? 0 : LONGEST_WRITE_MS - (clock.now().getTime() - write.begunAt.getTime())
    if (left > 0) {
      await store.later(booking, { waitMs: left, failures: 0, failure: undefined })
      return 'later'
    }
    await store.removed(booking)
    return 'removed'
  }

  const write = async (booking: ClaimedBooking, { binding, context }: WritableCalendar): Promise<Reconciled> => {
    const { id, wanted } = booking
    if (wanted === undefined) throw new TypeError('a cancelled booking has no event to write')
    const begunAt = clock.now()
    if (!(await store.begin(booking, context.accountKey, begunAt))) {
      await store.later(booking, { waitMs: 0, failures: 0, failure: undefined })
      return 'later'
    }
    if (clock.now().getTime() - begunAt.getTime() > QUICK_MS)
      throw new CalendarError('timeout', 'the claim of a write has grown old', { code: 'claim_old' })
    const event = await binding.calendarFor(context).createEvent({ ...wanted, idempotencyKey: id })
    await store.written(booking, event)
    return 'written'
  }

  const onFailure = async (booking: ClaimedBooking, error: CalendarError): Promise<Reconciled> => {
    const { reason: failure, retryAfterMs: namedMs } = error
    const failures = booking.failures + 1
    const status = booking.wanted === undefined ? 'REMOVING' : 'PENDING'
    const after = afterFailedReconcile({ status, id: booking.eventId, connectionId: undefined }, failure)
    if (after === 'waits' || after === 'fails') {
      await store.later(booking, { waitMs: HOUR_MS, failures, failure })
      return after === 'fails' ? 'hers' : 'waits'
    }
    const isOver = booking.wanted !== undefined && booking.wanted.end < clock.now()
    const named = namedMs !== undefined && { namedMs }
    const waitMs = waitAfterFailure(after, { failures: booking.failures, isOver, ...named }, random())
    await store.later(booking, { waitMs, failures, failure })
    return 'later'
  }

  return async (bookingId) => {
    const booking = await store.claim(bookingId, CLAIM_MS)
    if (booking === undefined) return 'busy'
    const { tenantId, wanted, eventId, write: begun } = booking
    if (wanted === undefined && eventId === undefined && begun === undefined) {
      await store.removed(booking)
      return 'removed'
    }
    try {
      const found = await calendarOf(tenantId)
      const isElsewhere = begun !== undefined && begun.accountKey !== found?.context.accountKey
      // An event of another account is out of reach until that is connected again.
      if (found === undefined || (isElsewhere && (wanted === undefined || eventId !== undefined)))
        return await onFailure(booking, new CalendarError('reconnect', 'the account is not connected'))
      return await (wanted === undefined ? remove : write)(booking, found)
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      return onFailure(booking, error)
    }
  }
}
