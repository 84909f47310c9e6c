import { z } from 'zod'
import { CALENDAR_PROVIDER_TYPES } from '../../../ports/calendar-provider-type.ts'
import type { EventsThere, Offboarding, OffboardingStore, OffboardingWord } from '../../../ports/tenant-offboarding.ts'
import { withCalendarLock } from '../bookings/calendar-lock.ts'
import { unqueueFormerEvents, unqueueOutboxJobs } from '../bookings/outbox-jobs.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { isUuid } from '../ids.ts'
import { recordAudit } from './audit-log.ts'
import { endAccess } from './user-store.ts'

const Ids = z.array(z.object({ id: z.string() }))

export function createOffboardingStore(database: Database): OffboardingStore {
  const locked = <T>(tenantId: string, work: (transaction: Transaction) => Promise<T>): Promise<T> =>
    withCalendarLock(database, tenantId, work)

  return guarded<OffboardingStore>({
    async begin(tenantId, word, now, actor) {
      if (!isUuid(tenantId)) return { kind: 'unknown' }
      return locked(tenantId, async (transaction) => {
        const tenant = await transaction.tenant.findUnique({ where: { id: tenantId } })
        if (tenant === null) return { kind: 'unknown' }
        const offboarding = await stateOf(transaction, tenantId, now)
        if (tenant.offboardingAt !== null) return { kind: 'begun', offboarding }
        const kind = tenant.closedAt === null ? 'open' : whyNot(offboarding, word)
        if (kind !== undefined) return { kind, offboarding }
        await mark(transaction, tenantId, { now, actor, offboarding })
        return { kind: 'begun', offboarding }
      })
    },

    async beginAgain(tenantId, now, actor) {
      return locked(tenantId, async (transaction) => {
        const tenant = await transaction.tenant.findUnique({ where: { id: tenantId } })
        if (tenant === null) return false
        if (tenant.offboardingAt === null)
          await mark(transaction, tenantId, { now, actor, offboarding: await stateOf(transaction, tenantId, now) })
        return true
      })
    },

    async connectionIds(tenantId) {
      const where = { tenantId, status: { not: 'DISCONNECTED' as const } }
      const rows = await database.calendarConnection.findMany({ where, select: { id: true } })
      return rows.map(({ id }) => id)
    },

    deleteBookings: (tenantId, limit) =>
      locked(tenantId, async (transaction) => {
        const found = await transaction.$queryRaw`
          SELECT b.id::text FROM booking b JOIN tenant t ON t.id = b.tenant_id
          WHERE b.tenant_id = ${tenantId}::uuid AND t.offboarding_at IS NOT NULL LIMIT ${limit}`
        const ids = Ids.parse(found).map(({ id }) => id)
        await unqueueOutboxJobs(transaction, ids)
        await unqueueFormerEvents(transaction, ids)
        return (await transaction.booking.deleteMany({ where: { id: { in: ids } } })).count
      }),

    finish: (tenantId, actor) =>
      locked(tenantId, async (transaction) => {
        const where = { tenantId }
        const live = await transaction.calendarConnection.count({
          where: { ...where, status: { not: 'DISCONNECTED' } },
        })
        if (live > 0 || (await transaction.booking.findFirst({ where, select: { id: true } })) !== null) return false
        for (const { id } of await transaction.user.findMany({ where, select: { id: true } }))
          await endAccess(transaction, id)
        // In the order of their foreign keys, which refuse any other.
        await transaction.oAuthAttempt.deleteMany({ where })
        await transaction.calendarConnection.deleteMany({ where })
        await transaction.workingHours.deleteMany({ where })
        await transaction.service.deleteMany({ where })
        await transaction.user.deleteMany({ where })
        const { count } = await transaction.tenant.deleteMany({ where: { id: tenantId, offboardingAt: { not: null } } })
        if (count > 0)
          await recordAudit(transaction, { tenantId, actor, action: 'tenant_offboarded', subjectId: tenantId })
        return true
      }),
  })
}

/** Undefined where nothing is in the way. */
function whyNot({ standing, events, bookings }: Offboarding, word: OffboardingWord) {
  if (standing > 0 && !word.leaveSessions) return 'standing'
  if (events.some(({ kind }) => kind === 'owed') && !word.leaveEvents) return 'owed'
  return word.bookings === bookings ? undefined : 'unconfirmed'
}

async function mark(
  transaction: Transaction,
  id: string,
  { now, actor, offboarding }: { readonly now: Date; readonly actor: string; readonly offboarding: Offboarding },
): Promise<void> {
  await transaction.$executeRaw`
    UPDATE tenant SET offboarding_at = ${now}::timestamptz, closed_at = coalesce(closed_at, ${now}::timestamptz),
      suspended_at = coalesce(suspended_at, ${now}::timestamptz) WHERE id = ${id}::uuid`
  for (const user of await transaction.user.findMany({ where: { tenantId: id }, select: { id: true } }))
    await endAccess(transaction, user.id)
  // From here on no event is begun: what may be under way has a claim, and counts as owed.
  await transaction.$executeRaw`
    UPDATE booking b SET event_status = 'NOT_WANTED' WHERE tenant_id = ${id}::uuid AND event_status = 'PENDING'
      AND NOT EXISTS (SELECT 1 FROM event_claim c WHERE c.booking_id = b.id)`
  const { bookings, events } = offboarding
  const detail = { bookings, events: events.reduce((sum, one) => sum + one.events, 0) }
  await recordAudit(transaction, { tenantId: id, actor, action: 'tenant_offboarding_begun', subjectId: id, detail })
}

const Counts = z.tuple([
  z.object({ bookings: z.number(), users: z.number(), accounts: z.number(), standing: z.number() }),
])

const Events = z.array(
  z.object({
    kind: z.enum(['owed', 'past', 'to_come', 'left']),
    provider: z.enum(CALENDAR_PROVIDER_TYPES).nullable(),
    account: z.string().nullable(),
    calendarId: z.string().nullable(),
    events: z.number(),
    first: z.date(),
    last: z.date(),
  }),
)

async function stateOf(transaction: Transaction, tenantId: string, now: Date): Promise<Offboarding> {
  const [counts] = Counts.parse(
    await transaction.$queryRaw`
      SELECT count(*)::int AS bookings,
        count(*) FILTER (WHERE status = 'CONFIRMED' AND ends_at > ${now}::timestamptz)::int AS standing,
        (SELECT count(*)::int FROM app_user WHERE tenant_id = ${tenantId}::uuid) AS users,
        (SELECT count(*)::int FROM calendar_connection
          WHERE tenant_id = ${tenantId}::uuid AND status <> 'DISCONNECTED') AS accounts
      FROM booking WHERE tenant_id = ${tenantId}::uuid`,
  )
  return { ...counts, events: await eventsOf(transaction, tenantId, now) }
}

async function eventsOf(transaction: Transaction, tenantId: string, now: Date): Promise<EventsThere[]> {
  const rows = await transaction.$queryRaw`
    WITH there AS (
      SELECT CASE
          WHEN b.event_status <> 'WRITTEN' OR b.status = 'CANCELLED' THEN 'owed'
          WHEN b.ends_at > ${now}::timestamptz THEN 'to_come' ELSE 'past' END AS kind,
        b.event_connection_id AS connection_id, b.event_calendar_id AS calendar_id, b.starts_at
      FROM booking b LEFT JOIN event_claim c ON c.booking_id = b.id
      WHERE b.tenant_id = ${tenantId}::uuid
        AND (b.event_status IN ('WRITTEN', 'REMOVING') OR (b.event_status = 'FAILED' AND b.status = 'CANCELLED')
          OR c.booking_id IS NOT NULL)
      UNION ALL
      SELECT CASE f.status WHEN 'WRITTEN' THEN 'left' ELSE 'owed' END, f.connection_id, f.calendar_id, b.starts_at
      FROM former_event f JOIN booking b ON b.id = f.booking_id WHERE f.tenant_id = ${tenantId}::uuid
    )
    SELECT there.kind, c.provider::text, coalesce(c.account_address, nullif(c.account_key, '')) AS account,
      there.calendar_id AS "calendarId", count(*)::int AS events, min(there.starts_at) AS first, max(there.starts_at) AS last
    FROM there LEFT JOIN calendar_connection c ON c.id = there.connection_id
    GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`
  return Events.parse(rows).map(({ provider, account, calendarId, ...row }) => ({
    ...row,
    provider: provider ?? undefined,
    account: account ?? undefined,
    calendarId: calendarId ?? undefined,
  }))
}
