import { randomBytes } from 'node:crypto'
import { argon2Passwords } from '../../src/adapters/argon2/passwords.ts'
import { createTenant, type NewTenant } from '../../src/adapters/postgres/accounts/create-tenant.ts'
import type { Database } from '../../src/adapters/postgres/client.ts'

/** A tenant in the database, and what its owner signs in with. */
export interface Practice {
  readonly tenantId: string
  readonly userId: string
  /** Its first service. */
  readonly serviceId: string
  readonly slug: string
  readonly email: string
  readonly password: string
}

const password = randomBytes(12).toString('base64url')
let passwordHash: Promise<string> | undefined

/** In Berlin, Monday to Friday, nine to five, with a 50-minute service unless `more` says otherwise. */
export async function createPractice(database: Database, more: Partial<NewTenant> = {}): Promise<Practice> {
  passwordHash ??= argon2Passwords.hash(password)
  const slug = more.slug ?? `practice-${randomBytes(6).toString('hex')}`
  const email = more.email ?? `ada@${slug}.example`
  const created = await createTenant(database, {
    name: 'Practice',
    timeZone: 'Europe/Berlin',
    services: [{ name: 'Session', durationMinutes: 50 }],
    ...more,
    slug,
    email,
    passwordHash: await passwordHash,
  })
  if (created === undefined) throw new Error('the practice exists')
  const where = { tenantId: created.id }
  const [user, service] = await Promise.all([
    database.user.findFirstOrThrow({ where }),
    database.service.findFirstOrThrow({ where, orderBy: { id: 'asc' } }),
  ])
  return { tenantId: created.id, userId: user.id, serviceId: service.id, slug, email, password }
}
