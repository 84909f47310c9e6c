import { afterFailedReconcile, waitAfterFailure } from '../domain/booking-event.ts'
import type { WrittenEvent } from '../domain/changed-event.ts'
import { CalendarError, EventChanged, isTransient } from '../ports/calendar-failure.ts'
import type { ConnectionStore } from '../ports/connection-store.ts'
import type { EventLock } from '../ports/event-lock.ts'
import type { FormerEvent, FormerEventStore } from '../ports/former-event-store.ts'
import { logStep } from './booking-step.ts'
import { createEventCalendars, type EventCalendar, type EventCalendarParts } from './event-calendar.ts'
import type { ReconcileAttempt } from './reconcile-event.ts'
import type { ReleaseGrants } from './release-grants.ts'
import { asWritten, removeEvent } from './remove-event.ts'

/** When somebody else is at work on the same event, look again after this long. */
const BUSY_ELSEWHERE_MS = 5_000

export interface RemoveFormerEvent {
  /**
   * Removes what stands of a booking in an account from before; the last removal releases the account's grant. Safe to say
   * again at any time. A failure of the calendar's is noted and tried again, ever more rarely, while there is a grant for it.
   * Rejects for failures of ours, the database's for one.
   */
  remove(key: string, attempt: ReconcileAttempt): Promise<void>
}

export function createRemoveFormerEvent(
  parts: EventCalendarParts & {
    readonly formerEvents: Pick<FormerEventStore, 'byKey' | 'record' | 'forget' | 'removeLater'>
    readonly connections: Pick<ConnectionStore, 'active' | 'keptFor' | 'recordFailure' | 'recordMismatch'>
    readonly releaseGrants: ReleaseGrants
    readonly lock: EventLock
    readonly random: () => number
  },
): RemoveFormerEvent {
  const { formerEvents, connections, clock, log } = parts
  const calendars = createEventCalendars(parts)

  const removeAlone = async (key: string, attempt: ReconcileAttempt, signal: AbortSignal): Promise<void> => {
    const event = await formerEvents.byKey(key)
    if (event?.status !== 'REMOVING') return
    const { tenantId } = event.booking
    const calendar = await calendars.toRemove(tenantId, event.mailbox)
    if (calendar === 'waits') return
    // Once the account is connected again, its job is queued.
    if (calendar === 'none') return formerEvents.record(key, { failure: 'reconnect' })
    try {
      const left = await removeEvent(calendar.provider, {
        key,
        id: event.id,
        calendarId: event.calendarId,
        claimAgeMs: async () => event.claimAgeMs,
        mayStand: event.id === undefined,
        asWritten: writtenAs(event),
        onFound: (id) => formerEvents.record(key, { id }),
      })
      signal.throwIfAborted()
      if (left > 0) return await formerEvents.removeLater(key, left, 0)
      await formerEvents.forget(key)
      const ids = { tenantId, bookingId: event.booking.id, connectionId: calendar.connection.id }
      logStep(log, 'event_removed', ids)
    } catch (error) {
      // Somebody else may be at work on it by now: what failed here says nothing, and the job is tried again.
      signal.throwIfAborted()
      return onFailure(event, calendar, error, attempt)
    }
    await parts.releaseGrants(tenantId)
  }

  const onFailure = async (
    { key, id, booking, failure }: FormerEvent,
    { connection, isFormer }: EventCalendar,
    error: unknown,
    { failures }: ReconcileAttempt,
  ): Promise<void> => {
    if (!(error instanceof CalendarError)) throw error
    const { reason, code, retryAfterMs: namedMs } = error
    const { tenantId, id: bookingId } = booking
    log.warn('event_mirror_failed', { tenantId, bookingId, reason, failures: failures + 1 })
    const change = error instanceof EventChanged ? { change: error.change } : {}
    // Nothing is wrong with an event that its owner has changed: she is asked.
    if (!('change' in change) && !isTransient(reason) && failure !== reason)
      log.error('event_not_mirrored', { tenantId, bookingId, reason })
    const after = afterFailedReconcile({ status: 'REMOVING', id, connectionId: connection.id }, reason)
    await formerEvents.record(key, { failure: reason, ...change, ...(after === 'fails' && { status: 'FAILED' }) })
    if (after === 'fails') return
    // Reconnecting queues its job again. Nobody reconnects an account that was given up.
    if (after === 'waits' && !isFormer)
      return connections.recordFailure(tenantId, connection.id, reason, clock.now(), code)
    const isOver = booking.endsAt < clock.now()
    const wait = waitAfterFailure(
      after === 'soon' ? 'soon' : 'later',
      { failures, isOver, ...(namedMs !== undefined && { namedMs }) },
      parts.random(),
    )
    await formerEvents.removeLater(key, wait, failures + 1)
  }

  return {
    async remove(key, attempt) {
      const mine = await parts.lock.during(`former:${key}`, (signal) => removeAlone(key, attempt, signal))
      if (!mine) await formerEvents.removeLater(key, BUSY_ELSEWHERE_MS, attempt.failures)
    },
  }
}

/** What the event is compared with before it is removed; undefined where it goes whatever it has become. */
const writtenAs = ({ booking: { startsAt, endsAt }, ...event }: FormerEvent): WrittenEvent | undefined =>
  asWritten({ startsAt, endsAt, event }, event.changeKey)
