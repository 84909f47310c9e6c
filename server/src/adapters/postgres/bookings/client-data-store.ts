import { z } from 'zod'
import type { ClientDataStore } from '../../../ports/client-data-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import { isStorable, isUuid } from '../ids.ts'
import { withCalendarLock } from './calendar-lock.ts'
import { eraseBookings } from './erase-bookings.ts'

const BATCH = 200

const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined

const Rows = z.array(
  z.object({
    id: z.string(),
    tenantId: z.string(),
    tenant: z.string(),
    practice: z.string(),
    service: z.string(),
    startsAt: z.date(),
    endsAt: z.date(),
    status: z.enum(['CONFIRMED', 'CANCELLED']),
    clientName: z.string(),
    clientEmail: z.string(),
    joinUrl: z.string().nullable().transform(orUndefined),
    createdAt: z.date(),
    cancelledAt: z.date().nullable().transform(orUndefined),
  }),
)

const Ids = z.array(z.object({ id: z.string() }))

export const createClientDataStore = (database: Database): ClientDataStore =>
  guarded<ClientDataStore>({
    async byEmail(email, tenantId) {
      if (!isStorable(email)) return []
      const rows = await database.$queryRaw`
        SELECT b.id::text, b.tenant_id::text AS "tenantId", t.slug AS tenant, t.name AS practice, s.name AS service,
          b.starts_at AS "startsAt", b.ends_at AS "endsAt", b.status::text, b.client_name AS "clientName",
          b.client_email AS "clientEmail", b.event_join_url AS "joinUrl", b.created_at AS "createdAt",
          b.cancelled_at AS "cancelledAt"
        FROM booking b JOIN tenant t ON t.id = b.tenant_id JOIN service s ON s.id = b.service_id
        WHERE lower(b.client_email) = lower(${email}) AND b.client_email <> 'erased'
          AND (${tenantId ?? null}::uuid IS NULL OR b.tenant_id = ${tenantId ?? null}::uuid)
        ORDER BY b.starts_at, b.id`
      return Rows.parse(rows)
    },

    async erase(tenantId, email, now, actor) {
      if (!isUuid(tenantId) || !isStorable(email)) return 0
      let erased = 0
      for (;;) {
        const batch = await withCalendarLock(database, tenantId, async (transaction) => {
          const found = await transaction.$queryRaw`
            SELECT id::text FROM booking
            WHERE tenant_id = ${tenantId}::uuid AND lower(client_email) = lower(${email}) AND client_email <> 'erased'
              AND (status = 'CANCELLED' OR ends_at <= ${now}::timestamptz) LIMIT ${BATCH}`
          const ids = Ids.parse(found).map(({ id }) => id)
          return eraseBookings(transaction, ids, actor)
        })
        erased += batch
        if (batch < BATCH) return erased
      }
    },
  })
