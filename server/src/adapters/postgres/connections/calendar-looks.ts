import type { CalendarLook, CalendarLooks } from '../../../ports/connection.ts'
import type { Database } from '../client.ts'

interface Row {
  readonly busyTimes: number | null
  readonly allFree: boolean | null
  readonly lookedAt: Date | null
}

export const toLook = (row: Row | null): CalendarLook | undefined =>
  row === null || row.busyTimes === null || row.lookedAt === null
    ? undefined
    : { busyTimes: row.busyTimes, isAllFree: row.allFree ?? undefined, at: row.lookedAt }

/** As ConnectionStore.recordLooks. */
export async function recordLooks(
  database: Pick<Database, '$executeRaw'>,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
  { at, found }: CalendarLooks,
): Promise<void> {
  const counts = [...found.values()]
  const busyTimes = counts.map((count) => count.busyTimes)
  const allFree = counts.map(({ isAllFree }) => isAllFree ?? null)
  await database.$executeRaw`
    WITH told AS (
      SELECT * FROM unnest(${[...found.keys()]}::uuid[], ${busyTimes}::int[], ${allFree}::boolean[])
        AS t (id, busy_times, all_free)
    ), calendar AS (
      SELECT c.id, c.tenant_id, c.provider, told.busy_times, told.all_free
      FROM calendar_connection n JOIN connected_calendar c ON c.connection_id = n.id LEFT JOIN told ON told.id = c.id
      WHERE n.id = ${id}::uuid AND n.tenant_id = ${tenantId}::uuid AND n.status IN ('ACTIVE', 'BLOCKING')
    ), looked AS (
      INSERT INTO calendar_detail (id, tenant_id, provider, busy_times, all_free, looked_at)
      SELECT id, tenant_id, provider, busy_times, all_free, ${at}::timestamptz FROM calendar WHERE busy_times IS NOT NULL
      ON CONFLICT (id) DO UPDATE
        SET busy_times = EXCLUDED.busy_times, all_free = EXCLUDED.all_free, looked_at = EXCLUDED.looked_at
    )
    UPDATE calendar_detail d SET busy_times = NULL, all_free = NULL, looked_at = NULL
    FROM calendar WHERE d.id = calendar.id AND calendar.busy_times IS NULL AND d.looked_at IS NOT NULL`
}
