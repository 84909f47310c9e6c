import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createMockCalendar, type MockControls } from '../../src/adapters/mock-calendar/index.ts'
import { createTenant } from '../../src/adapters/postgres/accounts/create-tenant.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import { type Config, parseConfig } from '../../src/config.ts'
import { compose } from '../../src/di.ts'
import type { Grant } from '../../src/ports/calendar-connector.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { outlook } from './fixtures.ts'
import { LogRecorder } from './log-recorder.ts'
import { MovableClock } from './movable-clock.ts'
import { type Practice, type Process, serve } from './process.ts'
import { MONDAY, type PortCall, watchedBinding } from './scenery.ts'

export interface World {
  readonly test: TestDatabase
  readonly clock: MovableClock
  readonly log: LogRecorder
  readonly calendar: MockControls
  /** Every call of the port, in order. */
  readonly calls: PortCall[]
  /** Runs before each call of the port; a call waits for it. */
  before: (call: PortCall) => Promise<void> | void
  readonly config: Config
  readonly first: Process
  another(databaseUrl?: string): Promise<Process>
  /** A tenant with a 50-minute service, Monday to Friday, nine to five in Berlin; its calendar connected unless `access` is none. */
  practice(access?: Grant['access'] | 'none', more?: { readonly accountKey?: string }): Promise<Practice>
  connect(practice: Practice, access: Grant['access'], accountKey?: string): Promise<string>
  close(): Promise<void>
}

export const configFor = (test: TestDatabase, more: Readonly<Record<string, string>> = {}): Config =>
  parseConfig(environmentFor(test, more))

export const environmentFor = (
  { url, keys }: Pick<TestDatabase, 'url' | 'keys'>,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> => ({
  APP_URL: 'http://127.0.0.1:3999',
  DATABASE_URL: url,
  SESSION_SECRET: 'a secret of the tests, at least thirty-two characters long',
  TOKEN_ENCRYPTION_KEYS: keys.map(({ kid, key }) => `${kid}:${Buffer.from(key).toString('base64')}`).join(','),
  CALENDAR_ADAPTERS: 'mock',
  LOG_LEVEL: 'silent',
  ...more,
})

export async function openWorld(environment: Readonly<Record<string, string>> = {}): Promise<World> {
  const test = await openTestDatabase()
  const clock = new MovableClock(MONDAY)
  const log = new LogRecorder()
  const config = configFor(test, environment)
  const mock = createMockCalendar({ features: outlook, clock })
  const calls: PortCall[] = []
  const processes: Process[] = []
  const watched = watchedBinding(mock, async (call) => {
    calls.push(call)
    await world.before(call)
  })

  const another = async (databaseUrl = test.url): Promise<Process> => {
    const stores = openDatabase(databaseUrl, test.ring, { log })
    // Its jobs run when a test says so.
    const worker = { running: () => true }
    const { app, jobs } = compose(
      config,
      { ...stores, worker },
      {
        clock,
        log,
        providers: () => ({ GOOGLE: undefined, MICROSOFT: watched }),
      },
    )
    const process = await serve(createServer(app), jobs, stores)
    processes.push(process)
    return process
  }

  const connect = async ({ tenantId, userId }: Practice, access: Grant['access'], accountKey = 'mock-account') => {
    const grant = { accountKey, access, scopes: [access], tokenCache: '{}', accessExpiresAt: undefined }
    const calendars = [
      { id: 'main', name: 'Calendar', isDefault: true },
      { id: 'other', name: 'Second calendar', isDefault: false },
    ]
    const now = clock.now()
    const store = createConnectionStore(test.database)
    return (await store.store({ tenantId, userId, provider: 'MICROSOFT', grant, calendars, now })).connectionId
  }

  const practice: World['practice'] = async (access = 'bookings', more = {}) => {
    const slug = `practice-${randomBytes(6).toString('hex')}`
    const made = await createTenant(test.database, {
      slug,
      name: 'Practice',
      timeZone: 'Europe/Berlin',
      email: `${slug}@therapist.example`,
      passwordHash: 'not a hash',
      services: [{ name: 'Session', durationMinutes: 50 }],
    })
    if (made === undefined) throw new Error('The practice was not made')
    const tenantId = made.id
    const [user, service] = await Promise.all([
      test.database.user.findFirstOrThrow({ where: { tenantId } }),
      test.database.service.findFirstOrThrow({ where: { tenantId } }),
    ])
    const practice = { tenantId, userId: user.id, slug, serviceId: service.id }
    if (access !== 'none') await connect(practice, access, more.accountKey)
    return practice
  }

  const world: World = {
    test,
    clock,
    log,
    calendar: mock.controls,
    calls,
    before: () => {},
    config,
    first: await another(),
    another,
    practice,
    connect,
    close: async () => {
      await Promise.all(processes.map((one) => one.close()))
      await test.drop()
    },
  }
  return world
}
