import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { FoundConflict } from '../../../ports/event-comparison-store.ts'
import type { Database } from '../client.ts'
import { Prisma } from '../generated/client.ts'
import { lookAgain, SHOWN_NOW, seenAgain } from './event-comparisons.ts'

const Shown = z.array(z.object({ bookingId: z.uuid(), isNew: z.boolean() }))

/** An array as text: PostgreSQL takes an array of arrays only where these are all of one length. */
const joined = (ids: readonly string[]): string => `{${ids.join()}}`

/** The promises of EventComparisonStore.recordConflicts. */
export async function recordConflicts(
  database: Database,
  found: readonly FoundConflict[],
): Promise<ReadonlySet<string>> {
  if (found.length === 0) return new Set()
  const rows = Prisma.sql`unnest(${found.map(() => randomUUID())}::uuid[], ${found.map(({ event }) => event.bookingId)}::uuid[],
    ${found.map(({ event }) => event.eventId)}::text[], ${found.map(({ calendarIds }) => joined(calendarIds))}::text[],
    ${found.map(({ unread }) => joined(unread))}::text[]) AS texts (id, booking_id, event_id, calendars, unread)`
  const looks = Prisma.sql`(SELECT id, booking_id, event_id, calendars::uuid[] AS calendar_ids, unread::uuid[] AS unread
    FROM ${rows}) f`
  // A conflict is over where none was found and every calendar that it was seen in could be read. Rows of an earlier release do
  // not say which calendars (NULL): those are over only where all could be read.
  await database.$executeRaw`
    DELETE FROM event_difference d USING ${looks}
    WHERE d.booking_id = f.booking_id AND d.kind = 'conflict' AND f.calendar_ids = '{}'
      AND NOT coalesce(d.calendar_ids && f.unread, f.unread <> '{}')`
  const isSame = Prisma.sql`(d.event_id = excluded.event_id AND coalesce(excluded.calendar_ids <@ d.calendar_ids, false))`
  const kept = Prisma.sql`(SELECT unnest(d.calendar_ids) INTERSECT SELECT unnest(f.unread)
    FROM ${looks} WHERE f.booking_id = d.booking_id)`
  await database.$executeRaw`
    UPDATE event_difference d SET calendar_ids = ARRAY${kept}
    FROM ${looks} WHERE d.booking_id = f.booking_id AND d.kind = 'conflict' AND f.calendar_ids = '{}' AND d.calendar_ids IS NOT NULL`
  // The bookings' rows are locked in one order, and before those of the comparisons.
  const shown = await database.$queryRaw`
    INSERT INTO event_difference AS d (id, booking_id, tenant_id, event_id, kind, calendar_ids, first_seen_at)
    SELECT f.id, b.id, b.tenant_id, b.event_id, 'conflict', f.calendar_ids, clock_timestamp()
    FROM ${looks} JOIN booking b ON b.id = f.booking_id
    WHERE f.calendar_ids <> '{}' AND b.event_id = f.event_id AND b.event_status = 'WRITTEN' AND b.status = 'CONFIRMED'
    ORDER BY b.id
    ON CONFLICT (booking_id, (kind = 'conflict')) DO UPDATE SET ${seenAgain(isSame)},
      calendar_ids = ARRAY(SELECT unnest(excluded.calendar_ids) UNION ${kept})
    RETURNING d.booking_id AS "bookingId", ${SHOWN_NOW} AS "isNew"`
  const seen = Shown.parse(shown)
  await lookAgain(
    database,
    seen.map(({ bookingId }) => bookingId),
    Prisma.sql`d.kind = 'conflict'`,
  )
  return new Set(seen.filter(({ isNew }) => isNew).map(({ bookingId }) => bookingId))
}
