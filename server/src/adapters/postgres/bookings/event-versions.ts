import { z } from 'zod'
import { EVENT_CHANGES, type EventChange } from '../../../domain/changed-event.ts'
import type { Booking } from '../../../ports/booking-store.ts'
import type { Database, Transaction } from '../client.ts'
import { BOOKING_PARTS, toBooking } from './booking-rows.ts'

const Ids = z.array(z.object({ id: z.uuid() }))
const Change = z.enum(EVENT_CHANGES)

export const toChange = (text: string): EventChange => Change.parse(text)

/** The change key of an event that was written, to be read once more a minute later by the database's clock (F-71). */
export async function keepVersion(database: Transaction, id: string, changeKey: string): Promise<void> {
  await database.$executeRaw`
    INSERT INTO event_version (booking_id, change_key, look_at)
    VALUES (${id}::uuid, ${changeKey}, clock_timestamp() + interval '1 minute')
    ON CONFLICT (booking_id) DO UPDATE SET change_key = EXCLUDED.change_key, look_at = EXCLUDED.look_at`
}

export async function keepChange(database: Transaction, id: string, change: EventChange): Promise<void> {
  await database.eventVersion.upsert({
    where: { bookingId: id },
    create: { bookingId: id, change },
    update: { change },
    select: { bookingId: true },
  })
}

/** The promises of BookingStore.changeKey. */
export async function keptChangeKey(database: Database, id: string): Promise<string | undefined> {
  const row = await database.eventVersion.findUnique({ where: { bookingId: id }, select: { changeKey: true } })
  return row?.changeKey ?? undefined
}

/** What has become of the events of these bookings that were left alone. */
export async function changesOf(
  database: Pick<Database, 'eventVersion'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EventChange>> {
  if (ids.length === 0) return new Map()
  const rows = await database.eventVersion.findMany({
    where: { bookingId: { in: [...ids] }, change: { not: null } },
    select: { bookingId: true, change: true },
  })
  return new Map(rows.map(({ bookingId, change }) => [bookingId, Change.parse(change)]))
}

/** The promises of BookingStore.takeDueForLook. */
export async function takeDueForLook(database: Database, limit: number): Promise<Booking[]> {
  // Of events that are not to be compared any more the look is taken back.
  const taken = await database.$queryRaw`
    WITH due AS (
      SELECT booking_id FROM event_version WHERE look_at < clock_timestamp()
      ORDER BY look_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE event_version v SET look_at = CASE WHEN b.event_status = 'WRITTEN' AND b.ends_at > clock_timestamp()
        THEN clock_timestamp() + interval '1 hour' END
      FROM due JOIN booking b ON b.id = due.booking_id
      WHERE v.booking_id = due.booking_id RETURNING v.booking_id AS id, v.look_at
    )
    SELECT id FROM taken WHERE look_at IS NOT NULL`
  const ids = Ids.parse(taken).map(({ id }) => id)
  if (ids.length === 0) return []
  const rows = await database.booking.findMany({ where: { id: { in: ids } }, include: BOOKING_PARTS })
  return rows.map(toBooking)
}

/** The promises of BookingStore.recordLook. */
export async function recordLook(database: Database, id: string, changeKey: string | undefined): Promise<void> {
  await database.$executeRaw`
    UPDATE event_version v SET look_at = NULL, change_key = coalesce(${changeKey ?? null}::text, v.change_key)
    FROM booking b WHERE v.booking_id = ${id}::uuid AND b.id = v.booking_id AND b.event_status = 'WRITTEN'`
}
