import {
  afterFailedReconcile,
  type EventOutcome,
  isInOutbox,
  waitAfterFailure,
  withoutCalendar,
} from '../domain/booking-event.ts'
import { type EventTitle, eventTitle, guestName } from '../domain/event-title.ts'
import type { Lost } from '../domain/receiving-calendar.ts'
import type { BookingStore, BookingToReconcile, EventPlace } from '../ports/booking-store.ts'
import { CalendarError, type CalendarFailure, EventChanged, isTransient } from '../ports/calendar-failure.ts'
import type { Connection } from '../ports/connection.ts'
import type { EventLock } from '../ports/event-lock.ts'
import { logStep } from './booking-step.ts'
import type { CalendarEvidence } from './calendar-evidence.ts'
import { createEventCalendars, type EventCalendar, type EventCalendarParts } from './event-calendar.ts'
import type { ReleaseGrants } from './release-grants.ts'
import { asWritten, LONGEST_WRITE_MS, removeEvent } from './remove-event.ts'

/** When somebody else is at work on the same booking, look again after this long. */
const BUSY_ELSEWHERE_MS = 5_000
/** No adapter gives up an unanswered write sooner: of one that took less, nothing is still on its way. */
const QUICK_MS = 5_000
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
    readonly evidence: Pick<CalendarEvidence, 'list'>
    readonly releaseGrants: ReleaseGrants
    readonly lock: EventLock
    /** In [0, 1). */
    readonly random: () => number
  },
): ReconcileEvent {
  const { bookings, connections, clock, log } = parts
  const calendars = createEventCalendars(parts)

  /**
   * The calendar to write into. An earlier write of unknown outcome may have made the event in the one that received then: it is
   * looked for there, as long as it may still come. Undefined: then the job waits.
   */
  const placeOf = async (booking: BookingToReconcile, calendar: Calendar): Promise<EventPlace | undefined> => {
    const { connection, provider } = calendar
    const { connectionId, calendarId, isInvited = false } = booking.event
    const chosen = { calendarId: connection.writing.writesTo, isInvited: isInvited || invites(connection) }
    if (connectionId === undefined || calendarId === chosen.calendarId) return chosen
    if ((await provider.findEvent(booking.eventKey, calendarId)) !== undefined) return { calendarId, isInvited }
    const age = (await bookings.claimAgeMs(booking.id)) ?? LONGEST_WRITE_MS
    if (age >= LONGEST_WRITE_MS) return chosen
    await bookings.reconcileLater(booking.id, LONGEST_WRITE_MS - age, 0)
    return undefined
  }

  const write = async (booking: BookingToReconcile, calendar: Calendar): Promise<void> => {
    const { tenant, connection, signal } = calendar
    const place = await placeOf(booking, calendar)
    if (place === undefined) return
    const startedAt = clock.now().getTime()
    const isQuick = () => clock.now().getTime() - startedAt < QUICK_MS
    const claim = await bookings.claimWrite(booking.id, connection.id, booking.eventKey, place)
    if (claim === undefined) return
    // A process that stood still after its claim is not to write: a removal counts the longest write from there.
    if (!isQuick()) throw new CalendarError('timeout', 'the claim of a write has grown old', { code: 'claim_old' })
    signal.throwIfAborted()
    const event = await calendar.writingTo(place.calendarId).createEvent({
      idempotencyKey: booking.eventKey,
      start: booking.startsAt,
      end: booking.endsAt,
      timeZone: tenant.timeZone,
      title: eventTitle(
        shownTitle(connection),
        { clientName: booking.clientName, kind: booking.service.name },
        tenant.locale.language,
      ),
      ...(invites(connection) && { attendee: guestOf(booking) }),
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
    const stands = written || (await bookings.recordEvent(booking.id, { to: 'REMOVING', ...change }))
    const ids = { tenantId: booking.tenantId, bookingId: booking.id, connectionId: connection.id }
    if (stands) logStep(log, 'event_written', ids)
  }

  const remove = async (
    booking: BookingToReconcile,
    { connection, provider, isFormer, signal }: Calendar,
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
    calendar: Calendar,
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
  const listAgain = async ({ tenant, connection, binding }: Calendar): Promise<void> => {
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

/** Only to an account that is known to be an organisation's. */
const shownTitle = ({ writing }: Connection): EventTitle =>
  writing.accountKind === 'organisation' ? writing.eventTitle : 'neutral'

const invites = ({ writing, access }: Connection): boolean =>
  writing.accountKind === 'organisation' && writing.invites && access === 'bookings'

const guestOf = ({ clientName, clientEmail }: Pick<BookingToReconcile, 'clientName' | 'clientEmail'>) => ({
  name: guestName(clientName),
  email: clientEmail,
})
