import {
  afterFailedReconcile,
  type EventOutcome,
  isInOutbox,
  waitAfterFailure,
  withoutCalendar,
} from '../domain/booking-event.ts'
import type { WrittenEvent } from '../domain/changed-event.ts'
import type { Booking, BookingStore, BookingToReconcile } from '../ports/booking-store.ts'
import { CalendarError, EventChanged, isTransient } from '../ports/calendar-failure.ts'
import type { EventLock } from '../ports/event-lock.ts'
import { createEventCalendars, type EventCalendar, type EventCalendarParts } from './event-calendar.ts'
import type { ReleaseGrants } from './release-grants.ts'
import { removeEvent } from './remove-event.ts'

/** What stands in the therapist's calendar: neutral, whoever looks over her shoulder. */
const TITLE = 'Appointment'
/** When somebody else is at work on the same booking, look again after this long. */
const BUSY_ELSEWHERE_MS = 5_000
/** No adapter gives up an unanswered write sooner: of one that took less, nothing is still on its way. */
const QUICK_MS = 5_000

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

interface Calendar extends EventCalendar {
  /** Aborted when the event's lock is lost. */
  readonly signal: AbortSignal
}

export function createReconcileEvent(
  parts: EventCalendarParts & {
    readonly bookings: Pick<
      BookingStore,
      'forReconcile' | 'recordEvent' | 'changeKey' | 'reconcileLater' | 'makeDue' | 'claimWrite' | 'claimAgeMs'
    >
    readonly releaseGrants: ReleaseGrants
    readonly lock: EventLock
    /** In [0, 1). */
    readonly random: () => number
  },
): ReconcileEvent {
  const { bookings, connections, clock, log } = parts
  const calendars = createEventCalendars(parts)

  const write = async (
    booking: BookingToReconcile,
    { tenant, connection, provider, signal }: Calendar,
  ): Promise<void> => {
    const startedAt = clock.now().getTime()
    const isQuick = () => clock.now().getTime() - startedAt < QUICK_MS
    const claim = await bookings.claimWrite(booking.id, connection.id, booking.eventKey)
    if (claim === undefined) return
    // A process that stood still after its claim is not to write: a removal counts the longest write from there.
    if (!isQuick()) throw new CalendarError('timeout', 'the claim of a write has grown old', { code: 'claim_old' })
    signal.throwIfAborted()
    const event = await provider.createEvent({
      idempotencyKey: booking.eventKey,
      start: booking.startsAt,
      end: booking.endsAt,
      timeZone: tenant.timeZone,
      title: TITLE,
      onlineMeeting: booking.service.online,
      signal,
    })
    signal.throwIfAborted()
    const change = {
      id: event.id,
      connectionId: connection.id,
      ...(event.joinUrl && { joinUrl: event.joinUrl }),
      ...(event.changeKey && { changeKey: event.changeKey }),
      claim: { ...claim, hasEnded: claim.isFirst && isQuick() },
    }
    const written = await bookings.recordEvent(booking.id, { to: 'WRITTEN', ...change })
    // Cancelled while we wrote: its removal is queued, and needs the id.
    if (!written) await bookings.recordEvent(booking.id, { to: 'REMOVING', ...change })
  }

  const remove = async (booking: BookingToReconcile, { provider, isFormer, signal }: Calendar): Promise<void> => {
    const { id, connectionId } = booking.event
    const left = await removeEvent(provider, {
      key: booking.eventKey,
      id,
      claimAgeMs: () => bookings.claimAgeMs(booking.id),
      mayStand: id === undefined && connectionId !== undefined,
      asWritten: await writtenAs(booking),
      onFound: (found) => bookings.recordEvent(booking.id, { to: 'REMOVING', id: found }),
    })
    if (left > 0) return bookings.reconcileLater(booking.id, left, 0)
    signal.throwIfAborted()
    await bookings.recordEvent(booking.id, { to: 'REMOVED' })
    if (isFormer) await parts.releaseGrants(booking.tenantId)
  }

  /** What the event is compared with before it is removed; undefined where it goes whatever it has become. */
  const writtenAs = async ({ id, startsAt: start, endsAt: end }: Booking): Promise<WrittenEvent | undefined> => {
    const changeKey = await bookings.changeKey(id)
    return changeKey === undefined ? undefined : { start, end, changeKey }
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
    { connection, isFormer }: Calendar,
    error: unknown,
    { failures }: ReconcileAttempt,
  ): Promise<void> => {
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
    const isOver = booking.endsAt < clock.now()
    const wait = waitAfterFailure(
      after === 'soon' ? 'soon' : 'later',
      { failures, isOver, ...(namedMs !== undefined && { namedMs }) },
      parts.random(),
    )
    await bookings.reconcileLater(booking.id, wait, failures + 1)
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
