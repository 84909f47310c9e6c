import type { Tenant, TenantStore } from '../../../ports/tenant-store.ts'
import type { Database } from '../client.ts'
import { guarded } from '../database-errors.ts'
import type { Tenant as Row } from '../generated/client.ts'
import { isUuid } from '../ids.ts'
import { toLanguage, toLocale } from './locale-columns.ts'

export const createTenantStore = (database: Database): TenantStore =>
  guarded<TenantStore>({
    async byId(id) {
      const row = isUuid(id) ? await database.tenant.findUnique({ where: { id } }) : null
      return row === null ? undefined : toTenant(row)
    },
  })

/** What of a tenant's row a {@link Tenant} is made of. */
export type TenantRow = Omit<Row, 'createdAt' | 'retentionDays' | 'offboardingAt'>

export const toTenant = (row: TenantRow): Tenant => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  timeZone: row.timeZone,
  calendarProvider: row.calendarProvider,
  slotGridMinutes: row.slotGridMinutes,
  minimumNoticeMinutes: row.minimumNoticeMinutes,
  horizonDays: row.horizonDays,
  policy: { tentativeBlocks: row.tentativeBlocks, workingElsewhereBlocks: row.workingElsewhereBlocks },
  contactLine: row.contactLine ?? undefined,
  locale: toLocale(row),
  languages: row.languages.map(toLanguage).filter((language) => language !== undefined),
  suspended: row.suspendedAt !== null,
  closed: row.closedAt !== null,
})
