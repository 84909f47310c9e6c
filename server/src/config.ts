import { z } from 'zod'
import type { GoogleConfig } from './adapters/google-calendar/config.ts'
import type { MicrosoftConfig } from './adapters/microsoft-calendar/config.ts'
import {
  collector,
  count,
  day,
  endpoint,
  headers,
  origin,
  type ProcessType,
  poolComplaints,
  processFields,
  seconds,
  secret,
  type TokenKey,
  tokenKeys,
} from './config-fields.ts'

const microsoft = {
  MICROSOFT_CLIENT_ID: z.string().min(1).optional(),
  MICROSOFT_CLIENT_SECRET: secret(8).optional(),
  MICROSOFT_CLIENT_SECRET_ENDS: day,
  MICROSOFT_TENANT: z
    .string()
    .regex(/^[A-Za-z0-9.-]{1,128}$/, 'must be common, organizations, consumers or a tenant')
    .default('common'),
  MICROSOFT_AUTHORITY_URL: origin.default('https://login.microsoftonline.com'),
  MICROSOFT_GRAPH_URL: origin.default('https://graph.microsoft.com'),
  MICROSOFT_READ_SCOPE: z.enum(['Calendars.ReadBasic', 'Calendars.Read']).default('Calendars.ReadBasic'),
}

const google = {
  GOOGLE_CLIENT_ID: z.string().min(1).optional(),
  GOOGLE_CLIENT_SECRET: secret(8).optional(),
  GOOGLE_CLIENT_SECRET_ENDS: day,
  GOOGLE_AUTHORITY_URL: endpoint.default('https://accounts.google.com/o/oauth2/v2/auth'),
  GOOGLE_TOKEN_URL: endpoint.default('https://oauth2.googleapis.com/token'),
  GOOGLE_API_URL: origin.default('https://www.googleapis.com'),
}

const YEAR_SECONDS = 31_536_000
/** What the lists that browsers ship with (hstspreload.org) advise at most. */
const LONGEST_HSTS_SECONDS = 2 * YEAR_SECONDS

const Environment = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  APP_URL: origin,
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgresql:// URL'),
  ...processFields,
  SESSION_SECRET: secret(32),
  TOKEN_ENCRYPTION_KEYS: tokenKeys,
  CALENDAR_ADAPTERS: z.enum(['real', 'mock']).default('real'),
  ...microsoft,
  ...google,
  BOOKINGS_PER_HOUR_AND_ADDRESS: count(10),
  BOOKINGS_PER_HOUR_AND_PRACTICE: count(60),
  CALENDAR_FRESH_SECONDS: seconds(20),
  CALENDAR_MAX_AGE_SECONDS: seconds(300),
  TRUST_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  HSTS_MAX_AGE_SECONDS: z.coerce.number().int().min(0).max(LONGEST_HSTS_SECONDS).default(YEAR_SECONDS),
  HSTS_INCLUDE_SUBDOMAINS: z.enum(['true', 'false']).default('true'),
  TOMBSTONE_FILE: z.string().optional(),
  ADMIN_PASSWORD: z.string().optional(),
  DRAIN_SECONDS: z.coerce.number().int().min(0).max(15).optional(),
  METRICS_TOKEN: secret(32).optional(),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headers.default({}),
  OTEL_SERVICE_NAME: z.string().max(100).default('booking'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

type Parsed = z.infer<typeof Environment>

export interface Config {
  readonly production: boolean
  readonly port: number
  readonly appUrl: string
  readonly databaseUrl: string
  /** Connections of this process to the database, at most. */
  readonly databasePoolSize: number
  /** `web` serves pages and takes no jobs, `worker` takes jobs and serves health and metrics alone. */
  readonly processType: ProcessType
  /** Jobs that this process executes at once. */
  readonly workerConcurrency: number
  readonly sessionSecret: string
  readonly tokenKeys: readonly TokenKey[]
  readonly calendars: {
    readonly adapters: 'real' | 'mock'
    readonly microsoft: MicrosoftConfig | undefined
    readonly google: GoogleConfig | undefined
    readonly freshMs: number
    readonly maxAgeMs: number
    /** When the registrations' secrets end, where that is known. */
    readonly secretsEnd: Readonly<Partial<Record<'MICROSOFT' | 'GOOGLE', Date>>>
  }
  /** Bookings taken from clients within an hour. */
  readonly bookingsPerHour: { readonly byAddress: number; readonly byTenant: number }
  readonly trustProxyHops: number
  /** RFC 6797. */
  readonly hsts: { readonly maxAgeSeconds: number; readonly includesSubdomains: boolean }
  /** How long a process that is asked to end goes on serving, while it is not ready. */
  readonly drainMs: number
  /** Undefined: there are none. Without a port of their own they are at the application's. */
  readonly metrics: { readonly token: string | undefined; readonly port: number | undefined } | undefined
  /** Where traces are sent; undefined: there are none. */
  readonly tracing:
    | { readonly endpoint: string; readonly headers: Readonly<Record<string, string>>; readonly serviceName: string }
    | undefined
  /** Where tombstones are appended, besides the log. */
  readonly tombstoneFile: string | undefined
  /** For the command that creates a tenant. */
  readonly adminPassword: string | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
}

/** Names the variables and what is wrong with them, never their values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  /** Where more than the variables themselves was looked at. */
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}

const withPath = (url: string, path: string): string => (new URL(url).pathname === '/' ? `${url}${path}` : url)

const microsoftOf = (env: Parsed): MicrosoftConfig | undefined =>
  env.MICROSOFT_CLIENT_ID === undefined || env.MICROSOFT_CLIENT_SECRET === undefined
    ? undefined
    : {
        clientId: env.MICROSOFT_CLIENT_ID,
        clientSecret: env.MICROSOFT_CLIENT_SECRET,
        tenant: env.MICROSOFT_TENANT,
        authorityUrl: env.MICROSOFT_AUTHORITY_URL,
        graphUrl: env.MICROSOFT_GRAPH_URL,
        readScope: env.MICROSOFT_READ_SCOPE,
      }

const googleOf = (env: Parsed): GoogleConfig | undefined =>
  env.GOOGLE_CLIENT_ID === undefined || env.GOOGLE_CLIENT_SECRET === undefined
    ? undefined
    : {
        clientId: env.GOOGLE_CLIENT_ID,
        clientSecret: env.GOOGLE_CLIENT_SECRET,
        authorizationUrl: withPath(env.GOOGLE_AUTHORITY_URL, '/o/oauth2/v2/auth'),
        tokenUrl: withPath(env.GOOGLE_TOKEN_URL, '/token'),
        apiUrl: env.GOOGLE_API_URL,
      }

const tracingOf = (env: Parsed): Config['tracing'] =>
  env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
    ? undefined
    : {
        endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
        headers: env.OTEL_EXPORTER_OTLP_HEADERS,
        serviceName: env.OTEL_SERVICE_NAME,
      }

/** Of a random text of 32 hexadecimal digits one in some thousands has fewer. */
const DISTINCT_CHARACTERS = 10

/** What is wrong with variables together, each of which is right alone. */
function contradictions(env: Parsed): string[] {
  const found: string[] = []
  for (const provider of ['MICROSOFT', 'GOOGLE'] as const) {
    const id = env[`${provider}_CLIENT_ID`]
    const key = env[`${provider}_CLIENT_SECRET`]
    if (id !== undefined && key === undefined) found.push(`${provider}_CLIENT_SECRET is missing`)
    if (id === undefined && key !== undefined) found.push(`${provider}_CLIENT_ID is missing`)
  }
  if (env.CALENDAR_ADAPTERS === 'real' && env.MICROSOFT_CLIENT_ID === undefined && env.GOOGLE_CLIENT_ID === undefined)
    found.push('MICROSOFT_CLIENT_ID is missing (or GOOGLE_CLIENT_ID; or set CALENDAR_ADAPTERS=mock)')
  if (env.METRICS_PORT !== undefined && env.METRICS_PORT !== 0 && env.METRICS_PORT === env.PORT)
    found.push('METRICS_PORT must not be PORT')
  found.push(...poolComplaints(env))
  if (env.NODE_ENV === 'production') {
    // In memory: each process would offer what another has booked.
    if (env.CALENDAR_ADAPTERS === 'mock') found.push('CALENDAR_ADAPTERS must not be mock where NODE_ENV is production')
    if (new Set(env.SESSION_SECRET).size < DISTINCT_CHARACTERS)
      found.push('SESSION_SECRET must be random where NODE_ENV is production')
  }
  return found
}

const isGiven = ([, value]: readonly [string, string | undefined]): boolean => value !== undefined && value !== ''

/** Empty variables count as absent: that is how hosts and `.env` files write "not set". */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(isGiven))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const complaints = parsed.error.issues.map(({ path, message }) => {
      const name = String(path[0])
      return name in given ? `${name} ${message}` : `${name} is missing`
    })
    throw new ConfigError(`Configuration: ${complaints.join('; ')}`)
  }
  const env = parsed.data
  const contradictory = contradictions(env)
  if (contradictory.length > 0) throw new ConfigError(`Configuration: ${contradictory.join('; ')}`)
  return {
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    appUrl: env.APP_URL,
    databaseUrl: env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    processType: env.PROCESS_TYPE,
    workerConcurrency: env.WORKER_CONCURRENCY,
    sessionSecret: env.SESSION_SECRET,
    tokenKeys: env.TOKEN_ENCRYPTION_KEYS,
    calendars: {
      adapters: env.CALENDAR_ADAPTERS,
      microsoft: microsoftOf(env),
      google: googleOf(env),
      // A read is never called fresh for longer than it may be used at all.
      freshMs: Math.min(env.CALENDAR_FRESH_SECONDS, env.CALENDAR_MAX_AGE_SECONDS) * 1000,
      maxAgeMs: env.CALENDAR_MAX_AGE_SECONDS * 1000,
      secretsEnd: {
        ...(env.MICROSOFT_CLIENT_SECRET_ENDS && { MICROSOFT: env.MICROSOFT_CLIENT_SECRET_ENDS }),
        ...(env.GOOGLE_CLIENT_SECRET_ENDS && { GOOGLE: env.GOOGLE_CLIENT_SECRET_ENDS }),
      },
    },
    bookingsPerHour: { byAddress: env.BOOKINGS_PER_HOUR_AND_ADDRESS, byTenant: env.BOOKINGS_PER_HOUR_AND_PRACTICE },
    trustProxyHops: env.TRUST_PROXY_HOPS,
    hsts: { maxAgeSeconds: env.HSTS_MAX_AGE_SECONDS, includesSubdomains: env.HSTS_INCLUDE_SUBDOMAINS === 'true' },
    // No balancer sends anybody to a worker.
    drainMs: (env.DRAIN_SECONDS ?? (env.NODE_ENV === 'production' && env.PROCESS_TYPE !== 'worker' ? 5 : 0)) * 1000,
    metrics:
      env.METRICS_TOKEN === undefined && env.METRICS_PORT === undefined
        ? undefined
        : { token: env.METRICS_TOKEN, port: env.METRICS_PORT },
    tracing: tracingOf(env),
    tombstoneFile: env.TOMBSTONE_FILE,
    adminPassword: env.ADMIN_PASSWORD,
    logLevel: env.LOG_LEVEL,
  }
}

/** The process's own environment; a variable that it leaves open is taken from the first of `files` that has it. */
export function loadConfig(...files: readonly Readonly<Record<string, string | undefined>>[]): Config {
  const given = [process.env, ...files].map((variables) => Object.entries(variables).filter(isGiven))
  return parseConfig(Object.fromEntries(given.reverse().flat()))
}
