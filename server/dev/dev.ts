import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import fs from 'node:fs'
import { type Application, startApplication } from '../src/application.ts'
import { type Config, ConfigError, parseConfig } from '../src/config.ts'
import { openStores } from '../src/di.ts'
import { DEMO, seedDemo } from './demo-seed.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * `npm run dev`: the app as `.env` says. What it leaves open gets a value that outlives restarts: a PostgreSQL and secrets
 * of its own in .data/dev, calendars in memory.
 */
const FOLDER = '.data/dev'
const ENVIRONMENT = `${FOLDER}/environment`
const NAMES = ['APP_URL', 'DATABASE_URL', 'SESSION_SECRET', 'TOKEN_ENCRYPTION_KEYS', 'CALENDAR_ADAPTERS'] as const

interface Secrets {
  readonly SESSION_SECRET: string
  readonly TOKEN_ENCRYPTION_KEYS: string
}

function ownSecrets(): Secrets {
  const file = `${FOLDER}/secrets.json`
  fs.mkdirSync(FOLDER, { recursive: true })
  if (!fs.existsSync(file)) {
    const made: Secrets = {
      SESSION_SECRET: randomBytes(48).toString('base64url'),
      TOKEN_ENCRYPTION_KEYS: `dev:${randomBytes(32).toString('base64')}`,
    }
    fs.writeFileSync(file, JSON.stringify(made), { mode: 0o600 })
  }
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Secrets
}

type Environment = Record<string, string | undefined>

const without = (empty: string | undefined): boolean => empty === undefined || empty === ''

/** A database of our own has a practice to sign in to. */
async function seedOnce(config: Config): Promise<void> {
  const stores = await openStores(config)
  try {
    await seedDemo(stores.database)
  } finally {
    await stores.close()
  }
}

async function main(): Promise<void> {
  // Before anything is started: a signal that comes meanwhile stops what was started, too.
  const stopping = new AbortController()
  const stopped = once(stopping.signal, 'abort')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())
  if (fs.existsSync('.env')) process.loadEnvFile('.env')
  const given: Environment = Object.fromEntries(Object.entries(process.env).filter(([, value]) => !without(value)))
  const postgres = without(given.DATABASE_URL) ? await startEmbeddedPostgres({ folder: FOLDER }) : undefined
  try {
    if (postgres !== undefined) given.DATABASE_URL = await ownDatabase(postgres)
    const application = await start(given, postgres !== undefined, stopping.signal)
    if (!stopping.signal.aborted) await stopped
    await application.close()
  } catch (error) {
    // A start that was called off by a signal is no failure.
    if (!stopping.signal.aborted) throw error
  } finally {
    fs.rmSync(ENVIRONMENT, { force: true })
    await postgres?.stop()
  }
}

async function ownDatabase(postgres: EmbeddedPostgres): Promise<string> {
  await postgres.createDatabase('dev')
  const url = postgres.url('dev')
  await migrate(url)
  return url
}

async function start(given: Environment, seeded: boolean, signal: AbortSignal): Promise<Application> {
  const real = !without(given.MICROSOFT_CLIENT_ID) || !without(given.GOOGLE_CLIENT_ID)
  const port = given.PORT ?? '3000'
  const config = parseConfig({
    APP_URL: `http://localhost:${port}`,
    ...ownSecrets(),
    ...(real ? {} : { CALENDAR_ADAPTERS: 'mock' }),
    ...given,
  })
  if (seeded) await seedOnce(config)
  // For `npm run admin`, which cannot know what was chosen here.
  const chosen: Environment = {
    ...ownSecrets(),
    APP_URL: config.appUrl,
    CALENDAR_ADAPTERS: config.calendars.adapters,
    ...given,
  }
  fs.writeFileSync(ENVIRONMENT, NAMES.map((name) => `${name}='${chosen[name] ?? ''}'\n`).join(''), { mode: 0o600 })
  const application = await startApplication(config, {}, signal)
  const account = seeded ? `; sign in as ${DEMO.email}, ${DEMO.password}` : ''
  process.stdout.write(`${config.appUrl}  (calendars: ${config.calendars.adapters}${account})\n`)
  return application
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error instanceof ConfigError ? error.message : error}\n`)
    process.exit(1)
  },
)
