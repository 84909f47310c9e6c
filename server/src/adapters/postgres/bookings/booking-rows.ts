import { z } from 'zod'
import type { KnownEvent } from '../../../domain/booking-event.ts'
import type { Booking } from '../../../ports/booking-store.ts'
import { CALENDAR_FAILURES } from '../../../ports/calendar-failure.ts'
import type { Prisma } from '../generated/client.ts'

export const BOOKING_PARTS = {
  service: true,
  eventConnection: { select: { provider: true, accountKey: true } },
} as const

/** What stands in the place of a client's address once it is erased; partial indexes name it, too. */
export const ERASED = 'erased'
/** What stands in the place of her name, in whatever language it is read. */
export const NOTHING = '—'

type Row = Prisma.BookingGetPayload<{ include: typeof BOOKING_PARTS }>

/** The reasons a calendar gives; whatever else stands in the column was not written by us. */
const Failure = z.enum(CALENDAR_FAILURES)

export const toFailure = (text: string | null) => (text === null ? undefined : Failure.parse(text))

export const toKnownEvent = (row: Pick<Row, 'eventStatus' | 'eventId' | 'eventConnectionId'>): KnownEvent => ({
  status: row.eventStatus,
  id: row.eventId ?? undefined,
  connectionId: row.eventConnectionId ?? undefined,
})

export const toBooking = (row: Row): Booking => ({
  id: row.id,
  tenantId: row.tenantId,
  service: {
    id: row.service.id,
    name: row.service.name,
    durationMinutes: row.service.durationMinutes,
    bufferBeforeMinutes: row.service.bufferBeforeMinutes,
    bufferAfterMinutes: row.service.bufferAfterMinutes,
    online: row.service.online,
  },
  startsAt: row.startsAt,
  endsAt: row.endsAt,
  status: row.status,
  clientName: row.clientName,
  clientEmail: row.clientEmail === ERASED ? NOTHING : row.clientEmail,
  calendarCheck: row.calendarCheck,
  calendarCheckedAt: row.calendarCheckedAt ?? undefined,
  cancelledAt: row.cancelledAt ?? undefined,
  event: {
    ...toKnownEvent(row),
    mailbox: row.eventConnection ?? undefined,
    joinUrl: row.eventJoinUrl ?? undefined,
    failure: toFailure(row.eventFailure),
    calendarId: row.eventCalendarId ?? undefined,
    isInvited: row.eventInvited,
  },
})
