import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { FoundDifference } from '../../../domain/event-difference.ts'
import { CALENDAR_PROVIDER_TYPES } from '../../../ports/calendar-provider-type.ts'
import type { EventToCompare } from '../../../ports/event-comparison-store.ts'
import type { Database } from '../client.ts'
import { Prisma } from '../generated/client.ts'
import { stepAfter } from '../own-steps.ts'

const NEAR_SECONDS = 11 * 60
const FAR_SECONDS = 6 * 3600
const NEAR_HOURS = 48
/** Until a difference is looked at again: a little more than the minute that must lie between. */
const AGAIN_SECONDS = 61
/** Rows scheduled, and rows looked at for tenants to queue, by one statement. */
const AT_ONCE = 2_000
/** So many comparing jobs run at one time in a process: its worker's other places stay free for other jobs. */
const LANES = 2

const TENANT = Prisma.sql`b.tenant_id`

/** Of a booking `b`: when its event is compared next. What begins in 48 hours is not looked at later than then. */
const NEXT = Prisma.sql`CASE
  WHEN b.starts_at <= statement_timestamp() + ${NEAR_HOURS}::int * interval '1 hour'
    THEN ${stepAfter(Prisma.sql`statement_timestamp()`, NEAR_SECONDS, TENANT)}
  ELSE least(${stepAfter(Prisma.sql`statement_timestamp()`, FAR_SECONDS, TENANT)},
    ${stepAfter(Prisma.sql`(b.starts_at - ${NEAR_HOURS}::int * interval '1 hour')`, NEAR_SECONDS, TENANT)})
END`

/** The promises of EventComparisonStore.queueDue. */
export async function queueDue(database: Database): Promise<void> {
  await database.$executeRaw`
    UPDATE event_comparison c SET compare_at = ${NEXT}
    FROM (SELECT booking_id FROM event_comparison WHERE compare_at IS NULL LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED) lately
    JOIN booking b ON b.id = lately.booking_id
    WHERE c.booking_id = lately.booking_id`
  // Not with clock_timestamp(): PostgreSQL uses no index for a comparison with a volatile function.
  await queueJobs(
    database,
    Prisma.sql`SELECT DISTINCT tenant_id FROM (
      SELECT tenant_id FROM event_comparison WHERE compare_at <= statement_timestamp()
      ORDER BY compare_at LIMIT ${AT_ONCE}) due`,
  )
}

/** The promises of EventComparisonStore.queue. */
export const queueComparison = (database: Database, tenantId: string): Promise<unknown> =>
  queueJobs(database, Prisma.sql`SELECT ${tenantId}::uuid AS tenant_id`)

/**
 * After all other jobs, two at a time in a process. One that waits keeps its place in the queue. Tried once: what fails is due
 * again.
 */
const queueJobs = (database: Database, tenants: Prisma.Sql): Promise<unknown> =>
  database.$executeRaw`
    SELECT graphile_worker.add_jobs(array_agg((
      'compare_events', json_build_object('tenantId', t.tenant_id::text), NULL, clock_timestamp(), 1,
      'compare:' || t.tenant_id, 10,
      ARRAY['compare:' || (hashtext(t.tenant_id::text)::bigint & 2147483647) % ${LANES}::int])::graphile_worker.job_spec),
      job_key_preserve_run_at => true)
    FROM (${tenants}) t HAVING count(*) > 0`

const Due = z.array(
  z.object({
    bookingId: z.uuid(),
    eventId: z.string(),
    startsAt: z.date(),
    endsAt: z.date(),
    seenStart: z.date().nullable(),
    seenEnd: z.date().nullable(),
    provider: z.enum(CALENDAR_PROVIDER_TYPES).nullable(),
    accountKey: z.string().nullable(),
    calendarId: z.string().nullable(),
    conflictSeen: z.boolean(),
  }),
)

/** The promises of EventComparisonStore.takeDue. */
export async function takeDueEvents(database: Database, tenantId: string, limit: number): Promise<EventToCompare[]> {
  const rows = await database.$queryRaw`
    WITH due AS (
      SELECT booking_id FROM event_comparison
      WHERE tenant_id = ${tenantId}::uuid AND compare_at <= statement_timestamp()
      ORDER BY compare_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), over AS (
      DELETE FROM event_comparison c USING due, booking b
      WHERE c.booking_id = due.booking_id AND b.id = due.booking_id AND b.ends_at <= statement_timestamp()
    ), forgotten AS (
      DELETE FROM event_difference d USING due, booking b
      WHERE d.booking_id = due.booking_id AND b.id = due.booking_id AND b.ends_at <= statement_timestamp()
    ), taken AS (
      UPDATE event_comparison c SET compare_at = ${NEXT}
      FROM due JOIN booking b ON b.id = due.booking_id
      WHERE c.booking_id = due.booking_id AND b.ends_at > statement_timestamp()
      RETURNING c.booking_id
    )
    SELECT b.id AS "bookingId", b.event_id AS "eventId", b.starts_at AS "startsAt", b.ends_at AS "endsAt",
      d.starts_at AS "seenStart", d.ends_at AS "seenEnd", w.provider, w.account_key AS "accountKey",
      b.event_calendar_id AS "calendarId",
      k.id IS NOT NULL AND k.shown_since IS NULL AND k.answer IS NULL AS "conflictSeen"
    FROM taken JOIN booking b ON b.id = taken.booking_id
    LEFT JOIN calendar_connection w ON w.id = b.event_connection_id
    LEFT JOIN event_difference d ON d.booking_id = b.id AND d.kind <> 'conflict' AND d.event_id = b.event_id
    LEFT JOIN event_difference k ON k.booking_id = b.id AND k.kind = 'conflict' AND k.event_id = b.event_id
    WHERE b.status = 'CONFIRMED' AND b.event_status = 'WRITTEN' AND b.event_id IS NOT NULL
    ORDER BY b.starts_at, b.id`
  return Due.parse(rows).map(({ bookingId, eventId, startsAt, endsAt, seenStart, seenEnd, ...where }) => ({
    bookingId,
    eventId,
    session: { start: startsAt, end: endsAt },
    expected: { start: seenStart ?? startsAt, end: seenEnd ?? endsAt },
    calendarId: where.calendarId ?? undefined,
    conflictSeen: where.conflictSeen,
    mailbox:
      where.provider === null || where.accountKey === null
        ? undefined
        : { provider: where.provider, accountKey: where.accountKey },
  }))
}

/** The promises of EventComparisonStore.giveBack. */
export async function giveBackEvents(database: Database, bookingIds: readonly string[]): Promise<void> {
  await database.$executeRaw`
    UPDATE event_comparison SET compare_at = statement_timestamp() WHERE booking_id = ANY (${[...bookingIds]}::uuid[])`
}

/** What she put back lately is kept beside its answer, so that another window can tell her. */
const LATELY = Prisma.sql`(answer = 'put_back' AND answered_at > statement_timestamp() - interval '1 hour')`

/** The promises of EventComparisonStore.recordAsBooked. */
export async function recordAsBooked(database: Database, bookingIds: readonly string[]): Promise<void> {
  if (bookingIds.length === 0) return
  await database.$executeRaw`
    DELETE FROM event_difference WHERE booking_id = ANY (${[...bookingIds]}::uuid[]) AND kind <> 'conflict'
      AND ${LATELY} IS NOT TRUE`
}

const Shown = z.array(z.object({ isNew: z.boolean() }))

/** What becomes of the row `d` of a difference when one is found again: it goes on where that is the same, else it begins anew. */
export const seenAgain = (isSame: Prisma.Sql): Prisma.Sql => Prisma.sql`
  id = CASE WHEN ${isSame} THEN d.id ELSE excluded.id END,
  first_seen_at = CASE WHEN ${isSame} THEN d.first_seen_at ELSE excluded.first_seen_at END,
  shown_since = CASE WHEN ${isSame} THEN coalesce(d.shown_since,
    CASE WHEN d.first_seen_at <= clock_timestamp() - interval '1 minute' THEN clock_timestamp() END) END,
  answer = CASE WHEN ${isSame} THEN d.answer END,
  answered_at = CASE WHEN ${isSame} THEN d.answered_at END,
  event_id = excluded.event_id, kind = excluded.kind`

/** The column keeps milliseconds. */
export const SHOWN_NOW = Prisma.sql`coalesce(d.shown_since >= date_trunc('milliseconds', statement_timestamp()), false)`

/** What was found of these bookings for the first time is looked at again; `of`: of the row `d`. */
export const lookAgain = (database: Database, bookingIds: readonly string[], of: Prisma.Sql): Promise<unknown> =>
  database.$executeRaw`
    UPDATE event_comparison c SET compare_at = least(c.compare_at, statement_timestamp() + ${AGAIN_SECONDS}::int * interval '1 second')
    FROM event_difference d
    WHERE c.booking_id = ANY (${[...bookingIds]}::uuid[]) AND d.booking_id = c.booking_id AND d.shown_since IS NULL
      AND d.answer IS NULL AND ${of}`

/** The promises of EventComparisonStore.recordDifference. */
export async function recordDifference(
  database: Database,
  { bookingId, eventId }: Pick<EventToCompare, 'bookingId' | 'eventId'>,
  { kind, now }: FoundDifference,
): Promise<boolean> {
  // A look that began before she had the event put back may end after it: what it has seen is not found anew.
  const isSame = Prisma.sql`(d.event_id = excluded.event_id AND d.kind = excluded.kind
    AND d.starts_at IS NOT DISTINCT FROM excluded.starts_at AND d.ends_at IS NOT DISTINCT FROM excluded.ends_at
    AND (d.answer IS NULL OR d.answer = 'leave' OR d.answered_at > statement_timestamp() - interval '2 minutes'))`
  // The booking's row is locked before that of the comparison, as by the trigger.
  const shown = await database.$queryRaw`
    INSERT INTO event_difference AS d (id, booking_id, tenant_id, event_id, kind, starts_at, ends_at, first_seen_at)
    SELECT ${randomUUID()}::uuid, b.id, b.tenant_id, b.event_id, ${kind}, ${now?.start ?? null}::timestamptz,
      ${now?.end ?? null}::timestamptz, clock_timestamp()
    FROM booking b
    WHERE b.id = ${bookingId}::uuid AND b.event_id = ${eventId} AND b.event_status = 'WRITTEN' AND b.status = 'CONFIRMED'
    ON CONFLICT (booking_id, (kind = 'conflict')) DO UPDATE SET ${seenAgain(isSame)},
      starts_at = excluded.starts_at, ends_at = excluded.ends_at
    RETURNING ${SHOWN_NOW} AS "isNew"`
  await lookAgain(database, [bookingId], Prisma.sql`d.kind <> 'conflict'`)
  const isNew = Shown.parse(shown)[0]?.isNew === true
  if (isNew) await database.eventDifference.deleteMany({ where: { bookingId, kind: 'conflict' } })
  return isNew
}
