import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { mayFollow } from '../../../domain/booking-event.ts'
import { DIFFERENCE_WORDS, type DifferenceWord, EVENT_DIFFERENCES, maySay } from '../../../domain/event-difference.ts'
import type { DifferenceNotice, EventComparisonStore, SaidOfDifference } from '../../../ports/event-comparison-store.ts'
import { recordAudit } from '../accounts/audit-log.ts'
import type { Database, Transaction } from '../client.ts'
import { withRetries } from '../database-errors.ts'
import { Prisma } from '../generated/client.ts'
import { isUuid } from '../ids.ts'
import { BOOKING_PARTS, toBooking } from './booking-rows.ts'
import { TRANSACTION_BUDGET, withCalendarLock } from './calendar-lock.ts'
import { keepVersion } from './event-versions.ts'
import { queueOutboxJob } from './outbox-jobs.ts'

const Ids = z.array(z.object({ id: z.uuid() }))
const Kind = z.enum(EVENT_DIFFERENCES)
const Word = z.enum(DIFFERENCE_WORDS)

const PARTS = { booking: { include: BOOKING_PARTS } } as const
type Row = Prisma.EventDifferenceGetPayload<{ include: typeof PARTS }>

const ACTIONS: Readonly<Record<DifferenceWord, string>> = {
  put_back: 'event_put_back',
  write_again: 'event_written_again',
  leave: 'event_difference_left',
}

const toNotice = ({ id, booking, kind, startsAt, endsAt, calendarIds }: Row): DifferenceNotice => ({
  id,
  booking: toBooking(booking),
  kind: Kind.parse(kind),
  now: startsAt === null || endsAt === null ? undefined : { start: startsAt, end: endsAt },
  calendarIds,
})

/**
 * The tables and conditions of what she is asked about: what was found in an account, while we write there; a conflict, while one
 * of its calendars makes her busy.
 */
export const openDifferences = (tenantId: string, now: Date) => Prisma.sql`event_difference d
    JOIN booking b ON b.id = d.booking_id
    JOIN calendar_connection w ON w.id = b.event_connection_id
    JOIN calendar_connection c ON c.tenant_id = d.tenant_id AND c.status = 'ACTIVE' AND c.access = 'BOOKINGS'
      AND c.provider = w.provider AND c.account_key = w.account_key
    WHERE d.tenant_id = ${tenantId}::uuid AND d.shown_since IS NOT NULL AND d.answer IS NULL
      AND b.ends_at > ${now}::timestamptz
      AND (d.calendar_ids IS NULL
        OR EXISTS (SELECT 1 FROM connected_calendar k WHERE k.id = ANY (d.calendar_ids) AND k.blocks))`

/** The promises of EventComparisonStore.notices. */
export async function noticesOf(
  database: Database,
  tenantId: string,
  now: Date,
  limit: number,
): Promise<DifferenceNotice[]> {
  const found = await database.$queryRaw`
    SELECT d.id FROM ${openDifferences(tenantId, now)}
    ORDER BY b.starts_at, d.id LIMIT ${limit}`
  const rows = await database.eventDifference.findMany({
    where: { id: { in: Ids.parse(found).map(({ id }) => id) } },
    orderBy: [{ booking: { startsAt: 'asc' } }, { id: 'asc' }],
    include: PARTS,
  })
  return rows.map(toNotice)
}

type Said = Parameters<EventComparisonStore['say']>[0]

/** The promises of EventComparisonStore.say. */
export async function sayOfDifference(database: Database, said: Said): Promise<SaidOfDifference | undefined> {
  if (!isUuid(said.bookingId) || !isUuid(said.differenceId)) return undefined
  return withCalendarLock(database, said.tenantId, (tx) => say(tx, said))
}

async function say(tx: Transaction, said: Said): Promise<SaidOfDifference | undefined> {
  const { tenantId, bookingId, differenceId, word, actor, now } = said
  // Jobs record without the calendar's lock.
  await tx.$executeRaw`SELECT 1 FROM booking WHERE id = ${bookingId}::uuid FOR UPDATE`
  const booking = await tx.booking.findUnique({ where: { id: bookingId, tenantId } })
  if (booking === null) return undefined
  await tx.$executeRaw`SELECT 1 FROM event_difference WHERE id = ${differenceId}::uuid FOR UPDATE`
  const found = await tx.eventDifference.findUnique({ where: { id: differenceId, bookingId }, include: PARTS })
  if (found === null) return { kind: 'changed' }
  if (found.answer !== null) return { kind: 'decided', word: Word.parse(found.answer) }
  if (!maySay(word, Kind.parse(found.kind))) return undefined
  const isItsEvent = booking.eventStatus === 'WRITTEN' && booking.eventId === found.eventId
  const isToCome = word === 'leave' ? booking.endsAt > now : booking.startsAt > now
  if (booking.status !== 'CONFIRMED' || !isItsEvent || !isToCome || found.shownSince === null)
    return { kind: 'changed' }
  await tx.$executeRaw`
    UPDATE event_difference SET answer = ${word}, answered_at = clock_timestamp() WHERE id = ${differenceId}::uuid`
  if (word === 'write_again') await writeAgain(tx, bookingId)
  const notice = toNotice(found)
  await recordAudit(tx, { tenantId, actor, action: ACTIONS[word], subjectId: bookingId, detail: detailOf(notice) })
  return { kind: 'said', notice }
}

/** What it was about: the row may be gone one day. */
const detailOf = ({ id, kind, now }: DifferenceNotice) => ({
  difference: id,
  was: kind,
  ...(now && { startsAt: now.start.toISOString(), endsAt: now.end.toISOString() }),
})

/**
 * Under another key, because the one before is used up. The event that is gone becomes a former event: should it come back, it goes
 * with the session when that is cancelled.
 */
async function writeAgain(tx: Transaction, bookingId: string): Promise<void> {
  if (!mayFollow('WRITTEN', 'PENDING', 'therapist')) throw new RangeError('no event is written again by the therapist')
  await tx.$executeRaw`
    INSERT INTO former_event (key, booking_id, tenant_id, connection_id, status, event_id, join_url, change_key, left_at,
      calendar_id, invited)
    SELECT coalesce(k.key, b.id), b.id, b.tenant_id, b.event_connection_id, 'WRITTEN', b.event_id, b.event_join_url,
      v.change_key, clock_timestamp(), b.event_calendar_id, b.event_invited
    FROM booking b LEFT JOIN event_key k ON k.booking_id = b.id LEFT JOIN event_version v ON v.booking_id = b.id
    WHERE b.id = ${bookingId}::uuid AND b.event_connection_id IS NOT NULL`
  const key = randomUUID()
  await tx.eventKey.upsert({
    where: { bookingId },
    create: { bookingId, key },
    update: { key },
    select: { bookingId: true },
  })
  await tx.eventClaim.deleteMany({ where: { bookingId } })
  await tx.eventVersion.deleteMany({ where: { bookingId } })
  await tx.booking.update({
    where: { id: bookingId },
    data: {
      eventStatus: 'PENDING',
      eventFailure: null,
      eventId: null,
      eventConnectionId: null,
      eventJoinUrl: null,
      eventCalendarId: null,
      eventInvited: false,
    },
    select: { id: true },
  })
  await queueOutboxJob(tx, bookingId)
}

/** The promises of EventComparisonStore.recordPutBack: what the event has come to is what we wrote. */
export async function recordPutBack(
  database: Database,
  bookingId: string,
  changeKey: string | undefined,
): Promise<void> {
  if (changeKey !== undefined) await keepVersion(database, bookingId, changeKey)
}

/** The promises of EventComparisonStore.takeBack. */
export async function takeBack(database: Database, notice: DifferenceNotice, actor: string): Promise<void> {
  const { id, booking } = notice
  await withRetries(() =>
    database.$transaction(async (tx) => {
      await tx.eventDifference.updateMany({
        where: { id, answer: 'put_back' },
        data: { answer: null, answeredAt: null },
      })
      await tx.$executeRaw`
        UPDATE event_comparison SET compare_at = statement_timestamp() WHERE booking_id = ${booking.id}::uuid`
      const { tenantId, id: subjectId } = booking
      await recordAudit(tx, { tenantId, actor, action: 'event_not_put_back', subjectId, detail: detailOf(notice) })
    }, TRANSACTION_BUDGET),
  )
}
