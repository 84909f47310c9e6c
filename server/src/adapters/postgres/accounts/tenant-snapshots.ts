import type pg from 'pg'
import type { Interval } from '../../../domain/interval.ts'
import { isSlug } from '../../../domain/slug.ts'
import type { TenantSnapshot, TenantSnapshots } from '../../../ports/tenant-snapshot.ts'
import type { Service, WorkingRange } from '../../../ports/tenant-store.ts'
import { blockedBounds } from '../bookings/booking-queries.ts'
import {
  type CalendarNames,
  type CalendarRow,
  type ConnectionRow,
  toConnection,
} from '../connections/connection-rows.ts'
import { guarded } from '../database-errors.ts'
import { decryptColumn } from '../encryption/encrypted-columns.ts'
import { ENCRYPTED_COLUMNS } from '../encryption/encrypted-writes.ts'
import type { KeyRing } from '../encryption/key-ring.ts'
import { isUuid } from '../ids.ts'
import type { PostgresRateLimits } from '../rate-limits.ts'
import { type TenantRow, toTenant } from './tenant-store.ts'

/** An instant for JSON, which has none. */
const epochMs = (column: string): string => `extract(epoch FROM ${column}) * 1000`

/**
 * Without Prisma, which needs seven statements and several times the CPU for the same rows (docs/benchmarks.md). Every member
 * has the name of its field in the schema. $1 whose, $2 and $3 the window, $4 and $5 what it says of starts_at, which the index
 * knows.
 */
const snapshot = (whose: string): string => `
SELECT
  json_build_object('id', t.id, 'slug', t.slug, 'name', t.name, 'timeZone', t.time_zone,
    'calendarProvider', t.calendar_provider, 'slotGridMinutes', t.slot_grid_minutes,
    'minimumNoticeMinutes', t.minimum_notice_minutes, 'horizonDays', t.horizon_days,
    'tentativeBlocks', t.tentative_blocks, 'workingElsewhereBlocks', t.working_elsewhere_blocks,
    'contactLine', t.contact_line, 'language', t.language, 'languages', t.languages, 'clock', t.clock,
    'suspendedAt', ${epochMs('t.suspended_at')}, 'closedAt', ${epochMs('t.closed_at')}) AS tenant,
  (SELECT json_agg(json_build_object('id', s.id, 'name', s.name, 'durationMinutes', s.duration_minutes,
      'bufferBeforeMinutes', s.buffer_before_minutes, 'bufferAfterMinutes', s.buffer_after_minutes, 'online', s.online)
      ORDER BY s.created_at, s.id)
    FROM service s WHERE s.tenant_id = t.id AND s.active) AS services,
  (SELECT json_agg(json_build_object('weekday', h.weekday, 'startMinute', h.start_minute, 'endMinute', h.end_minute)
      ORDER BY h.weekday, h.start_minute)
    FROM working_hours h WHERE h.tenant_id = t.id) AS "workingHours",
  (SELECT json_agg(json_build_object('id', c.id, 'tenantId', c.tenant_id, 'provider', c.provider, 'access', c.access,
      'accountKey', c.account_key, 'accountAddress', c.account_address, 'tokenVersion', c.token_version,
      'refreshedAt', ${epochMs('c.refreshed_at')}, 'lastReadAt', ${epochMs('c.last_read_at')}, 'failureReason', c.failure_reason,
      'failingSince', ${epochMs('c.failing_since')}, 'slot', c.slot,
      'setting', CASE WHEN w.connection_id IS NOT NULL THEN json_build_object('accountKind', w.account_kind,
        'writesTo', w.writes_to, 'eventTitle', w.event_title, 'invites', w.invites) END,
      'calendars', (SELECT coalesce(json_agg(json_build_object('id', k.id, 'tenantId', k.tenant_id,
          'provider', k.provider, 'externalId', k.external_id, 'name', k.name, 'isDefault', k.is_default,
          'blocks', k.blocks, 'firstSeenAt', ${epochMs('k.first_seen_at')},
          'detail', CASE WHEN d.id IS NOT NULL THEN json_build_object('kind', d.kind, 'ownerName', d.owner_name,
            'readOnly', d.read_only, 'failureReason', d.failure_reason, 'failingSince', ${epochMs('d.failing_since')},
            'busyTimes', d.busy_times, 'allFree', d.all_free, 'lookedAt', ${epochMs('d.looked_at')}) END)
          ORDER BY k.is_default DESC, k.first_seen_at, k.id), '[]')
        FROM connected_calendar k LEFT JOIN calendar_detail d ON d.id = k.id WHERE k.connection_id = c.id))
      ORDER BY c.status, c.created_at, c.slot)
    FROM calendar_connection c LEFT JOIN connection_setting w ON w.connection_id = c.id
    WHERE c.tenant_id = t.id AND c.status IN ('ACTIVE', 'BLOCKING')) AS connections,
  (SELECT json_agg(json_build_array(${epochMs('b.blocked_from')}, ${epochMs('b.blocked_until')})
      ORDER BY b.blocked_from)
    FROM booking b
    WHERE b.tenant_id = t.id AND b.status = 'CONFIRMED' AND b.starts_at > $4 AND b.starts_at < $5
      AND b.blocked_from < $3 AND b.blocked_until > $2) AS blocked
FROM tenant t WHERE ${whose}`

export const BY_SLUG = { name: 'tenant_snapshot_by_slug', text: snapshot('t.slug = $1 AND t.suspended_at IS NULL') }
const BY_ID = { name: 'tenant_snapshot_by_id', text: snapshot('t.id = $1') }

/** Instants in milliseconds. */
type Json<Row> = {
  readonly [Key in keyof Row]: Row[Key] extends Date ? number : Row[Key] extends Date | null ? number | null : Row[Key]
}

type CalendarJson = Json<Omit<CalendarRow, 'detail'>> & {
  readonly tenantId: string
  readonly provider: string
  readonly detail: Json<NonNullable<CalendarRow['detail']>> | null
}

type ConnectionJson = Json<Omit<ConnectionRow, 'calendars'>> & { readonly calendars: readonly CalendarJson[] }

interface Row {
  readonly tenant: Json<TenantRow>
  readonly services: readonly Service[] | null
  readonly workingHours: readonly WorkingRange[] | null
  readonly connections: readonly ConnectionJson[] | null
  /** Pairs of milliseconds. */
  readonly blocked: readonly (readonly [from: number, until: number])[] | null
}

/** Of a statement that found no tenant, and counted a try. */
interface NoRow {
  readonly tenant: null
}

export function createTenantSnapshots({
  pool,
  ring,
  rateLimits,
}: {
  readonly pool: pg.Pool
  readonly ring: KeyRing
  readonly rateLimits: PostgresRateLimits
}) {
  const find = async (
    statement: typeof BY_SLUG,
    whose: string,
    window: Interval,
  ): Promise<TenantSnapshot | undefined> => {
    const { rows } = await pool.query<Row>({ values: valuesOf(whose, window), ...statement })
    return rows[0] && toSnapshot(rows[0], ring, window)
  }
  return guarded<TenantSnapshots>({
    bySlug: async (slug, window) => (isSlug(slug) ? find(BY_SLUG, slug, window) : undefined),
    async countedBySlug(tried, slug, window) {
      if (!isSlug(slug)) return { count: await rateLimits.consume(tried), snapshot: undefined }
      const read = { values: valuesOf(slug, window), ...BY_SLUG }
      const { count, rows } = await rateLimits.consumeAndRead<Row | NoRow>(tried, read)
      const [row] = rows
      return { count, snapshot: row === undefined || row.tenant === null ? undefined : toSnapshot(row, ring, window) }
    },
    byId: async (tenantId, window) => (isUuid(tenantId) ? find(BY_ID, tenantId, window) : undefined),
  })
}

function valuesOf(whose: string, window: Interval): unknown[] {
  const { startsAt } = blockedBounds(window)
  return [whose, window.start, window.end, startsAt.gt, startsAt.lt]
}

const toSnapshot = (row: Row, ring: KeyRing, window: Interval): TenantSnapshot => ({
  tenant: toTenant({
    ...row.tenant,
    suspendedAt: instant(row.tenant.suspendedAt),
    closedAt: instant(row.tenant.closedAt),
  }),
  services: row.services ?? [],
  workingHours: row.workingHours ?? [],
  connections: (row.connections ?? []).map((connection) =>
    toConnection(connectionRow(connection), decryptedNames(ring)),
  ),
  blocked: (row.blocked ?? []).map(([from, until]) => ({ start: new Date(from), end: new Date(until) })),
  window,
})

const instant = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

const connectionRow = (json: ConnectionJson): ConnectionRow => ({
  ...json,
  refreshedAt: instant(json.refreshedAt),
  lastReadAt: instant(json.lastReadAt),
  failingSince: instant(json.failingSince),
  calendars: json.calendars.map(calendarRow),
})

const calendarRow = (json: CalendarJson): CalendarRow => ({
  ...json,
  firstSeenAt: new Date(json.firstSeenAt),
  detail: json.detail && {
    ...json.detail,
    failingSince: instant(json.detail.failingSince),
    lookedAt: instant(json.detail.lookedAt),
  },
})

/** Names are decrypted when they are shown, as Prisma's rows do it. */
const decryptedNames = (ring: KeyRing): CalendarNames => ({
  nameOf: (row) => decryptColumn(ring, ENCRYPTED_COLUMNS.calendarName, row, row.name),
  ownerOf: (row) => {
    const owner = row.detail?.ownerName ?? null
    return owner === null ? null : decryptColumn(ring, ENCRYPTED_COLUMNS.calendarOwner, row, owner)
  },
})
