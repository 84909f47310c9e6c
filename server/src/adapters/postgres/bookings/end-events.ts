import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { afterEnding, type EventsLeft } from '../../../domain/account-ending.ts'
import { EVENT_STATUSES } from '../../../domain/booking-event.ts'
import type { Connection, Mailbox } from '../../../ports/connection.ts'
import type { Transaction } from '../client.ts'
import { Prisma } from '../generated/client.ts'
import { queueFormerEvents, queueOutboxJobs, unqueueOutboxJobs } from './outbox-jobs.ts'

type Account = Mailbox & Pick<Connection, 'access'>

interface EndingAccount {
  readonly tenantId: string
  readonly ended: Account & { readonly id: string }
  /** The account that follows; the same one where the right to write to it is given back. */
  readonly next: Account | undefined
  readonly events: EventsLeft
  readonly now: Date
}

const Rows = z.array(
  z.object({
    id: z.uuid(),
    status: z.enum(EVENT_STATUSES),
    eventId: z.string().nullable(),
    connectionId: z.uuid().nullable(),
    isToCome: z.boolean(),
    isThere: z.boolean(),
    isKept: z.boolean(),
  }),
)

interface Change {
  readonly id: string
  readonly status: string
  readonly failure?: string
  readonly former?: string
  /** The next key of the booking's event. */
  readonly key?: string
}

/**
 * Gives each event the status that {@link afterEnding} says, makes former events of those that are the booking's no longer,
 * and queues and takes back jobs. In the transaction that ends the connection, with the calendar's lock.
 */
export async function endEvents(transaction: Transaction, ending: EndingAccount): Promise<void> {
  const changes = await changesOf(transaction, ending)
  const json = JSON.stringify(changes)
  await makeFormerEvents(transaction, ending, json)
  await transaction.$executeRaw`
    UPDATE booking SET event_status = after.status, event_failure = after.failure,
      event_id = CASE WHEN after.key IS NULL THEN event_id END,
      event_connection_id = CASE WHEN after.key IS NULL THEN event_connection_id END,
      event_calendar_id = CASE WHEN after.key IS NULL THEN event_calendar_id END,
      event_invited = event_invited AND after.key IS NULL,
      event_join_url = CASE WHEN after.former = 'REMOVING' THEN NULL ELSE event_join_url END
    FROM jsonb_to_recordset(${json}::jsonb)
      AS after (id uuid, status "EventStatus", failure text, former text, key uuid)
    WHERE booking.id = after.id`
  await transaction.$executeRaw`
    INSERT INTO event_key (booking_id, key)
    SELECT id, key FROM jsonb_to_recordset(${json}::jsonb) AS after (id uuid, key uuid) WHERE key IS NOT NULL
    ON CONFLICT (booking_id) DO UPDATE SET key = excluded.key`
  await transaction.$executeRaw`
    DELETE FROM event_claim USING jsonb_to_recordset(${json}::jsonb) AS after (id uuid, key uuid)
    WHERE booking_id = after.id AND after.key IS NOT NULL`
  await transaction.$executeRaw`
    DELETE FROM event_version USING jsonb_to_recordset(${json}::jsonb) AS after (id uuid, key uuid)
    WHERE booking_id = after.id AND after.key IS NOT NULL`
  if (ending.next?.access === 'bookings') await takeBack(transaction, ending.tenantId, ending.next)
  await queueJobs(transaction, changes)
}

async function changesOf(
  transaction: Transaction,
  { tenantId, ended, next, events, now }: EndingAccount,
): Promise<Change[]> {
  // The rows are locked, because outbox jobs that run meanwhile record event statuses without the calendar's lock.
  const rows = await transaction.$queryRaw`
    SELECT b.id, b.event_status AS status, b.event_id AS "eventId", b.event_connection_id AS "connectionId",
      b.starts_at > ${now}::timestamptz AS "isToCome",
      w.id IS NULL OR (w.provider = ${ended.provider}::"CalendarProviderType" AND w.account_key = ${ended.accountKey})
        AS "isThere",
      EXISTS (
        SELECT 1 FROM calendar_connection o JOIN kept_grant g ON g.connection_id = o.id
        WHERE o.tenant_id = ${tenantId}::uuid AND o.access = 'BOOKINGS' AND g.kept_until > ${now}::timestamptz
          AND g.revocation_began_at IS NULL
          AND o.provider = w.provider AND o.account_key = w.account_key
      ) AS "isKept"
    FROM booking b LEFT JOIN calendar_connection w ON w.id = b.event_connection_id
    WHERE b.tenant_id = ${tenantId}::uuid
      AND (b.event_status IN ('PENDING', 'REMOVING')
        OR (b.event_status = 'WRITTEN' AND b.ends_at > ${now}::timestamptz AND b.starts_at > ${now}::timestamptz))
    ORDER BY b.id FOR UPDATE OF b`
  const plan = { events, writesOn: next?.access === 'bookings' }
  return Rows.parse(rows).flatMap(({ id, status, eventId, connectionId, isToCome, isThere, isKept }) => {
    const after = afterEnding(
      {
        status,
        id: eventId ?? undefined,
        connectionId: connectionId ?? undefined,
        isToCome,
        isThere,
        isRemovable: (isThere && ended.access === 'bookings') || isKept,
      },
      plan,
    )
    if (after === undefined) return []
    // A new key also for what nobody began to write: a job that has read the row before writes nothing to the old account.
    const isNew = after.status === 'PENDING' || after.former !== undefined
    return [{ id, ...after, ...(isNew && { key: randomUUID() }) }]
  })
}

const makeFormerEvents = (transaction: Transaction, { ended, now }: EndingAccount, changes: string) =>
  transaction.$executeRaw`
    INSERT INTO former_event
      (key, booking_id, tenant_id, connection_id, status, event_id, join_url, claimed_at, change_key, left_at,
        calendar_id, invited)
    SELECT COALESCE(k.key, b.id), b.id, b.tenant_id, COALESCE(b.event_connection_id, ${ended.id}::uuid), after.former,
      b.event_id, b.event_join_url, c.claimed_at, v.change_key, ${now}::timestamptz,
      b.event_calendar_id, b.event_invited
    FROM jsonb_to_recordset(${changes}::jsonb) AS after (id uuid, former "EventStatus")
    JOIN booking b ON b.id = after.id
    LEFT JOIN event_key k ON k.booking_id = b.id
    LEFT JOIN event_claim c ON c.booking_id = b.id
    LEFT JOIN event_version v ON v.booking_id = b.id
    WHERE after.former IS NOT NULL`

/** Events that were left in the account that is connected once more are their bookings' events again: none is written twice. */
const takeBack = (transaction: Transaction, tenantId: string, { provider, accountKey }: Mailbox) =>
  transaction.$executeRaw`
    WITH back AS (
      DELETE FROM former_event f USING calendar_connection w, booking b
      WHERE f.tenant_id = ${tenantId}::uuid AND f.status = 'WRITTEN' AND w.id = f.connection_id AND b.id = f.booking_id
        AND w.provider = ${provider}::"CalendarProviderType" AND w.account_key = ${accountKey}
        AND b.status = 'CONFIRMED' AND b.event_status = 'PENDING'
      RETURNING f.booking_id, f.key, f.event_id, f.join_url, f.connection_id, f.claimed_at, f.change_key, f.calendar_id,
        f.invited
    ), claimed AS (
      INSERT INTO event_claim (booking_id, claimed_at, claimed_by)
      SELECT booking_id, claimed_at, gen_random_uuid() FROM back WHERE claimed_at IS NOT NULL
    ), kept AS (
      INSERT INTO event_version (booking_id, change_key)
      SELECT booking_id, change_key FROM back WHERE change_key IS NOT NULL
    ), keyed AS (
      UPDATE event_key SET key = back.key FROM back WHERE event_key.booking_id = back.booking_id
    )
    UPDATE booking SET event_id = back.event_id, event_connection_id = back.connection_id,
      event_join_url = back.join_url, event_calendar_id = back.calendar_id, event_invited = back.invited,
      event_status = CASE WHEN back.event_id IS NULL THEN 'PENDING'::"EventStatus" ELSE 'WRITTEN' END
    FROM back WHERE booking.id = back.booking_id`

async function queueJobs(transaction: Transaction, changes: readonly Change[]): Promise<void> {
  const idsOf = (fits: (change: Change) => boolean) => changes.filter(fits).map(({ id }) => id)
  await unqueueOutboxJobs(
    transaction,
    idsOf(({ status }) => status !== 'PENDING'),
  )
  await queueOutboxJobs(
    transaction,
    idsOf(({ status }) => status === 'PENDING'),
  )
  await queueFormerEvents(
    transaction,
    idsOf(({ former }) => former === 'REMOVING'),
  )
}

/** Removals from this account that are left to do wait until it is connected again: the therapist is told at once. */
export async function giveUpRemovals(
  transaction: Transaction,
  tenantId: string,
  { provider, accountKey }: Mailbox,
): Promise<void> {
  const same = Prisma.sql`(
    SELECT w.id FROM calendar_connection w
    WHERE w.tenant_id = ${tenantId}::uuid AND w.provider = ${provider}::"CalendarProviderType"
      AND w.account_key = ${accountKey} AND NOT EXISTS (
        SELECT 1 FROM calendar_connection c
        WHERE c.tenant_id = w.tenant_id AND c.status = 'ACTIVE' AND c.access = 'BOOKINGS'
          AND c.provider = w.provider AND c.account_key = w.account_key))`
  await transaction.$executeRaw`
    UPDATE former_event SET failure = 'reconnect' WHERE status = 'REMOVING' AND connection_id IN ${same}`
  await transaction.$executeRaw`
    UPDATE booking SET event_failure = 'reconnect'
    WHERE tenant_id = ${tenantId}::uuid AND event_status = 'REMOVING' AND event_connection_id IN ${same}`
}
