import { z } from 'zod'
import { HOUR_MS } from '../../../domain/durations.ts'
import type { Interval } from '../../../domain/interval.ts'
import type {
  BookedTime,
  BookingStore,
  StandingEvents,
  UnremovedEvent,
  UpcomingCounts,
  WrittenEvents,
} from '../../../ports/booking-store.ts'
import { CALENDAR_FAILURES, isTransient } from '../../../ports/calendar-failure.ts'
import type { Mailbox } from '../../../ports/connection.ts'
import type { Transaction } from '../client.ts'
import { BOOKING_PARTS, toBooking } from './booking-rows.ts'
import { openDifferences } from './event-differences.ts'
import { changesOf } from './event-versions.ts'

export async function bookingByKey(database: Transaction, tenantId: string, idempotencyKeyHash: string) {
  const row = await database.booking.findUnique({
    where: { tenantId_idempotencyKeyHash: { tenantId, idempotencyKeyHash } },
    include: BOOKING_PARTS,
  })
  if (row === null) return undefined
  const { requestHash, manageTokenHash } = row
  return { booking: toBooking(row), requestHash, manageTokenHash }
}

/** The longest a booking, and a buffer before or after it, may be: the constraint `booking_lengths`. */
const LONGEST_MS = 12 * HOUR_MS
const LONGEST_BUFFER_MS = 4 * HOUR_MS

const shifted = (instant: Date, milliseconds: number): Date => new Date(instant.getTime() + milliseconds)

// Both bound starts_at as well, which the index knows: without it the whole history of a tenant is read.

/** Bookings that block some of the window. */
export const blockedBounds = ({ start, end }: Interval) => ({
  startsAt: { gt: shifted(start, -LONGEST_MS - LONGEST_BUFFER_MS), lt: shifted(end, LONGEST_BUFFER_MS) },
  blockedFrom: { lt: end },
  blockedUntil: { gt: start },
})

/** Bookings that end after an instant. */
export const endingAfter = (instant: Date) => ({
  startsAt: { gt: shifted(instant, -LONGEST_MS) },
  endsAt: { gt: instant },
})

export async function blockedIn(database: Transaction, tenantId: string, window: Interval): Promise<Interval[]> {
  const rows = await database.booking.findMany({
    where: { tenantId, status: 'CONFIRMED', ...blockedBounds(window) },
    orderBy: { blockedFrom: 'asc' },
    select: { blockedFrom: true, blockedUntil: true },
  })
  return rows.map(({ blockedFrom, blockedUntil }) => ({ start: blockedFrom, end: blockedUntil }))
}

export async function bookedIn(database: Transaction, tenantId: string, window: Interval): Promise<BookedTime[]> {
  const rows = await database.booking.findMany({
    where: { tenantId, status: 'CONFIRMED', ...blockedBounds(window) },
    orderBy: { blockedFrom: 'asc' },
    select: { startsAt: true, endsAt: true, blockedFrom: true, blockedUntil: true },
  })
  return rows.map(({ startsAt, endsAt, blockedFrom, blockedUntil }) => ({
    session: { start: startsAt, end: endsAt },
    blocked: { start: blockedFrom, end: blockedUntil },
  }))
}

/** The promises of BookingStore.unremoved. */
export async function unremovedEvents(
  database: Transaction,
  tenantId: string,
  { endsAfter, cancelledBefore, limit }: Parameters<BookingStore['unremoved']>[1],
): Promise<UnremovedEvent[]> {
  const rows = await database.booking.findMany({
    where: {
      tenantId,
      status: 'CANCELLED',
      endsAt: { gt: endsAfter },
      eventStatus: { in: ['FAILED', 'REMOVING'] },
      OR: [
        { eventStatus: 'FAILED' },
        { eventFailure: { in: CALENDAR_FAILURES.filter((failure) => !isTransient(failure)) } },
        { cancelledAt: { lt: cancelledBefore } },
      ],
    },
    orderBy: [{ endsAt: 'desc' }, { id: 'desc' }],
    take: limit,
    include: BOOKING_PARTS,
  })
  const ids = rows.filter(({ eventStatus }) => eventStatus === 'FAILED').map(({ id }) => id)
  const changes = await changesOf(database, ids)
  return rows
    .reverse()
    .map((row) => ({ booking: toBooking(row), provider: row.eventConnection?.provider, change: changes.get(row.id) }))
}

const Upcoming = z.tuple([z.object({ sessions: z.number(), notices: z.number() })])

/** The promises of BookingStore.countUpcoming. */
export async function countUpcoming(database: Transaction, tenantId: string, from: Date): Promise<UpcomingCounts> {
  const { startsAt, endsAt } = endingAfter(from)
  const rows = await database.$queryRaw`
    SELECT (SELECT count(*)::int FROM booking
              WHERE tenant_id = ${tenantId}::uuid AND status = 'CONFIRMED'
                AND starts_at > ${startsAt.gt}::timestamptz AND ends_at > ${endsAt.gt}::timestamptz) AS sessions,
           (SELECT count(*)::int FROM ${openDifferences(tenantId, from)}) AS notices`
  return Upcoming.parse(rows)[0]
}

/** The promises of BookingStore.countStanding: the same sessions that the end of the account's connection takes along. */
export async function standingEvents(
  database: Transaction,
  tenantId: string,
  { provider, accountKey }: Mailbox,
  from: Date,
): Promise<StandingEvents> {
  const where = {
    tenantId,
    eventStatus: 'WRITTEN' as const,
    startsAt: { gt: from },
    OR: [{ eventConnectionId: null }, { eventConnection: { provider, accountKey } }],
  }
  const [sessions, withVideo] = await Promise.all([
    database.booking.count({ where }),
    database.booking.count({ where: { ...where, eventJoinUrl: { not: null } } }),
  ])
  return { sessions, withVideo }
}

/** The promises of BookingStore.countWritten. */
export async function writtenEvents(
  database: Transaction,
  tenantId: string,
  { provider, accountKey }: Mailbox,
  from: Date,
): Promise<WrittenEvents> {
  const toCome = { tenantId, endsAt: { gt: from } }
  const [groups, waiting] = await Promise.all([
    database.booking.groupBy({
      by: ['eventCalendarId'],
      where: {
        ...toCome,
        eventStatus: 'WRITTEN',
        OR: [{ eventConnectionId: null }, { eventConnection: { provider, accountKey } }],
      },
      _count: { id: true },
      orderBy: { _count: { id: 'desc' } },
    }),
    database.booking.count({ where: { ...toCome, eventStatus: 'PENDING' } }),
  ])
  const calendars = groups.map(({ eventCalendarId, _count }) => ({
    calendarId: eventCalendarId ?? undefined,
    sessions: _count.id,
  }))
  return { calendars, waiting }
}
