import { createServer } from 'node:http'
import { createMockCalendar, type MockControls } from '../../src/adapters/mock-calendar/index.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { Config } from '../../src/config.ts'
import { compose } from '../../src/di.ts'
import type { Grant } from '../../src/ports/calendar-connector.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { configFor, type Environment } from './environment.ts'
import { outlook } from './fixtures.ts'
import { LogRecorder } from './log-recorder.ts'
import { MovableClock } from './movable-clock.ts'
import { createPractice, type Practice } from './practice.ts'
import { type Process, serve } from './process.ts'
import { MONDAY } from './times.ts'
import { type PortCall, watchedBinding } from './watched-calendar.ts'

export interface MockWorld {
  readonly database: TestDatabase
  readonly clock: MovableClock
  readonly logs: LogRecorder
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

export interface MockOptions {
  /** Laid over the application's environment. */
  readonly env?: Environment
}

export async function startMockWorld({ env = {} }: MockOptions = {}): Promise<MockWorld> {
  const database = await openTestDatabase()
  const clock = new MovableClock(MONDAY)
  const logs = new LogRecorder()
  const config = configFor(database, env)
  const mock = createMockCalendar({ features: outlook, clock })
  const calls: PortCall[] = []
  const processes: Process[] = []
  const watched = watchedBinding(mock, async (call) => {
    calls.push(call)
    await world.before(call)
  })

  const another = async (databaseUrl = database.url): Promise<Process> => {
    const stores = openDatabase(databaseUrl, database.ring, { log: logs })
    // Its jobs run when a test says so.
    const worker = { running: () => true }
    const { app, jobs } = compose(
      config,
      { ...stores, worker },
      {
        clock,
        log: logs,
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
    const store = createConnectionStore(database.database)
    return (await store.store({ tenantId, userId, provider: 'MICROSOFT', grant, calendars, now })).connectionId
  }

  const practice: MockWorld['practice'] = async (access = 'bookings', more = {}) => {
    const practice = await createPractice(database.database)
    if (access !== 'none') await connect(practice, access, more.accountKey)
    return practice
  }

  const world: MockWorld = {
    database,
    clock,
    logs,
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
      await database.drop()
    },
  }
  return world
}
