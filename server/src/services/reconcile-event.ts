import {
  afterFailedReconcile,
  type EventOutcome,
  isInOutbox,
  waitAfterFailure,
  withoutCalendar,
} from '../domain/booking-event.ts'
import type { Lost } from '../domain/receiving-calendar.ts'
import type { BookingStore, BookingToReconcile } from '../ports/booking-store.ts'
import { CalendarError, type CalendarFailure, EventChanged, isTransient } from '../ports/calendar-failure.ts'
import type { EventLock } from '../ports/event-lock.ts'
import { logStep } from './booking-step.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { createEventCalendars, type EventCalendarParts, type LockedCalendar } from './event-calendar.ts'
import type { ReleaseGrants } from './release-grants.ts'
import { asWritten, removeEvent } from './remove-event.ts'
import { createWriteEvent } from './write-event.ts'

/** When somebody else is at work on the same booking, look again after this long. */
const BUSY_ELSEWHERE_MS = 5_000
/** Why a session waits whose calendar receives no more. */
const LOST: Readonly<Record<Lost, CalendarFailure>> = { gone: 'not_found', locked: 'forbidden' }
/** Failures that may be those of the calendar that is written to, while the account is well. */
const OF_CALENDAR: ReadonlySet<CalendarFailure> = new Set(['not_found', 'forbidden'])

export interface ReconcileAttempt {
  /** How often in a row it has failed. */
  readonly failures: number
}

export interface ReconcileEvent {
  /**
   * Makes the calendar agree with one booking: writes its event, or removes it. Safe to say again at any time.
   * A failure of the calendar's is noted with the booking, which stays in the outbox: it is tried again, ever more rarely,
   * and no failure ends that. Rejects for failures of ours, the database's for one.
   */
  reconcile(bookingId: string, attempt: ReconcileAttempt): Promise<void>
}

export function createReconcileEvent(
  parts: EventCalendarParts & {
    readonly bookings: Pick<
      BookingStore,
      'forReconcile' | 'recordEvent' | 'changeKey' | 'reconcileLater' | 'makeDue' | 'claimWrite' | 'claimAgeMs'
    >
    readonly evidence: Pick<CalendarEvidence, 'list'>
    readonly releaseGrants: ReleaseGrants
    readonly lock: EventLock
    /** In [0, 1). */
    readonly random: () => number
  },
): ReconcileEvent {
  const { bookings, connections, clock, log } = parts
  const calendars = createEventCalendars(parts)
  const write = createWriteEvent(parts)

  const remove = async (
    booking: BookingToReconcile,
    { connection, provider, isFormer, signal }: LockedCalendar,
  ): Promise<void> => {
    const { id, connectionId, calendarId } = booking.event
    const left = await removeEvent(provider, {
      key: booking.eventKey,
      id,
      calendarId,
      claimAgeMs: () => bookings.claimAgeMs(booking.id),
      mayStand: id === undefined && connectionId !== undefined,
      asWritten: asWritten(booking, await bookings.changeKey(booking.id)),
      onFound: (found) => bookings.recordEvent(booking.id, { to: 'REMOVING', id: found }),
    })
    if (left > 0) return bookings.reconcileLater(booking.id, left, 0)
    signal.throwIfAborted()
    const ids = { tenantId: booking.tenantId, bookingId: booking.id, connectionId: connection.id }
    if (await bookings.recordEvent(booking.id, { to: 'REMOVED' })) logStep(log, 'event_removed', ids)
    if (isFormer) await parts.releaseGrants(booking.tenantId)
  }

  /** False when the booking has moved on meanwhile, and has a job of its own if it needs one. */
  const record = async (booking: BookingToReconcile, outcome: EventOutcome): Promise<boolean> => {
    const { status: to, failure, change } = outcome
    const recorded = await bookings.recordEvent(booking.id, {
      to,
      ...(failure && { failure }),
      ...(change && { change }),
    })
    // Nothing is wrong with an event that its owner has changed: she is asked.
    if (recorded && failure && change === undefined && !isTransient(failure) && booking.event.failure !== failure)
      log.error('event_not_mirrored', { tenantId: booking.tenantId, bookingId: booking.id, reason: failure })
    return recorded
  }

  const onFailure = async (
    booking: BookingToReconcile,
    calendar: LockedCalendar,
    error: unknown,
    { failures }: ReconcileAttempt,
  ): Promise<void> => {
    const { connection, isFormer } = calendar
    if (!(error instanceof CalendarError)) throw error
    const { reason, code, retryAfterMs: namedMs } = error
    log.warn('event_mirror_failed', {
      tenantId: booking.tenantId,
      bookingId: booking.id,
      reason,
      failures: failures + 1,
    })
    const after = afterFailedReconcile(booking.event, reason)
    const status = after === 'fails' ? 'FAILED' : booking.event.status
    const change = error instanceof EventChanged ? { change: error.change } : {}
    if (!(await record(booking, { status, failure: reason, ...change })) || after === 'fails') return
    // Reconnecting queues its job again. Nobody reconnects an account that was given up.
    if (after === 'waits' && !isFormer)
      return connections.recordFailure(booking.tenantId, connection.id, reason, clock.now(), code)
    if (booking.event.status === 'PENDING' && OF_CALENDAR.has(reason)) await listAgain(calendar)
    const isOver = booking.endsAt < clock.now()
    const wait = waitAfterFailure(
      after === 'soon' ? 'soon' : 'later',
      { failures, isOver, ...(namedMs !== undefined && { namedMs }) },
      parts.random(),
    )
    await bookings.reconcileLater(booking.id, wait, failures + 1)
  }

  /** What the account lists says whether the calendar that is to receive is lost, for this session and those that wait with it. */
  const listAgain = async ({ tenant, connection, binding }: LockedCalendar): Promise<void> => {
    if (connection.writing.writesTo === undefined) return
    try {
      await parts.evidence.list({ tenant, connection, binding })
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      const { tenantId, id: connectionId } = connection
      log.warn('connection_check_failed', { tenantId, connectionId, reason: error.reason })
    }
  }

  return {
    async reconcile(bookingId, attempt): Promise<void> {
      const done = await parts.lock.during(bookingId, (signal) => reconcileAlone(bookingId, attempt, signal))
      // Whoever has it may have read the booking before its newest change.
      if (!done) await bookings.reconcileLater(bookingId, BUSY_ELSEWHERE_MS, attempt.failures)
    },
  }

  async function reconcileAlone(bookingId: string, attempt: ReconcileAttempt, signal: AbortSignal): Promise<void> {
    const booking = await bookings.forReconcile(bookingId)
    if (booking === undefined || !isInOutbox(booking.event.status)) return
    const { status, mailbox } = booking.event
    const found =
      status === 'PENDING'
        ? await calendars.toWrite(booking.tenantId)
        : await calendars.toRemove(booking.tenantId, mailbox)
    if (found === 'waits') return
    // No job is left: once another calendar receives, or it is listed again, the outbox is queued anew.
    if (typeof found === 'object' && 'lost' in found) {
      await record(booking, { status, failure: LOST[found.lost] })
      return
    }
    if (found === 'none') {
      await record(booking, withoutCalendar(booking.event))
      return
    }
    const calendar = { ...found, signal }
    try {
      if (status === 'PENDING') await write(booking, calendar)
      else await remove(booking, calendar)
    } catch (error) {
      // Somebody else may be at work on it by now: what failed here says nothing, and the job is tried again.
      signal.throwIfAborted()
      return await onFailure(booking, calendar, error, attempt)
    }
    // What other bookings waited for may be over as well.
    await bookings.makeDue(booking.tenantId)
  }
}
