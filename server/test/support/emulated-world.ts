import { randomBytes } from 'node:crypto'
import { Browser } from '../../dev/browser.ts'
import { freePort } from '../../dev/free-port.ts'
import { type GoogleEmulator, startGoogleEmulator } from '../../dev/google-emulator/index.ts'
import {
  type EmulatorOptions,
  type MicrosoftEmulator,
  startMicrosoftEmulator,
} from '../../dev/microsoft-emulator/index.ts'
import type { NewTenant } from '../../src/adapters/postgres/accounts/create-tenant.ts'
import { type Application, startApplication } from '../../src/application.ts'
import { parseConfig } from '../../src/config.ts'
import type { Swap } from '../../src/di.ts'
import { type ChildApplication, spawnApplication } from './child-process.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { type Environment, keysText, UNLIMITED_BOOKINGS } from './environment.ts'
import { LogRecorder } from './log-recorder.ts'
import { MovableClock } from './movable-clock.ts'
import { createPractice, type Practice } from './practice.ts'
import { signIn, type Therapist } from './therapist.ts'

/** One process's worth of application, at a port of its own. */
export interface Instance {
  readonly origin: string
  browser(): Browser
  signIn(practice: Practice): Promise<Therapist>
  close(): Promise<void>
}

export interface EmulatedOptions {
  readonly database?: TestDatabase
  readonly microsoft?: Partial<EmulatorOptions>
  /** Laid over the applications' environment. */
  readonly env?: Environment
}

export type EmulatedWorld = Awaited<ReturnType<typeof startEmulatedWorld>>

/** A database and both providers' emulators; then as many applications on them as `start` and `spawn` are called. */
export async function startEmulatedWorld(options: EmulatedOptions = {}) {
  const database = options.database ?? (await openTestDatabase())
  const port = await freePort()
  const appUrl = options.env?.APP_URL ?? `http://127.0.0.1:${port}`
  const clock = new MovableClock()
  const logs = new LogRecorder()
  const secrets = { clientId: randomBytes(8).toString('hex'), clientSecret: randomBytes(24).toString('base64url') }
  const callback = (slug: string): string => `${appUrl}/settings/calendar/callback/${slug}`
  const microsoftCallbacks = [callback('microsoft'), callback('microsoft-admin')]
  const shared = { ...secrets, now: clock.now }
  const [microsoft, google] = await Promise.all([
    startMicrosoftEmulator({ ...shared, redirectUris: microsoftCallbacks, ...options.microsoft }),
    startGoogleEmulator({ ...shared, redirectUris: [callback('google')] }),
  ])
  const env: Environment = {
    ...emulatedEnvironment({ database, microsoft, google, appUrl, ...secrets }),
    ...UNLIMITED_BOOKINGS,
    ...options.env,
  }
  const running: { close(): Promise<void> }[] = []
  let first = true

  const nextPort = (): string => {
    const own = first && options.env?.APP_URL === undefined
    first = false
    return own ? String(port) : '0'
  }

  const opened = <T extends { readonly origin: string; close(): Promise<void> }>(one: T): T & Instance => {
    running.push(one)
    return { ...one, browser: () => new Browser(one.origin), signIn: (practice) => signIn(one.origin, practice) }
  }

  return {
    database,
    microsoft,
    google,
    clock,
    logs,
    appUrl,
    env,
    ...secrets,

    /** An application in this process; the first one listens at `appUrl`. */
    async start(more: Environment = {}, swap: Swap = {}): Promise<Instance & { readonly application: Application }> {
      const config = parseConfig({ ...env, PORT: nextPort(), ...more })
      const application = await startApplication(config, { clock, log: logs, ...swap })
      return opened({ application, origin: originOf(application), close: once(() => application.close()) })
    },

    /** An application in a process of its own, with the real clock. */
    async spawn(more: Environment = {}): Promise<Instance & ChildApplication> {
      return opened(await spawnApplication({ ...env, PORT: nextPort(), ...more }))
    },

    practice: (more: Partial<NewTenant> = {}): Promise<Practice> => createPractice(database.database, more),

    async close(): Promise<void> {
      await Promise.all(running.map((one) => one.close()))
      await Promise.all([microsoft.close(), google.close()])
      await database.drop()
    },
  }
}

interface Addresses {
  readonly database: TestDatabase
  readonly microsoft: Pick<MicrosoftEmulator, 'origin'>
  readonly google: Pick<GoogleEmulator, 'origin'>
  readonly appUrl: string
  readonly clientId: string
  readonly clientSecret: string
}

const emulatedEnvironment = ({
  database,
  microsoft,
  google,
  appUrl,
  clientId,
  clientSecret,
}: Addresses): Environment => ({
  APP_URL: appUrl,
  DATABASE_URL: database.url,
  SESSION_SECRET: randomBytes(48).toString('base64url'),
  TOKEN_ENCRYPTION_KEYS: keysText(database.keys),
  MICROSOFT_CLIENT_ID: clientId,
  MICROSOFT_CLIENT_SECRET: clientSecret,
  MICROSOFT_AUTHORITY_URL: microsoft.origin,
  MICROSOFT_GRAPH_URL: microsoft.origin,
  GOOGLE_CLIENT_ID: clientId,
  GOOGLE_CLIENT_SECRET: clientSecret,
  GOOGLE_AUTHORITY_URL: google.origin,
  GOOGLE_TOKEN_URL: google.origin,
  GOOGLE_API_URL: google.origin,
  CALENDAR_FRESH_SECONDS: '0',
  CALENDAR_MAX_AGE_SECONDS: '0',
})

function originOf({ server }: Application): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the application has no port')
  return `http://127.0.0.1:${address.port}`
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined
  return () => {
    closing ??= close()
    return closing
  }
}
