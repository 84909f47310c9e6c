import { type EventTitle, eventTitle, guestName } from '../domain/event-title.ts'
import type { BookingStore, BookingToReconcile, EventPlace } from '../ports/booking-store.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection } from '../ports/connection.ts'
import type { Log } from '../ports/log.ts'
import { logStep } from './booking-step.ts'
import type { LockedCalendar } from './event-calendar.ts'
import { LONGEST_WRITE_MS } from './remove-event.ts'

/** No adapter waits less for an answer: a write that was over sooner was answered, and nothing of it is still on its way. */
const QUICK_MS = 5_000

/**
 * Writes the event of a booking and records it. Queues the job again where an earlier write may still come; nothing happens where
 * the booking has moved on. Rejects with the calendar's CalendarError, and with the signal's reason.
 */
export type WriteEvent = (booking: BookingToReconcile, calendar: LockedCalendar) => Promise<void>

export function createWriteEvent({
  bookings,
  clock,
  log,
}: {
  readonly bookings: Pick<BookingStore, 'recordEvent' | 'reconcileLater' | 'claimWrite' | 'claimAgeMs'>
  readonly clock: Clock
  readonly log: Log
}): WriteEvent {
  /**
   * The calendar to write into. An earlier write of unknown outcome may have made the event in the one that received then: it is
   * looked for there, as long as it may still come. Undefined: then the job waits.
   */
  const placeOf = async (booking: BookingToReconcile, calendar: LockedCalendar): Promise<EventPlace | undefined> => {
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

  return async (booking, calendar) => {
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
