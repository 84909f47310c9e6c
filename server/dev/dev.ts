import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { type Config, ConfigError, parseConfig } from '../src/config.ts'
import { openStores, startApplication } from '../src/di.ts'
import { DEMO, seedDemo } from './demo-seed.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * `npm run dev`: the app as `.env` says. What it leaves open gets a value that outlives restarts: a PostgreSQL and secrets
 * of its own in .data/dev, calendars in memory.
 */
const FOLDER = '.data/dev'

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
  if (fs.existsSync('.env')) process.loadEnvFile('.env')
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => !without(value)))
  let postgres: EmbeddedPostgres | undefined
  if (without(given.DATABASE_URL)) {
    postgres = await startEmbeddedPostgres({ folder: FOLDER })
    await postgres.createDatabase('dev')
    given.DATABASE_URL = postgres.url('dev')
    await migrate(given.DATABASE_URL)
  }
  const real = !without(given.MICROSOFT_CLIENT_ID) || !without(given.GOOGLE_CLIENT_ID)
  const port = given.PORT ?? '3000'
  const config = parseConfig({
    APP_URL: `http://localhost:${port}`,
    ...ownSecrets(),
    ...(real ? {} : { CALENDAR_ADAPTERS: 'mock' }),
    ...given,
  })
  if (postgres !== undefined) await seedOnce(config)
  const application = await startApplication(config)
  process.stdout.write(
    `${config.appUrl}  (calendars: ${config.calendars.adapters}; sign in as ${DEMO.email}, ${DEMO.password})\n`,
  )
  const stop = async () => {
    await application.close()
    await postgres?.stop()
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

main().catch((error) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : error}\n`)
  process.exit(1)
})
