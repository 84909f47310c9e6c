import type { SlotRules } from '../domain/slots.ts'
import type { Service, Tenant, WorkingRange } from '../ports/tenant-store.ts'

export const slotRules = (tenant: Tenant, service: Service, workingHours: readonly WorkingRange[]): SlotRules => ({
  timeZone: tenant.timeZone,
  workingHours,
  gridMinutes: tenant.slotGridMinutes,
  minimumNoticeMinutes: tenant.minimumNoticeMinutes,
  horizonDays: tenant.horizonDays,
  service,
})
