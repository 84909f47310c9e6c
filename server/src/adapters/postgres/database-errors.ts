import { z } from 'zod'
import { StoreError } from '../../ports/store-error.ts'
import { UnreadableTokens } from '../../ports/token-vault.ts'
import { UnencryptableWrite } from './encryption/encrypted-writes.ts'

// The form that @prisma/adapter-pg 7.10 gives a PostgreSQL error (convertDriverError). Prisma puts it into `meta` of its own
// error; an error of COMMIT is thrown as the driver made it.
const DriverCause = z.object({
  kind: z.string().optional(),
  originalCode: z.string().optional(),
  originalMessage: z.string().optional(),
  constraint: z.object({ index: z.string().optional() }).optional().catch(undefined),
})

const Wrapped = z.object({ meta: z.object({ driverAdapterError: z.object({ cause: DriverCause }) }) })
const Bare = z.object({ cause: DriverCause })
const Coded = z.object({ code: z.string() })

type Cause = z.infer<typeof DriverCause>

function causeOf(error: unknown): Cause {
  const wrapped = Wrapped.safeParse(error)
  if (wrapped.success) return wrapped.data.meta.driverAdapterError.cause
  const bare = Bare.safeParse(error)
  return bare.success ? bare.data.cause : {}
}

/** SQLSTATE where there is one, else the code of Prisma or of the socket. */
export function codeOf(error: unknown): string | undefined {
  const coded = Coded.safeParse(error)
  return causeOf(error).originalCode ?? (coded.success ? coded.data.code : undefined)
}

/** 23P01: the row conflicts with another one under this exclusion constraint, which the driver names in its message only. */
export function isExclusionViolation(error: unknown, constraint: string): boolean {
  const { originalCode, originalMessage } = causeOf(error)
  return originalCode === '23P01' && originalMessage?.includes(`"${constraint}"`) === true
}

/** 23514, of this constraint or trigger, whose message names it. */
export function isCheckViolation(error: unknown, constraint: string): boolean {
  const { originalCode, originalMessage } = causeOf(error)
  return originalCode === '23514' && originalMessage?.includes(constraint) === true
}

/** 23505, of this index or, when none is named, of any. */
export function isUniqueViolation(error: unknown, index?: string): boolean {
  const { originalCode, constraint } = causeOf(error)
  return originalCode === '23505' && (index === undefined || constraint?.index === index)
}

/** Serialization failure or deadlock: the transaction was rolled back and may be tried again. */
export function isWriteConflict(error: unknown): boolean {
  const { kind, originalCode } = causeOf(error)
  return (
    kind === 'TransactionWriteConflict' ||
    originalCode === '40001' ||
    originalCode === '40P01' ||
    codeOf(error) === 'P2034'
  )
}

// Class 08, 40003, a database session ended for its idleness, by an administrator or a crash, and the codes of the socket and
// of Prisma for the same.
const LOST = /^(08...|40003|25P0[34]|57P0[1235]|P1017|ECONNRESET|EPIPE)$/
// pg 8.23 throws errors without a code when a connection breaks; their messages begin so.
const LOST_WORDS = /^(Connection terminated|Client (has encountered a connection error|was closed))/
// No connection to be had, no room, disk full, a lock not had in time, read-only after a failover, out of time.
const UNAVAILABLE =
  /^(57P..|53...|57014|55P03|25006|P1001|P1002|P1008|P2024|P2028|ECONN.*|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)(UNREACH|DOWN))$/
const UNAVAILABLE_KINDS = /^(DatabaseNotReachable|SocketTimeout|TlsConnectionError|TooManyConnections)$/
// Of pg and pg-pool, without a code.
const UNAVAILABLE_WORDS =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|Cannot use a pool after|There was an error establishing an SSL)/

const saysOne = (error: unknown, words: RegExp): boolean => error instanceof Error && words.test(error.message)

/** The database connection broke: the statement may or may not have been carried out. */
export const isConnectionLost = (error: unknown): boolean =>
  LOST.test(codeOf(error) ?? '') || causeOf(error).kind === 'ConnectionClosed' || saysOne(error, LOST_WORDS)

/** The database cannot answer now; the same call may succeed later. */
export const isUnavailable = (error: unknown): boolean =>
  isConnectionLost(error) ||
  UNAVAILABLE.test(codeOf(error) ?? '') ||
  UNAVAILABLE_KINDS.test(causeOf(error).kind ?? '') ||
  saysOne(error, UNAVAILABLE_WORDS)

const ATTEMPTS = 3

/**
 * Runs a transaction again after a serialization failure or deadlock, and, where it is `repeatable`, after a lost
 * connection, whose COMMIT may have happened all the same.
 */
export async function withRetries<T>(work: () => Promise<T>, { repeatable = false } = {}): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (error) {
      const again = isWriteConflict(error) || (repeatable && isConnectionLost(error))
      if (!again || attempt === ATTEMPTS) throw error
    }
  }
}

/** The error that a store rejects with in place of Prisma's or the driver's, whose messages quote rows. */
export function translated(error: unknown): Error {
  if (error instanceof StoreError || error instanceof UnreadableTokens || error instanceof UnencryptableWrite)
    return error
  const unavailable = isUnavailable(error) || isWriteConflict(error)
  return new StoreError(unavailable ? 'unavailable' : 'failed', codeOf(error))
}

/** The same store, whose methods reject with {@link translated} errors only. */
export const guarded = <Store extends object>(store: Store): Store =>
  new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(member, target, args)
        } catch (error) {
          throw translated(error)
        }
      }
    },
  })
