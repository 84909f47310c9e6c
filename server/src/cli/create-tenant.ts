import { argon2Passwords } from '../adapters/argon2/passwords.ts'
import { createTenant } from '../adapters/postgres/accounts/create-tenant.ts'
import type { Config } from '../config.ts'
import { openStores } from '../di.ts'
import { MINIMUM_PASSWORD } from '../domain/password.ts'
import { askSecret } from './ask-secret.ts'
import { fitting, newTenant, TenantOptions } from './new-tenant.ts'
import { type Given, reasons, refusing, TERMINAL } from './tenant-options.ts'

/** Makes a tenant with its owner, a 50-minute service and weekday hours from nine to five. Exit code 1 with a reason otherwise. */
export async function createTenantCommand(config: Config, values: Given, terminal = TERMINAL): Promise<number> {
  const { print, json } = terminal
  const refuse = refusing('create-tenant', terminal)

  const parsed = TenantOptions.safeParse(values)
  if (!parsed.success) return refuse(reasons(parsed.error, values))
  const spoken = fitting(parsed.data)
  if (typeof spoken === 'string') return refuse(spoken)
  const password = config.adminPassword ?? (await askSecret('Password for the owner: '))
  if (password.length < MINIMUM_PASSWORD) return refuse(`the password needs at least ${MINIMUM_PASSWORD} characters`)

  const { database, close } = await openStores(config)
  try {
    const tenant = newTenant({ ...parsed.data, ...spoken }, await argon2Passwords.hash(password))
    const created = await createTenant(database, tenant, 'operator')
    if (created === undefined) return refuse('that slug or e-mail address is in use already')
    const [bookingPage, signIn] = [`${config.appUrl}/book/${tenant.slug}`, `${config.appUrl}/sign-in`]
    print(
      json ? JSON.stringify({ bookingPage, signIn }) : `Created. Booking page: ${bookingPage}. Sign in at ${signIn}`,
    )
    return 0
  } finally {
    await close()
  }
}
