import type { Booking, BookingStore } from '../ports/booking-store.ts'
import { CalendarError } from '../ports/calendar-failure.ts'
import type { Clock } from '../ports/clock.ts'
import type { TenantStore } from '../ports/tenant-store.ts'
import { createEventCalendars, type EventCalendarParts } from './event-calendar.ts'
import { removeEvent } from './remove-event.ts'

/** What the log tells of a booking. */
export interface LoggedBooking {
  readonly tenantId: string
  readonly bookingId: string
  /** When the session is; undefined where the log does not tell. */
  readonly start?: Date | undefined
  readonly end?: Date | undefined
  readonly isCancelled: boolean
}

/**
 * Whether an entry of a booking that the database does not know stands in her calendar. `unknown`: it could not be looked for, or is
 * not certain.
 */
export type Entry = 'stands' | 'removed' | 'none' | 'unknown'

export interface ForgottenBooking extends LoggedBooking {
  /** The practice's; undefined where the practice itself was made since the backup. */
  readonly slug: string | undefined
  readonly entry: Entry
}

export interface BookedAgain {
  readonly bookingId: string
  readonly slug: string
  readonly start: Date
  readonly end: Date
  /** Whether it is cancelled again. A session that has begun is left as it is. */
  readonly isCancelled: boolean
}

export interface LogComparison {
  /** Bookings of the log that the database does not know. */
  readonly forgotten: readonly ForgottenBooking[]
  /** Cancelled in the log and confirmed in the database. */
  readonly bookedAgain: readonly BookedAgain[]
}

/**
 * Compares bookings of the log with a database that was restored from an older backup. With `mend`, what the log has as cancelled is
 * cancelled again, and entries of cancelled bookings that the database does not know are removed. The others' entries stay: they may be
 * all that is left of the booking. Safe to repeat. Actor as in `AuditEvent`.
 */
export type CompareWithLog = (
  logged: readonly LoggedBooking[],
  how: { readonly mend: boolean; readonly actor: string },
) => Promise<LogComparison>

export function createCompareWithLog(
  parts: EventCalendarParts & {
    readonly tenants: Pick<TenantStore, 'byId'>
    readonly bookings: Pick<BookingStore, 'byId' | 'cancel'>
    readonly clock: Clock
  },
): CompareWithLog {
  const { tenants, bookings, clock } = parts
  const calendars = createEventCalendars(parts)

  /** The entry under the booking's key, in the account that is connected now. */
  const entryOf = async ({ tenantId, bookingId: key, isCancelled }: LoggedBooking, mend: boolean): Promise<Entry> => {
    const calendar = await calendars.toRemove(tenantId, undefined)
    if (typeof calendar === 'string') return 'unknown'
    const { provider, connection } = calendar
    const calendarId = connection.writing.writesTo
    try {
      const id = await provider.findEvent(key, calendarId)
      if (id === undefined) return 'none'
      if (!mend || !isCancelled) return 'stands'
      await removeEvent(provider, {
        ...{ key, id, calendarId, asWritten: undefined, mayStand: false },
        claimAgeMs: async () => undefined,
        onFound: async () => undefined,
      })
      return 'removed'
    } catch (error) {
      if (!(error instanceof CalendarError)) throw error
      return 'unknown'
    }
  }

  const cancelAgain = async (
    { id, tenantId, startsAt, endsAt }: Booking,
    slug: string,
    mend: boolean,
    actor: string,
  ) => {
    const cancelled = mend ? await bookings.cancel(tenantId, id, clock.now(), actor) : undefined
    return { bookingId: id, slug, start: startsAt, end: endsAt, isCancelled: cancelled !== undefined }
  }

  return async (logged, { mend, actor }) => {
    const forgotten: ForgottenBooking[] = []
    const bookedAgain: BookedAgain[] = []
    for (const one of logged) {
      const tenant = await tenants.byId(one.tenantId)
      const booking = tenant && (await bookings.byId(tenant.id, one.bookingId))
      if (tenant === undefined) forgotten.push({ ...one, slug: undefined, entry: 'unknown' })
      else if (booking === undefined) forgotten.push({ ...one, slug: tenant.slug, entry: await entryOf(one, mend) })
      else if (one.isCancelled && booking.status === 'CONFIRMED')
        bookedAgain.push(await cancelAgain(booking, tenant.slug, mend, actor))
    }
    return { forgotten, bookedAgain }
  }
}
