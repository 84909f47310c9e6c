import { randomUUID } from 'node:crypto'
import type { Express } from 'express'
import type pg from 'pg'
import { argon2Passwords } from './adapters/argon2/passwords.ts'
import { googleFeatures } from './adapters/google-calendar/features.ts'
import { createGoogleCalendar, type GoogleOptions } from './adapters/google-calendar/index.ts'
import { microsoftFeatures } from './adapters/microsoft-calendar/features.ts'
import { createMicrosoftCalendar } from './adapters/microsoft-calendar/index.ts'
import { createMockCalendar } from './adapters/mock-calendar/index.ts'
import { createLog, withLogFields as withPlainFields } from './adapters/pino/log.ts'
import { createAuditStore } from './adapters/postgres/accounts/audit-log.ts'
import { createPasswordLinkStore } from './adapters/postgres/accounts/password-link-store.ts'
import { createTenantSnapshots } from './adapters/postgres/accounts/tenant-snapshots.ts'
import { createTenantStore } from './adapters/postgres/accounts/tenant-store.ts'
import { createUserStore } from './adapters/postgres/accounts/user-store.ts'
import { createSessionStore } from './adapters/postgres/accounts/web-session-store.ts'
import { createBookingStore } from './adapters/postgres/bookings/booking-store.ts'
import { createEventComparisonStore } from './adapters/postgres/bookings/event-comparison-store.ts'
import { createEventLock } from './adapters/postgres/bookings/event-lock.ts'
import { createFormerEventStore } from './adapters/postgres/bookings/former-event-store.ts'
import { createRetentionStore } from './adapters/postgres/bookings/retention-store.ts'
import { type Database, openDatabase } from './adapters/postgres/client.ts'
import { createAuthorizationRequestStore } from './adapters/postgres/connections/authorization-request-store.ts'
import { createConnectionStore } from './adapters/postgres/connections/connection-store.ts'
import { createMaintenanceStore } from './adapters/postgres/connections/maintenance-store.ts'
import { createTokenVault } from './adapters/postgres/connections/token-vault.ts'
import { createKeyRing, type KeyRing } from './adapters/postgres/encryption/key-ring.ts'
import { checkKeys, TokenKeyError } from './adapters/postgres/encryption/key-rotation.ts'
import { createRateLimits } from './adapters/postgres/rate-limits.ts'
import { checkMigrations, readReadiness } from './adapters/postgres/readiness.ts'
import { createRetention } from './adapters/postgres/retention.ts'
import { createTombstoneStore } from './adapters/postgres/tombstone-store.ts'
import { createTombstoneFile } from './adapters/tombstone-file/tombstone-file.ts'
import { type Config, ConfigError } from './config.ts'
import { createApp } from './http/app.ts'
import { limitRules } from './http/rate-limit.ts'
import type { ServedMetrics } from './http/routes/metrics.ts'
import { createWorkerApp } from './http/worker-app.ts'
import type { JobServices } from './jobs/tasks.ts'
import type { Worker } from './jobs/worker.ts'
import { CALENDAR_PROVIDER_TYPES } from './ports/calendar-provider-type.ts'
import type { CalendarRegistry } from './ports/calendar-registry.ts'
import { type Clock, systemClock } from './ports/clock.ts'
import type { Log, WithLogFields } from './ports/log.ts'
import type { TokenVault } from './ports/token-vault.ts'
import { createAnswerDifference } from './services/answer-difference.ts'
import { createBookSession } from './services/book-session.ts'
import { createCalendarEvidence } from './services/calendar-evidence.ts'
import { createCancelBooking } from './services/cancel-booking.ts'
import { createClientRetention } from './services/client-retention.ts'
import { createCompareEvents } from './services/compare-events.ts'
import { createConnectCalendar } from './services/connect-calendar.ts'
import { createExplainSlots } from './services/explain-slots.ts'
import { createFindTimes } from './services/find-times.ts'
import { createMaintainConnections } from './services/maintain-connections.ts'
import { createManageTokens } from './services/manage-tokens.ts'
import { createOfferSlots } from './services/offer-slots.ts'
import { createPasswordLinks } from './services/password-links.ts'
import { createReadFreeBusy } from './services/read-free-busy.ts'
import { createReconcileEvent } from './services/reconcile-event.ts'
import { createReleaseGrants } from './services/release-grants.ts'
import { createRemoveFormerEvent } from './services/remove-former-event.ts'
import { createRereadChangeKeys } from './services/reread-change-keys.ts'
import { createRevokeGrant } from './services/revoke-grant.ts'
import { StagedTokens } from './services/staged-tokens.ts'
import { watchSecretExpiry } from './services/watch-secret-expiry.ts'
import { createWriteTombstones } from './services/write-tombstones.ts'

/** What a test may put in the place of the real thing. */
export interface Swap {
  readonly clock?: Clock
  readonly log?: Log
  readonly withLogFields?: WithLogFields
  readonly providers?: (parts: {
    readonly vault: TokenVault
    readonly clock: Clock
    readonly log: Log
  }) => CalendarRegistry
}

export interface Stores {
  readonly database: Database
  readonly pool: pg.Pool
  readonly ring: KeyRing
  close(): Promise<void>
}

/** The database alone, its keys checked: for commands. */
export async function openStores(config: Config, log: Log = createLog(config.logLevel)): Promise<Stores> {
  const ring = createKeyRing(config.tokenKeys)
  const { database, pool, close } = openDatabase(config.databaseUrl, ring, {
    log,
    maxConnections: config.databasePoolSize,
  })
  try {
    await checkKeys(database, ring)
    await checkMigrations(database)
    return { database, pool, ring, close }
  } catch (error) {
    await close()
    // Its message is for the operator: it names key ids and counts, never a key.
    throw error instanceof TokenKeyError ? new ConfigError(error.message, 'TOKEN_KEYS') : error
  }
}

/** The only place that knows which adapter answers for which provider. */
export function calendarProviders(
  { calendars }: Pick<Config, 'calendars'>,
  parts: Pick<GoogleOptions, 'vault' | 'clock' | 'log' | 'sleep'>,
): CalendarRegistry {
  const { google, microsoft } = calendars
  if (calendars.adapters === 'mock')
    return {
      GOOGLE: createMockCalendar({ features: googleFeatures(), clock: parts.clock }),
      MICROSOFT: createMockCalendar({ features: microsoftFeatures(), clock: parts.clock }),
    }
  return {
    GOOGLE: google && createGoogleCalendar({ config: google, ...parts }),
    MICROSOFT: microsoft && createMicrosoftCalendar({ config: microsoft, ...parts }),
  }
}

export interface Composed {
  readonly app: Express
  readonly jobs: JobServices
}

/** What is open already. */
type Opened = Pick<Stores, 'database' | 'pool' | 'ring'> & {
  readonly worker: Pick<Worker, 'running'>
  readonly metrics?: ServedMetrics | undefined
}

/** Builds the parts and joins them; nothing listens and nothing runs yet. */
export function compose(config: Config, { database, pool, ring, worker, metrics }: Opened, swap: Swap = {}): Composed {
  const clock = swap.clock ?? systemClock
  const log = swap.log ?? createLog(config.logLevel)
  const withLogFields = swap.withLogFields ?? withPlainFields
  const tenants = createTenantStore(database)
  const rateLimits = createRateLimits(pool, limitRules(config.bookingsPerHour))
  const snapshots = createTenantSnapshots({ pool, ring, rateLimits })
  const users = createUserStore(database)
  const bookings = createBookingStore(database)
  const connections = createConnectionStore(database, log)
  const audit = createAuditStore(database)
  const stagedTokens = new StagedTokens(createTokenVault({ database, pool }, clock))
  const providers = (swap.providers ?? ((parts) => calendarProviders(config, parts)))({
    vault: stagedTokens,
    clock,
    log,
  })
  const formerEvents = createFormerEventStore(database)
  const comparisons = createEventComparisonStore(database)
  const shared = {
    tenants,
    snapshots,
    users,
    bookings,
    formerEvents,
    comparisons,
    connections,
    audit,
    providers,
    clock,
    log,
  }
  const releaseGrants = createReleaseGrants(shared)
  const { freshMs, maxAgeMs } = config.calendars
  const evidence = createCalendarEvidence(shared)
  const freeBusy = createReadFreeBusy({ ...shared, evidence, freshMs, maxAgeMs })
  const manageTokens = createManageTokens(config.sessionSecret)
  const { appUrl, trustProxyHops, hsts, sessionSecret } = config
  const clientRetention = createClientRetention({ retention: createRetentionStore(database), clock })
  const offerSlots = createOfferSlots({ ...shared, freeBusy })

  const create = config.processType === 'worker' ? createWorkerApp : createApp
  const app = create({
    ...shared,
    withLogFields,
    appUrl,
    trustProxyHops,
    hsts,
    sessionSecret,
    providers: CALENDAR_PROVIDER_TYPES.flatMap((type) => {
      const features = providers[type]?.features
      return features === undefined ? [] : [{ type, features }]
    }),
    offerSlots,
    findTimes: createFindTimes({ offerSlots }),
    explainSlots: createExplainSlots({ ...shared, freeBusy }),
    bookSession: createBookSession({ ...shared, freeBusy, manageTokens, issueId: randomUUID }),
    cancelBooking: createCancelBooking({ ...shared, manageTokens }),
    answerDifference: createAnswerDifference(shared),
    connectCalendar: createConnectCalendar({
      ...shared,
      evidence,
      authorizationRequests: createAuthorizationRequestStore(database),
      stagedTokens,
      issueId: randomUUID,
      appUrl,
      secret: sessionSecret,
    }),
    sessionStore: createSessionStore(pool),
    rateLimits,
    passwords: argon2Passwords,
    clientRetention,
    metrics,
    passwordLinks: createPasswordLinks({ passwordLinks: createPasswordLinkStore(database), clock }),
    ready: async () => ({ worker: worker.running(), ...(await readReadiness({ database, pool, ring })) }),
  })
  const eventJobs = { ...shared, evidence, releaseGrants, lock: createEventLock(pool), random: Math.random }
  const writeTombstones = createWriteTombstones({
    tombstones: createTombstoneStore(database),
    list: config.tombstoneFile === undefined ? undefined : createTombstoneFile(config.tombstoneFile),
    log,
  })
  const jobs: JobServices = {
    withLogFields,
    reconcileEvent: createReconcileEvent(eventJobs),
    removeFormerEvent: createRemoveFormerEvent(eventJobs),
    maintainConnections: createMaintainConnections({
      ...shared,
      evidence,
      maintenance: createMaintenanceStore(database),
    }),
    rereadChangeKeys: createRereadChangeKeys(shared),
    compareEvents: createCompareEvents(shared),
    requeueOutbox: async () => {
      await bookings.requeue()
      await releaseGrants()
      await writeTombstones()
    },
    // Once a day.
    purge: async (stopping) => {
      watchSecretExpiry({ secretsEnd: config.calendars.secretsEnd, clock, log })
      const purged = await createRetention(database, createRevokeGrant(shared)).purge(clock.now())
      log.info('purged', { ...purged, ...(await clientRetention.erase(stopping)) })
    },
  }
  return { app, jobs }
}
