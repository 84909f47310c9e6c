import type { HourClock, Language } from '../../../domain/locale.ts'
import type { Database } from '../client.ts'
import { isUniqueViolation } from '../database-errors.ts'
import { recordAudit } from './audit-log.ts'

export interface NewTenant {
  readonly slug: string
  readonly name: string
  /** IANA. */
  readonly timeZone: string
  readonly email: string
  readonly passwordHash: string
  readonly services: readonly { readonly name: string; readonly durationMinutes: number; readonly online?: boolean }[]
  readonly contactLine?: string
  /** English, and 12 hours, where nothing is given. */
  readonly language?: Language
  readonly languages?: readonly Language[]
  readonly clock?: HourClock
}

/** Monday to Friday, nine to five. */
export const DEFAULT_HOURS = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, startMinute: 9 * 60, endMinute: 17 * 60 }))

/**
 * Makes a tenant with its owner, services and default working hours. Undefined when the slug or the address is taken. The audit
 * keeps who did it, where one is named; actor as in `AuditEvent`.
 */
export async function createTenant(
  database: Database,
  tenant: NewTenant,
  actor?: string,
): Promise<{ readonly id: string } | undefined> {
  const { services, email, passwordHash, contactLine, languages, ...own } = tenant
  try {
    return await database.$transaction(async (transaction) => {
      const created = await transaction.tenant.create({
        data: {
          ...own,
          ...(contactLine !== undefined && { contactLine }),
          ...(languages !== undefined && { languages: [...languages] }),
          users: { create: { email: email.toLowerCase(), passwordHash } },
          services: { create: [...services] },
          workingHours: { create: DEFAULT_HOURS },
        },
        select: { id: true },
      })
      const { id } = created
      if (actor !== undefined)
        await recordAudit(transaction, { tenantId: id, actor, action: 'tenant_created', subjectId: id })
      return created
    })
  } catch (error) {
    if (isUniqueViolation(error)) return undefined
    throw error
  }
}
