import type { Database } from '../client.ts'

export interface TenantChanges {
  /** Of the service named, or of all. */
  readonly online?: boolean
  readonly service?: string
  /** Null removes it. */
  readonly contactLine?: string | null
}

/** Changes all that is given, or nothing. */
export function changeTenant(
  database: Database,
  slug: string,
  { online, service, contactLine }: TenantChanges,
): Promise<'changed' | 'no_tenant' | 'no_service'> {
  return database.$transaction(async (transaction) => {
    const tenant = await transaction.tenant.findUnique({ where: { slug }, select: { id: true } })
    if (tenant === null) return 'no_tenant'
    if (online !== undefined) {
      const where = { tenantId: tenant.id, ...(service !== undefined && { name: service }) }
      const { count } = await transaction.service.updateMany({ where, data: { online } })
      if (count === 0) return 'no_service'
    }
    if (contactLine !== undefined) await transaction.tenant.update({ where: { id: tenant.id }, data: { contactLine } })
    return 'changed'
  })
}
