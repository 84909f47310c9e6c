import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { statusesBefore } from '../../../domain/booking-event.ts'
import type { EventClaim } from '../../../ports/booking-store.ts'
import type { Database } from '../client.ts'

const Claims = z.array(z.object({ isFirst: z.boolean() })).max(1)
const Ages = z.array(z.object({ ms: z.number() })).max(1)

/** The promises of BookingStore.claimWrite. */
export async function claimWrite(
  database: Database,
  id: string,
  connectionId: string,
): Promise<EventClaim | undefined> {
  const by = randomUUID()
  const rows = await database.$queryRaw`
    WITH claimed AS (
      UPDATE booking SET event_connection_id = ${connectionId}::uuid
      WHERE id = ${id}::uuid AND event_status = ANY (${statusesBefore('WRITTEN', 'reconcile')}::"EventStatus"[])
      RETURNING id
    )
    INSERT INTO event_claim (booking_id, claimed_at, claimed_by)
    SELECT id, clock_timestamp(), ${by}::uuid FROM claimed
    ON CONFLICT (booking_id) DO UPDATE SET claimed_at = EXCLUDED.claimed_at, claimed_by = EXCLUDED.claimed_by
    RETURNING (xmax = 0) AS "isFirst"`
  const claim = Claims.parse(rows)[0]
  return claim && { by, ...claim }
}

/** The promises of BookingStore.claimAgeMs. */
export async function claimAgeMs(database: Database, id: string): Promise<number | undefined> {
  const rows = await database.$queryRaw`
    SELECT (extract(epoch FROM clock_timestamp() - claimed_at) * 1000)::float8 AS ms
    FROM event_claim WHERE booking_id = ${id}::uuid`
  return Ages.parse(rows)[0]?.ms
}
