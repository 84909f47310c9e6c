import { randomUUID } from 'node:crypto'
import { argon2Passwords } from '../adapters/argon2/passwords.ts'
import { createAuditStore } from '../adapters/postgres/accounts/audit-log.ts'
import { createOffboardingStore } from '../adapters/postgres/accounts/offboarding-store.ts'
import { createPasswordLinkStore } from '../adapters/postgres/accounts/password-link-store.ts'
import { createTenantAdministration } from '../adapters/postgres/accounts/tenant-administration.ts'
import { createTenantExport } from '../adapters/postgres/accounts/tenant-export.ts'
import { createTenantStore } from '../adapters/postgres/accounts/tenant-store.ts'
import { createUserAdministration } from '../adapters/postgres/accounts/user-administration.ts'
import { createBookingStore } from '../adapters/postgres/bookings/booking-store.ts'
import { createClientDataStore } from '../adapters/postgres/bookings/client-data-store.ts'
import type { Database } from '../adapters/postgres/client.ts'
import { createConnectionStore } from '../adapters/postgres/connections/connection-store.ts'
import { createTokenVault } from '../adapters/postgres/connections/token-vault.ts'
import { createJobQueue } from '../adapters/postgres/job-queue.ts'
import { createTombstoneStore } from '../adapters/postgres/tombstone-store.ts'
import type { Config } from '../config.ts'
import { calendarProviders, openStores, type Stores, type Swap } from '../di.ts'
import { type Clock, systemClock } from '../ports/clock.ts'
import type { JobQueue } from '../ports/job-queue.ts'
import { type Log, silentLog } from '../ports/log.ts'
import type { Passwords } from '../ports/passwords.ts'
import type { TenantAdministration } from '../ports/tenant-administration.ts'
import type { UserAdministration } from '../ports/user-administration.ts'
import { type ApplyTombstones, createApplyTombstones } from '../services/apply-tombstones.ts'
import { createCalendarEvidence } from '../services/calendar-evidence.ts'
import { createChooseCalendars } from '../services/choose-calendars.ts'
import { type ClientData, createClientData } from '../services/client-data.ts'
import { type CloseTenant, createCloseTenant } from '../services/close-tenant.ts'
import { type CompareWithLog, createCompareWithLog } from '../services/compare-with-log.ts'
import { createExportTenant, type ExportTenant } from '../services/export-tenant.ts'
import { createImportToken, type ImportToken } from '../services/import-token.ts'
import { createOffboardTenant, type OffboardTenant } from '../services/offboard-tenant.ts'
import { createOperatorToken } from '../services/operator-token.ts'
import { createPasswordLinks, type PasswordLinks } from '../services/password-links.ts'
import { StagedTokens } from '../services/staged-tokens.ts'

/** What the commands work with: the services and stores of the pages, and those of an operator alone. */
export interface Administration {
  readonly appUrl: string
  readonly database: Database
  readonly tenants: TenantAdministration
  readonly users: UserAdministration
  readonly passwordLinks: PasswordLinks
  readonly passwords: Passwords
  readonly clientData: ClientData
  readonly jobQueue: JobQueue
  readonly closeTenant: CloseTenant
  readonly exportTenant: ExportTenant
  readonly offboardTenant: OffboardTenant
  readonly importToken: ImportToken
  readonly applyTombstones: ApplyTombstones
  readonly compareWithLog: CompareWithLog
  /** Lists and reads the chosen calendars of a tenant afresh. */
  checkCalendars(tenantId: string): Promise<'checked' | 'unknown'>
  /** Good for a request to the application, within minutes. */
  operatorToken(): string
  readonly clock: Clock
  close(): Promise<void>
}

export async function openAdministration(config: Config, swap: Swap = {}): Promise<Administration> {
  const clock = swap.clock ?? systemClock
  const log = swap.log ?? silentLog
  const stores = await openStores(config, log)
  const { database, close } = stores
  const tenants = createTenantAdministration(database)
  const bookings = createBookingStore(database)
  const audit = createAuditStore(database)
  const { checkCalendars, compareWithLog, importToken, offboardTenant } = calendarsOf(config, stores, {
    swap,
    clock,
    log,
  })
  return {
    appUrl: config.appUrl,
    database,
    tenants,
    users: createUserAdministration(database),
    passwordLinks: createPasswordLinks({ passwordLinks: createPasswordLinkStore(database), clock }),
    passwords: argon2Passwords,
    clientData: createClientData({ clientData: createClientDataStore(database), bookings, audit, clock }),
    jobQueue: createJobQueue(database),
    closeTenant: createCloseTenant({ tenants, bookings, clock }),
    exportTenant: createExportTenant({ tenantExport: createTenantExport(database), audit, clock }),
    applyTombstones: createApplyTombstones({
      tombstones: createTombstoneStore(database),
      connections: createConnectionStore(database),
      bookings,
      offboardTenant,
      clock,
    }),
    operatorToken: () => createOperatorToken(config.sessionSecret).issue(clock.now()),
    checkCalendars,
    compareWithLog,
    offboardTenant,
    importToken,
    clock,
    close,
  }
}

/** What speaks to providers; none is asked before a command does. */
function calendarsOf(
  config: Config,
  { database, pool }: Stores,
  { swap, clock, log }: { readonly swap: Swap; readonly clock: Clock; readonly log: Log },
): Pick<Administration, 'checkCalendars' | 'compareWithLog' | 'importToken' | 'offboardTenant'> {
  const stagedTokens = new StagedTokens(createTokenVault({ database, pool }, clock))
  const providers = (swap.providers ?? ((parts) => calendarProviders(config, parts)))({
    vault: stagedTokens,
    clock,
    log,
  })
  const tenants = createTenantStore(database)
  const shared = { tenants, connections: createConnectionStore(database), providers, clock, log }
  const evidence = createCalendarEvidence(shared)
  const choice = createChooseCalendars({ ...shared, evidence })
  const bookings = createBookingStore(database)
  return {
    checkCalendars: (tenantId) => choice.checkCalendars({ tenantId }),
    offboardTenant: createOffboardTenant({ ...shared, offboarding: createOffboardingStore(database) }),
    importToken: createImportToken({ ...shared, evidence, bookings, stagedTokens, issueId: randomUUID }),
    compareWithLog: createCompareWithLog({ ...shared, bookings }),
  }
}
