import { codeOf, isUnavailable } from './adapters/postgres/database-errors.ts'
import { ConfigError } from './config.ts'

/** Why a process could not start. `code` is PostgreSQL's SQLSTATE, Prisma's, the system's or ours. */
export interface NotStarted {
  readonly reason:
    | 'configuration'
    | 'database_unreachable'
    | 'database_login_refused'
    | 'database_absent'
    | 'database_not_migrated'
    | 'database_read_only'
    | 'database_privilege_missing'
    | 'job_queue_too_new'
    | 'port_taken'
    | 'port_refused'
    | 'unknown'
  readonly code?: string | undefined
  /** Of a ConfigError alone: names variables and keys, never a value. A database's own words may quote its address. */
  readonly message?: string
}

const REASONS: readonly (readonly [codes: RegExp, reason: NotStarted['reason']])[] = [
  [/^(28...|P1000)$/, 'database_login_refused'],
  [/^(3D000|P1003)$/, 'database_absent'],
  [/^(42P01|42703|3F000|P2021|P2022|NOT_MIGRATED)$/, 'database_not_migrated'],
  [/^25006$/, 'database_read_only'],
  [/^(42501|P1010)$/, 'database_privilege_missing'],
  [/^QUEUE_TOO_NEW$/, 'job_queue_too_new'],
  [/^EADDRINUSE$/, 'port_taken'],
  [/^EACCES$/, 'port_refused'],
]

export function notStarted(error: unknown): NotStarted {
  if (error instanceof ConfigError)
    return { reason: 'configuration', ...(error.code !== undefined && { code: error.code }), message: error.message }
  const code = codeOf(error)
  const known = REASONS.find(([codes]) => codes.test(code ?? ''))?.[1]
  return { reason: known ?? (isUnavailable(error) ? 'database_unreachable' : 'unknown'), code }
}
