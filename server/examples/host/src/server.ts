import { type Log, microsoftConfig } from 'booking-calendar-adapter'
import { createApp, createBearer } from './app.js'
import { GoogleCalendar } from './calendar/google.js'
import { MockCalendar } from './calendar/mock.js'
import { openDatabase } from './database.js'
import { createMicrosoft } from './microsoft/index.js'

const need = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

const line = (level: string) => (event: string, fields?: object) =>
  console.log(JSON.stringify({ level, event, ...fields }))
const log: Log = { info: line('info'), warn: line('warn'), error: line('error') }

const database = openDatabase(need('DATABASE_URL'))
const bearer = createBearer(database)
const microsoft = createMicrosoft({
  database,
  config: microsoftConfig({
    clientId: need('MICROSOFT_CLIENT_ID'),
    clientSecret: need('MICROSOFT_CLIENT_SECRET'),
  }),
  // openssl rand -base64 32
  keys: [{ kid: '2026', key: Buffer.from(need('TOKEN_KEY_2026'), 'base64') }],
  log,
  bearer,
  apiUrl: need('API_URL'),
  appUrl: need('APP_URL'),
})
const calendars = {
  MOCK: new MockCalendar(),
  GOOGLE: new GoogleCalendar(async () => need('GOOGLE_SERVICE_TOKEN')),
  MICROSOFT: microsoft.provider,
}

const every = (milliseconds: number, work: () => Promise<void>) =>
  setInterval(() => work().catch((error) => log.error('periodic_work_failed', { name: error?.name })), milliseconds)
every(60_000, microsoft.everyMinute)
every(24 * 3_600_000, microsoft.daily)

createApp({ database, calendars, bearer, routes: microsoft.routes }).listen(Number(process.env.PORT ?? 3000))
