import { argon2Passwords } from '../adapters/argon2/passwords.ts'
import { createAuditStore } from '../adapters/postgres/accounts/audit-log.ts'
import { createPasswordLinkStore } from '../adapters/postgres/accounts/password-link-store.ts'
import { createTenantAdministration } from '../adapters/postgres/accounts/tenant-administration.ts'
import { createUserAdministration } from '../adapters/postgres/accounts/user-administration.ts'
import { createBookingStore } from '../adapters/postgres/bookings/booking-store.ts'
import { createClientDataStore } from '../adapters/postgres/bookings/client-data-store.ts'
import type { Database } from '../adapters/postgres/client.ts'
import type { Config } from '../config.ts'
import { openStores, type Swap } from '../di.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import { silentLog } from '../ports/log.ts'
import type { Passwords } from '../ports/passwords.ts'
import type { TenantAdministration } from '../ports/tenant-administration.ts'
import type { UserAdministration } from '../ports/user-administration.ts'
import { type ClientData, createClientData } from '../services/client-data.ts'
import { createPasswordLinks, type PasswordLinks } from '../services/password-links.ts'

/** What the commands work with: the services and stores of the pages, and those of an operator alone. */
export interface Administration {
  readonly appUrl: string
  readonly database: Database
  readonly tenants: TenantAdministration
  readonly users: UserAdministration
  readonly passwordLinks: PasswordLinks
  readonly passwords: Passwords
  readonly clientData: ClientData
  readonly clock: Clock
  close(): Promise<void>
}

export async function openAdministration(config: Config, swap: Swap = {}): Promise<Administration> {
  const clock = swap.clock ?? systemClock
  const log = swap.log ?? silentLog
  const { database, close } = await openStores(config, log)
  return {
    appUrl: config.appUrl,
    database,
    tenants: createTenantAdministration(database),
    users: createUserAdministration(database),
    passwordLinks: createPasswordLinks({ passwordLinks: createPasswordLinkStore(database), clock }),
    passwords: argon2Passwords,
    clientData: createClientData({
      clientData: createClientDataStore(database),
      bookings: createBookingStore(database),
      audit: createAuditStore(database),
      clock,
    }),
    clock,
    close,
  }
}
