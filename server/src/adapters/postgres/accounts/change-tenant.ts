import type { HourClock, Language } from '../../../domain/locale.ts'
import type { Database } from '../client.ts'
import { recordAudit } from './audit-log.ts'
import type { LocaleColumns } from './locale-columns.ts'

export interface TenantChanges {
  /** Of the service named, or of all. */
  readonly online?: boolean
  readonly service?: string
  /** Null removes it. */
  readonly contactLine?: string | null
  readonly language?: Language
  /** Those that clients may read; the practice's own has to be among them. */
  readonly languages?: readonly Language[]
  readonly clock?: HourClock
}

/** Changes all that is given, or nothing; the audit keeps that an operator did. */
export function changeTenant(
  database: Database,
  slug: string,
  changes: TenantChanges,
): Promise<'changed' | 'no_tenant' | 'no_service' | 'language_missing' | 'german_clock'> {
  const { online, service, contactLine } = changes
  return database.$transaction(async (transaction) => {
    const tenant = await transaction.tenant.findUnique({
      where: { slug },
      select: { id: true, language: true, languages: true, clock: true },
    })
    if (tenant === null) return 'no_tenant'
    const spoken = wordsAfter(tenant, changes)
    if (!spoken.languages.includes(spoken.language)) return 'language_missing'
    if (spoken.language === 'de' && spoken.clock === '12h') return 'german_clock'
    if (online !== undefined) {
      const where = { tenantId: tenant.id, ...(service !== undefined && { name: service }) }
      const { count } = await transaction.service.updateMany({ where, data: { online } })
      if (count === 0) return 'no_service'
    }
    const { id } = tenant
    await recordAudit(transaction, { tenantId: id, actor: 'operator', action: 'tenant_changed', subjectId: id })
    await transaction.tenant.update({
      where: { id: tenant.id },
      data: { ...spoken, ...(contactLine !== undefined && { contactLine }) },
    })
    return 'changed'
  })
}

interface Spoken extends LocaleColumns {
  readonly languages: readonly string[]
}

/** A new language is offered to clients beside those before, and German brings its clock, unless something else is asked for. */
function wordsAfter(before: Spoken, { language = before.language, languages, clock }: Partial<Spoken>) {
  return {
    language,
    languages: [...(languages ?? new Set([...before.languages, language]))],
    clock: clock ?? (language === 'de' ? '24h' : before.clock),
  }
}
