import { randomBytes } from 'node:crypto'
import { Browser } from '../../dev/browser.ts'
import { freePort } from '../../dev/free-port.ts'
import { type GoogleEmulator, startGoogleEmulator } from '../../dev/google-emulator/index.ts'
import {
  type EmulatorOptions,
  type MicrosoftEmulator,
  startMicrosoftEmulator,
} from '../../dev/microsoft-emulator/index.ts'
import { argon2Passwords } from '../../src/adapters/argon2/passwords.ts'
import { createTenant } from '../../src/adapters/postgres/accounts/create-tenant.ts'
import { parseConfig } from '../../src/config.ts'
import { type Application, type Swap, startApplication } from '../../src/di.ts'
import { type ChildApplication, spawnApplication } from './child-process.ts'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { LogRecorder } from './log-recorder.ts'
import { MovableClock } from './movable-clock.ts'
import { signIn, type TestPractice, type Therapist } from './therapist.ts'

export type { TestPractice, Therapist } from './therapist.ts'

export type Environment = Readonly<Record<string, string>>

/** One process's worth of application, at a port of its own. */
export interface Instance {
  readonly origin: string
  browser(): Browser
  signIn(practice: TestPractice): Promise<Therapist>
  close(): Promise<void>
}

export interface WorldOptions {
  readonly database?: TestDatabase
  readonly microsoft?: Partial<EmulatorOptions>
  /** Laid over the applications' environment. */
  readonly env?: Environment
}

export type World = Awaited<ReturnType<typeof startWorld>>

/** A database and both providers' emulators; then as many applications on them as `start` and `spawn` are called. */
export async function startWorld(options: WorldOptions = {}) {
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
    ...environmentFor({ database, microsoft, google, appUrl, ...secrets }),
    ...options.env,
  }
  const password = randomBytes(12).toString('base64url')
  const passwordHash = await argon2Passwords.hash(password)
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

    async practice(slug = `p-${randomBytes(5).toString('hex')}`): Promise<TestPractice> {
      const email = `${slug}@therapist.example`
      const services = [{ name: 'Session', durationMinutes: 50 }]
      const naming = { slug, name: 'Practice', timeZone: 'Europe/Berlin', email, passwordHash, services }
      const created = await createTenant(database.database, naming)
      if (created === undefined) throw new Error('the practice exists')
      const service = await database.database.service.findFirstOrThrow({ where: { tenantId: created.id } })
      return { tenantId: created.id, slug, email, password, serviceId: service.id }
    },

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

const environmentFor = ({ database, microsoft, google, appUrl, clientId, clientSecret }: Addresses): Environment => ({
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

export const keysText = (keys: TestDatabase['keys']): string =>
  keys.map(({ kid, key }) => `${kid}:${Buffer.from(key).toString('base64')}`).join(',')

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
