import { z } from 'zod'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])
const PLACEHOLDER = /^(change.?me.*|replace.?me.*|your[-_ <].*|<.*>|placeholder.*|example|secret|todo|x+)$/i

const isSecure = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))

/** An https origin, or http on loopback: tokens and codes are sent there. */
export const origin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bare =
    url !== undefined && (url.pathname === '/' || url.pathname === '') && !url.search && !url.hash && !url.username
  if (bare && isSecure(url)) return url.origin
  context.addIssue({ code: 'custom', message: 'must be an https origin without a path (http on loopback only)' })
  return z.NEVER
})

/** An https URL that may have a path, or http on loopback. */
export const endpoint = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && isSecure(url) && !url.username && !url.hash && !url.search) return url.toString().replace(/\/$/, '')
  context.addIssue({ code: 'custom', message: 'must be an https URL (http on loopback only)' })
  return z.NEVER
})

/** A collector of ours, often in a private network, where http is usual: no secret is sent there but its own headers. */
export const collector = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bare = url !== undefined && !url.username && !url.password && !url.hash && !url.search
  if (bare && /^https?:$/.test(url.protocol)) return url.toString().replace(/\/$/, '')
  context.addIssue({ code: 'custom', message: 'must be an http or https URL without a user, a query or a fragment' })
  return z.NEVER
})

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry's exporters are configured. */
export const headers = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text.split(',').map((pair) => /^\s*([!#$%&'*+.^_`|~\w-]+)=(\S*)\s*$/.exec(pair))
  const decoded = pairs.map((found) => found !== null && [found[1] ?? '', decodedOr(found[2] ?? '', undefined)])
  const complete = decoded.filter((pair): pair is [string, string] => pair !== false && isFieldValue(pair[1]))
  if (complete.length === pairs.length) return Object.fromEntries(complete)
  context.addIssue({ code: 'custom', message: 'must be name=value pairs with commas, values percent-encoded' })
  return z.NEVER
})

/** RFC 9110, section 5.5, in ASCII. */
const isFieldValue = (text: string | undefined): boolean => text !== undefined && /^[\t\x20-\x7e]*$/.test(text)

function decodedOr<T>(text: string, otherwise: T): string | T {
  try {
    return decodeURIComponent(text)
  } catch {
    return otherwise
  }
}

export const secret = (minimum: number) =>
  z
    .string()
    .min(minimum, `must have at least ${minimum} characters`)
    .refine((text) => !PLACEHOLDER.test(text), 'must not be a placeholder')

/** A day, read as its first instant in UTC. */
export const day = z.iso
  .date('must be a day, like 2027-01-31')
  .transform((text) => new Date(text))
  .optional()

export const seconds = (fallback: number) => z.coerce.number().int().min(0).max(86_400).default(fallback)

export const count = (fallback: number) => z.coerce.number().int().min(1).max(100_000).default(fallback)

export interface TokenKey {
  readonly kid: string
  readonly key: Buffer
}

/** `kid:base64,kid:base64`: the first encrypts, all decrypt; each key has 32 bytes. */
export const tokenKeys = z.string().transform((text, context): readonly TokenKey[] => {
  const keys = text.split(',').map((entry) => {
    const [kid = '', base64 = ''] = entry.trim().split(/:(.*)/s)
    return { kid, base64, key: Buffer.from(base64, 'base64') }
  })
  const complaint = keys
    .map(({ kid, base64, key }) => {
      if (!/^[A-Za-z0-9_-]{1,32}$/.test(kid)) return 'needs a key id of letters, digits, - and _ before each colon'
      if (key.length !== 32 || key.toString('base64').replace(/=+$/, '') !== base64.replace(/=+$/, ''))
        return 'must hold 32 bytes in base64 after each key id'
      return new Set(key).size < 8 ? 'must hold random bytes' : undefined
    })
    .find((found) => found !== undefined)
  const unique = new Set(keys.map(({ kid }) => kid)).size === keys.length
  if (complaint === undefined && unique) return keys.map(({ kid, key }) => ({ kid, key }))
  context.addIssue({ code: 'custom', message: complaint ?? 'names one key id twice' })
  return z.NEVER
})

const PROCESS_TYPES = ['both', 'web', 'worker'] as const
export type ProcessType = (typeof PROCESS_TYPES)[number]

/** What a process does, and how much of it at once. */
export const processFields = {
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(500).default(16),
  PROCESS_TYPE: z.enum(PROCESS_TYPES).default('both'),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(50).default(4),
}

interface Processes {
  readonly DATABASE_POOL_SIZE: number
  readonly PROCESS_TYPE: ProcessType
  readonly WORKER_CONCURRENCY: number
}

/**
 * A job that writes an event holds one connection for its lock and needs another; one listens for jobs, one takes and ends them;
 * pages need two. With fewer, jobs that hold a connection each could wait for each other.
 */
const fewestConnections = ({ PROCESS_TYPE, WORKER_CONCURRENCY }: Processes): number =>
  (PROCESS_TYPE === 'web' ? 0 : 2 * WORKER_CONCURRENCY + 2) + (PROCESS_TYPE === 'worker' ? 0 : 2)

/** What is wrong with these variables together. */
export function poolComplaints(env: Processes): string[] {
  const fewest = fewestConnections(env)
  if (env.DATABASE_POOL_SIZE >= fewest) return []
  const { PROCESS_TYPE, WORKER_CONCURRENCY } = env
  return [
    `DATABASE_POOL_SIZE must be at least ${fewest} for PROCESS_TYPE=${PROCESS_TYPE} and WORKER_CONCURRENCY=${WORKER_CONCURRENCY}`,
  ]
}
