import { randomUUID } from 'node:crypto'
import type { Database, Transaction } from '../client.ts'
import { isUniqueViolation } from '../database-errors.ts'
import { DEFAULT_HOURS, type NewTenant } from './create-tenant.ts'

/** A tenant whose owner sets her password by a link. */
export interface ImportedTenant extends NewTenant {
  readonly passwordLink: { readonly tokenHash: string; readonly expiresAt: Date }
}

const BATCH = 500
/** Of the whole: ten thousand tenants take a part of it. */
const TIMEOUT_MS = 10 * 60_000

/** Those of the slugs and addresses that are in use. */
export async function takenNames(
  database: Database,
  tenants: readonly Pick<NewTenant, 'slug' | 'email'>[],
): Promise<{ readonly slugs: ReadonlySet<string>; readonly emails: ReadonlySet<string> }> {
  const [slugs, emails] = [new Set<string>(), new Set<string>()]
  for (const batch of inBatches(tenants)) {
    const [ofTenants, ofUsers] = await Promise.all([
      database.tenant.findMany({ where: { slug: { in: batch.map(({ slug }) => slug) } }, select: { slug: true } }),
      database.user.findMany({ where: { email: { in: batch.map(({ email }) => email) } }, select: { email: true } }),
    ])
    for (const { slug } of ofTenants) slugs.add(slug)
    for (const { email } of ofUsers) emails.add(email)
  }
  return { slugs, emails }
}

/** Makes all of them, as `createTenant` makes one, or none: false where a slug or an address has been taken meanwhile. */
export async function importTenants(
  database: Database,
  tenants: readonly ImportedTenant[],
  actor: string,
): Promise<boolean> {
  try {
    await database.$transaction(
      async (transaction) => {
        for (const batch of inBatches(tenants)) await insert(transaction, batch, actor)
      },
      { timeout: TIMEOUT_MS },
    )
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** One statement for each table, whatever the number. */
async function insert(transaction: Transaction, tenants: readonly ImportedTenant[], actor: string): Promise<void> {
  const rows = tenants.map((tenant) => ({ ...tenant, id: randomUUID(), userId: randomUUID() }))
  await transaction.tenant.createMany({
    data: rows.map(({ id, slug, name, timeZone, contactLine, language, languages, clock }) => ({
      ...{ id, slug, name, timeZone },
      ...(contactLine !== undefined && { contactLine }),
      ...(language !== undefined && { language }),
      ...(languages !== undefined && { languages: [...languages] }),
      ...(clock !== undefined && { clock }),
    })),
  })
  await transaction.user.createMany({
    data: rows.map(({ id: tenantId, userId: id, email, passwordHash }) => ({ id, tenantId, email, passwordHash })),
  })
  await transaction.service.createMany({
    data: rows.flatMap(({ id: tenantId, services }) => services.map((service) => ({ ...service, tenantId }))),
  })
  await transaction.workingHours.createMany({
    data: rows.flatMap(({ id: tenantId }) => DEFAULT_HOURS.map((hours) => ({ ...hours, tenantId }))),
  })
  await transaction.passwordLink.createMany({
    data: rows.map(({ userId, passwordLink }) => ({ userId, ...passwordLink })),
  })
  await transaction.auditEvent.createMany({
    data: rows.map(({ id }) => ({ tenantId: id, actor, action: 'tenant_created', subjectId: id })),
  })
}

function* inBatches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += BATCH) yield all.slice(from, from + BATCH)
}
