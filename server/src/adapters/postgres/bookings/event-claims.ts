import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { statusesBefore } from '../../../domain/booking-event.ts'
import type { EventClaim, EventPlace } from '../../../ports/booking-store.ts'
import type { Database } from '../client.ts'
import { TRANSACTION_BUDGET } from './calendar-lock.ts'

const Claims = z.array(z.object({ isFirst: z.boolean() })).max(1)
const Ages = z.array(z.object({ ms: z.number() })).max(1)

/** The promises of BookingStore.claimWrite. */
export const claimWrite = (
  database: Database,
  {
    id,
    connectionId,
    eventKey,
    calendarId,
    isInvited = false,
  }: EventPlace & { readonly id: string; readonly connectionId: string; readonly eventKey: string },
): Promise<EventClaim | undefined> =>
  database.$transaction(async (transaction) => {
    // The row is locked by a statement of its own, so that the next one sees what the end of a connection has committed.
    await transaction.$executeRaw`SELECT 1 FROM booking WHERE id = ${id}::uuid FOR UPDATE`
    const by = randomUUID()
    const rows = await transaction.$queryRaw`
      WITH claimed AS (
        UPDATE booking b SET event_connection_id = c.id, event_calendar_id = ${calendarId ?? null}::text,
          event_invited = ${isInvited}::boolean
        FROM calendar_connection c
        WHERE b.id = ${id}::uuid AND b.event_status = ANY (${statusesBefore('WRITTEN', 'reconcile')}::"EventStatus"[])
          AND c.id = ${connectionId}::uuid AND c.status = 'ACTIVE' AND c.access = 'BOOKINGS'
          AND COALESCE((SELECT key FROM event_key WHERE booking_id = b.id), b.id) = ${eventKey}::uuid
        RETURNING b.id
      )
      INSERT INTO event_claim (booking_id, claimed_at, claimed_by)
      SELECT id, clock_timestamp(), ${by}::uuid FROM claimed
      ON CONFLICT (booking_id) DO UPDATE SET claimed_at = EXCLUDED.claimed_at, claimed_by = EXCLUDED.claimed_by
      RETURNING (xmax = 0) AS "isFirst"`
    const claim = Claims.parse(rows)[0]
    return claim && { by, ...claim }
  }, TRANSACTION_BUDGET)

/** The promises of BookingStore.claimAgeMs. */
export async function claimAgeMs(database: Database, id: string): Promise<number | undefined> {
  const rows = await database.$queryRaw`
    SELECT (extract(epoch FROM clock_timestamp() - claimed_at) * 1000)::float8 AS ms
    FROM event_claim WHERE booking_id = ${id}::uuid`
  return Ages.parse(rows)[0]?.ms
}

/** How long ago this was, by the database's clock. */
export async function claimedForMs(database: Database, claimedAt: Date): Promise<number | undefined> {
  const rows = await database.$queryRaw`
    SELECT (extract(epoch FROM clock_timestamp() - ${claimedAt}::timestamptz) * 1000)::float8 AS ms`
  return Ages.parse(rows)[0]?.ms
}
