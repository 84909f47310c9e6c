import { afterFailedReconcile, type EventOutcome, isInOutbox, withoutCalendar } from '../domain/booking-event.ts'
import { healthOf, waitsForPeople } from '../domain/connection-health.ts'
import type { Booking, BookingStore } from '../ports/booking-store.ts'
import { CalendarError, type ICalendarProvider } from '../ports/calendar-provider.ts'
import { type CalendarRegistry, connectionContext } from '../ports/calendar-registry.ts'
import type { Clock } from '../ports/clock.ts'
import type { Connection, ConnectionStore } from '../ports/connection-store.ts'
import type { EventLock } from '../ports/event-lock.ts'
import type { Log } from '../ports/log.ts'
import type { Tenant, TenantStore } from '../ports/tenant-store.ts'
import { createPickCalendar } from './pick-calendar.ts'

/** What stands in the therapist's calendar: neutral, whoever looks over her shoulder. */
const TITLE = 'Appointment'
/** When somebody else is at work on the same booking, look again after this long. */
const BUSY_ELSEWHERE_MS = 5_000

/** The first and the longest wait of the backoff from a provider that throttles. */
const BACKOFF_MS = 60_000
const LONGEST_BACKOFF_MS = 3_600_000

export interface ReconcileAttempt {
  readonly last: boolean
  /** How often in a row the provider has throttled this job. */
  readonly throttled: number
}

export interface ReconcileEvent {
  /**
   * Makes the calendar agree with one booking: writes its event, or removes it. Safe to say again at any time.
   * Rejects when saying it again later may help; on the last attempt it records the failure instead. What a provider
   * throttles waits, and is never given up for that.
   */
  reconcile(bookingId: string, attempt: ReconcileAttempt): Promise<void>
}

interface Calendar {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly provider: ICalendarProvider
}

export function createReconcileEvent(parts: {
  readonly tenants: Pick<TenantStore, 'byId'>
  readonly bookings: Pick<BookingStore, 'forReconcile' | 'recordEvent' | 'reconcileLater'>
  readonly connections: Pick<ConnectionStore, 'active' | 'recordFailure' | 'recordMismatch'>
  readonly providers: CalendarRegistry
  readonly lock: EventLock
  readonly clock: Clock
  readonly log: Log
  /** In [0, 1). */
  readonly random: () => number
}): ReconcileEvent {
  const { bookings, connections, clock, log } = parts
  const pickCalendar = createPickCalendar(parts)

  /** The calendar we may write to now, if there is one. */
  const calendarOf = async (booking: Booking): Promise<Calendar | 'none' | 'waits'> => {
    const tenant = await parts.tenants.byId(booking.tenantId)
    const connection = tenant && (await connections.active(tenant.id))
    if (tenant === undefined || connection === undefined || connection.access !== 'bookings') return 'none'
    if (waitsForPeople(healthOf({ access: connection.access, ...connection.evidence }).state)) return 'waits'
    const binding = await pickCalendar(tenant, connection)
    if (binding instanceof CalendarError) return 'waits'
    return { tenant, connection, provider: binding.calendarFor(connectionContext(connection, tenant)) }
  }

  const write = async (booking: Booking, { tenant, connection, provider }: Calendar): Promise<string | undefined> => {
    // From here on an event may exist, whatever becomes of this process; a cancellation must look for it.
    const claim = { to: booking.event.status, connectionId: connection.id }
    if (!(await bookings.recordEvent(booking.id, claim))) return undefined
    const event = await provider.createEvent({
      idempotencyKey: booking.id,
      start: booking.startsAt,
      end: booking.endsAt,
      timeZone: tenant.timeZone,
      title: TITLE,
      onlineMeeting: booking.service.online,
    })
    const change = { id: event.id, connectionId: connection.id, ...(event.joinUrl && { joinUrl: event.joinUrl }) }
    const written = await bookings.recordEvent(booking.id, { to: 'WRITTEN', ...change })
    // Cancelled while we wrote: its removal is queued, and needs the id.
    if (!written) await bookings.recordEvent(booking.id, { to: 'REMOVING', ...change })
    return event.id
  }

  const remove = async (booking: Booking, calendar: Calendar): Promise<void> => {
    const { id, connectionId } = booking.event
    if (connectionId !== undefined && connectionId !== calendar.connection.id)
      return record(booking, withoutCalendar(booking.event))
    // Without an id the write's outcome is unknown: saying it once more finds the event, or makes it, and then it goes.
    const eventId = id ?? (connectionId === undefined ? undefined : await write(booking, calendar))
    if (eventId !== undefined) await calendar.provider.deleteEvent(eventId)
    await bookings.recordEvent(booking.id, { to: 'REMOVED' })
  }

  const record = async (booking: Booking, { status: to, failure }: EventOutcome): Promise<void> => {
    await bookings.recordEvent(booking.id, { to, ...(failure && { failure }) })
    if (failure) log.error('event_not_mirrored', { tenantId: booking.tenantId, bookingId: booking.id, reason: failure })
  }

  /** The wait the error names, to the millisecond; once that did not help, never less than a growing one with jitter. */
  const waitAfter = (named: number | undefined, throttled: number): number => {
    if (named !== undefined && named > 0 && throttled === 0) return named
    const backoff = BACKOFF_MS * 2 ** throttled * (1 + parts.random() / 2)
    return Math.max(named ?? 0, Math.min(LONGEST_BACKOFF_MS, backoff))
  }

  const onFailure = async (
    booking: Booking,
    { connection }: Calendar,
    error: unknown,
    { last, throttled }: ReconcileAttempt,
  ): Promise<void> => {
    const failure = error instanceof CalendarError ? error : undefined
    const { reason = 'garbled', code, retryAfterMs } = failure ?? {}
    log.warn('event_mirror_failed', { tenantId: booking.tenantId, bookingId: booking.id, reason, last })
    switch (afterFailedReconcile(booking.event, reason, last)) {
      case 'later':
        return bookings.reconcileLater(booking.id, waitAfter(retryAfterMs, throttled), throttled + 1)
      case 'waits':
        // The booking stays in the outbox; reconnecting queues its job again.
        return connections.recordFailure(booking.tenantId, connection.id, reason, clock.now(), code)
      case 'fails':
        return record(booking, { status: 'FAILED', failure: reason })
      case 'again':
        throw error
    }
  }

  return {
    async reconcile(bookingId, attempt): Promise<void> {
      const done = await parts.lock.during(bookingId, () => reconcileAlone(bookingId, attempt))
      // Whoever has it may have read the booking before its newest change.
      if (!done) await bookings.reconcileLater(bookingId, BUSY_ELSEWHERE_MS, attempt.throttled)
    },
  }

  async function reconcileAlone(bookingId: string, attempt: ReconcileAttempt): Promise<void> {
    const booking = await bookings.forReconcile(bookingId)
    if (booking === undefined || !isInOutbox(booking.event.status)) return
    const calendar = await calendarOf(booking)
    if (calendar === 'waits') return
    if (calendar === 'none') return record(booking, withoutCalendar(booking.event))
    try {
      if (booking.event.status === 'PENDING') await write(booking, calendar)
      else await remove(booking, calendar)
    } catch (error) {
      await onFailure(booking, calendar, error, attempt)
    }
  }
}
