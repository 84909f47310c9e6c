import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { startApplication } from '../src/application.ts'
import { parseConfig } from '../src/config.ts'
import { openStores, type Stores } from '../src/di.ts'
import { MINUTE_MS } from '../src/domain/durations.ts'
import type { Language } from '../src/domain/locale.ts'
import { DEMO, seedDemo } from './demo-seed.ts'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { freePort } from './free-port.ts'
import { startGoogleEmulator } from './google-emulator/index.ts'
import { type JournalEntry, startMicrosoftEmulator } from './microsoft-emulator/index.ts'
import { seedWeek } from './microsoft-emulator/seed.ts'
import { migrate } from './migrate.ts'

const FOLDER = '.data/demo'

export interface Demo {
  readonly appUrl: string
  /** The emulated Outlook of the therapist, for a person. */
  readonly outlookUrl: string
  readonly googleUrl: string
  addOutlookEvent(start: Date): void
  moveOutlookEvent(id: string, start: Date): void
  /** Has the events of all sessions compared with them now, as if the time for it had come, twice. */
  compareEvents(): Promise<void>
  /** Goes through Microsoft's emulated sign-in and consent; gives the callback's address. */
  consent(authorizeUrl: string): Promise<string>
  /** The first exchange with the emulated Microsoft that fits, past or to come. */
  exchange(fits: (entry: JournalEntry) => boolean, patienceMs: number): Promise<JournalEntry>
  close(): Promise<void>
}

/** Resolves when no job is left that could run now. */
async function idle(pool: Stores['pool']): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(`SELECT FROM graphile_worker.jobs WHERE task_identifier = 'compare_events'`)
    if (rowCount === 0) return
    await sleep(50)
  }
}

/** Everything the demo needs, on free ports of 127.0.0.1, with a database made anew. */
export async function startDemo(language?: Language): Promise<Demo> {
  const port = await freePort(3000)
  const appUrl = `http://127.0.0.1:${port}`
  const secrets = { clientId: randomBytes(8).toString('hex'), clientSecret: randomBytes(24).toString('base64url') }
  const callback = (slug: string): string => `${appUrl}/settings/calendar/callback/${slug}`
  const [postgres, microsoft, google] = await Promise.all([
    startEmbeddedPostgres({ folder: FOLDER }),
    startMicrosoftEmulator({
      ...secrets,
      redirectUris: [callback('microsoft'), callback('microsoft-admin')],
      port: await freePort(3001),
    }),
    startGoogleEmulator({ ...secrets, redirectUris: [callback('google')], port: await freePort(3002) }),
  ])
  const ada = microsoft.addAccount({ kind: 'work', address: DEMO.email, timeZone: 'W. Europe Standard Time' })
  seedWeek(microsoft, ada, nextMonday(new Date()))

  await postgres.dropDatabase('demo')
  await postgres.createDatabase('demo')
  const url = postgres.url('demo')
  await migrate(url)
  const config = parseConfig({
    PORT: String(port),
    APP_URL: appUrl,
    DATABASE_URL: url,
    SESSION_SECRET: randomBytes(48).toString('base64url'),
    TOKEN_ENCRYPTION_KEYS: `demo:${randomBytes(32).toString('base64')}`,
    MICROSOFT_CLIENT_ID: secrets.clientId,
    MICROSOFT_CLIENT_SECRET: secrets.clientSecret,
    MICROSOFT_AUTHORITY_URL: microsoft.origin,
    MICROSOFT_GRAPH_URL: microsoft.origin,
    GOOGLE_CLIENT_ID: secrets.clientId,
    GOOGLE_CLIENT_SECRET: secrets.clientSecret,
    GOOGLE_AUTHORITY_URL: google.origin,
    GOOGLE_TOKEN_URL: google.origin,
    GOOGLE_API_URL: google.origin,
    // A person who adds an event wants to see its hour vanish at once.
    CALENDAR_FRESH_SECONDS: '0',
    LOG_LEVEL: 'error',
  })
  const stores = await openStores(config)
  await seedDemo(stores.database, language)
  const application = await startApplication(config)

  return {
    appUrl,
    outlookUrl: `${microsoft.origin}/outlook/${DEMO.email}`,
    googleUrl: `${google.origin}/calendar`,
    addOutlookEvent: (start) => {
      const end = new Date(start.getTime() + 50 * MINUTE_MS)
      microsoft.addEvent(ada, {
        subject: 'Supervision',
        start: start.toISOString(),
        end: end.toISOString(),
        timeZone: 'UTC',
        showAs: 'busy',
      })
    },
    moveOutlookEvent: (id, start) =>
      microsoft.editEvent(ada, id, { start, end: new Date(start.getTime() + 50 * MINUTE_MS) }),
    async compareEvents() {
      for (let look = 1; look <= 2; look += 1) {
        await stores.pool.query(`UPDATE event_difference SET first_seen_at = first_seen_at - interval '1 minute'`)
        await stores.pool.query(`UPDATE event_comparison SET compare_at = now() - interval '1 second'`)
        const looked = microsoft.journal.next(({ path }) => path === '/v1.0/$batch')
        await stores.pool.query(`SELECT graphile_worker.add_job('queue_comparisons')`)
        await looked
        await idle(stores.pool)
      }
    },
    consent: (authorizeUrl) => microsoft.signIn(authorizeUrl, ada, 'accept'),
    exchange: (fits, patienceMs) => microsoft.journal.until(fits, AbortSignal.timeout(patienceMs)),
    close: async () => {
      await Promise.all([application.close(), stores.close()])
      await Promise.all([microsoft.close(), google.close()])
      await postgres.stop()
    },
  }
}

function nextMonday(now: Date): Date {
  const monday = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()))
  monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7 || 7))
  return monday
}

/** Resolves when a person presses Ctrl-C or the process is asked to end. */
export const untilStopped = (): Promise<unknown> => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
