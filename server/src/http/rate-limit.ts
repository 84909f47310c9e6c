import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { z } from 'zod'
import type { AuditStore } from '../ports/audit-store.ts'
import type { Log } from '../ports/log.ts'
import { StoreError } from '../ports/store-error.ts'
import { HttpError } from './http-error.ts'
import { networkOf } from './network-address.ts'
import { userOf } from './web-session.ts'

/** How many points each limit gives within how many seconds; a request takes one. */
export const LIMITS = {
  /** By address. */
  api: { points: 600, seconds: 60 },
  /** Booking and manage pages, by address. */
  public: { points: 600, seconds: 60 },
  /** By address and e-mail. */
  sign_in: { points: 10, seconds: 900 },
  /** By address, whoever is guessed at, from browsers in which nobody has signed in to the account. */
  sign_in_address: { points: 60, seconds: 900 },
  /** By e-mail, from browsers in which nobody has signed in to it: the wait is a minute at first, later up to an hour. */
  sign_in_account: { points: 10, seconds: 60 },
  sign_in_account_hour: { points: 60, seconds: 3600 },
  /** By user. */
  connect: { points: 10, seconds: 600 },
  /** Reading the calendars afresh, by user. */
  check: { points: 10, seconds: 600 },
  /** By user. */
  event: { points: 60, seconds: 600 },
  /** Changes of her own password, by user: each asks for the present one. */
  password: { points: 10, seconds: 900 },
  /** Opening and using links to set a password: by user, or by address where a link is unknown. */
  password_link: { points: 30, seconds: 900 },
  /** The page with the administrator's link, by user. Other sites can lead her there, which must not stop her connecting. */
  ask_administrator: { points: 30, seconds: 600 },
  /** By user, or by address where nobody is signed in: one office may send many therapists back within a minute. */
  callback: { points: 30, seconds: 60 },
} as const satisfies Record<string, { points: number; seconds: number }>

/** Bookings taken from clients within an hour. */
export interface BookingLimits {
  readonly byAddress: number
  readonly byTenant: number
}

const HOUR_SECONDS = 3600

export type LimitName = keyof typeof LIMITS | 'booking_address' | 'booking_tenant'

export interface RateLimits {
  /** Counts one try. Shared by all processes; rejects with a StoreError when the counter cannot be reached. */
  consume(
    name: LimitName,
    key: string,
  ): Promise<{
    readonly allowed: boolean
    readonly retryAfterSeconds: number
    /** True when an earlier try within the same period was refused, too. */
    readonly repeated?: boolean
  }>
}

/** Counts in PostgreSQL's table `rate_limit`, which the migrations make. Expired rows are left to the retention purge. */
export function postgresRateLimits(pool: Pool, bookings: BookingLimits): RateLimits {
  const limits = {
    ...LIMITS,
    booking_address: { points: bookings.byAddress, seconds: HOUR_SECONDS },
    booking_tenant: { points: bookings.byTenant, seconds: HOUR_SECONDS },
  } satisfies Record<LimitName, { points: number; seconds: number }>
  const limiters = new Map(
    Object.entries(limits).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterPostgres({
        storeClient: pool,
        tableName: 'rate_limit',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration: seconds,
        // From the second refusal on a key is refused from memory: a flood that is refused costs the database no writes.
        inMemoryBlockOnConsumed: points + 2,
      }),
    ]),
  )
  return {
    async consume(name, key) {
      const limiter = limiters.get(name)
      if (limiter === undefined) throw new TypeError(`no limit is called ${name}`)
      try {
        await limiter.consume(key)
        return { allowed: true, retryAfterSeconds: 0 }
      } catch (refused) {
        // Anything else is a failure of the database.
        if (!(refused instanceof RateLimiterRes)) throw new StoreError('unavailable', codeOf(refused))
        return {
          allowed: false,
          retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
          // 0: refused from memory.
          repeated: refused.consumedPoints === 0 || refused.consumedPoints > limiter.points + 1,
        }
      }
    },
  }
}

/** PostgreSQL's or the socket's, so that the log says what an outage was: most requests meet it here first. */
const codeOf = (error: unknown): string | undefined => Coded.safeParse(error).data?.code

const Coded = z.object({ code: z.string() })

type Count = Awaited<ReturnType<RateLimits['consume']>>

/** Counts one try and notes a refusal in log and audit. */
export type CountTry = (name: LimitName, key: string, res: Response) => Promise<Count>

export type Limit = (name: LimitName, by?: (req: Request, res: Response) => string) => RequestHandler

export const byAddress = (req: Pick<Request, 'ip'>): string => networkOf(req.ip ?? '')
export const byUser = (_req: Request, res: Response): string => userOf(res).id

const hashing =
  (secret: string, purpose: string) =>
  (text: string): string =>
    createHmac('sha256', secret).update(`${purpose}\n`).update(text).digest('base64url')

/** Tells requests of one address from those of others in the log, which holds no address. */
export const sourceOf = (sessionSecret: string): ((req: Pick<Request, 'ip'>) => string) => {
  const hashed = hashing(sessionSecret, 'source')
  return (req) => hashed(byAddress(req)).slice(0, 16)
}

/** Keys are hashed: neither addresses nor e-mail addresses reach the table. */
export function countingTries({
  rateLimits,
  log,
  audit,
  sessionSecret,
}: {
  readonly rateLimits: RateLimits
  readonly log: Log
  readonly audit: Pick<AuditStore, 'append'>
  readonly sessionSecret: string
}): CountTry {
  const hashed = hashing(sessionSecret, 'rate-limit')
  const source = sourceOf(sessionSecret)
  const noteLimit = async (limit: LimitName, { req, locals: { user, requestId } }: Response): Promise<void> => {
    log.warn('rate_limited', { limit, source: source(req), requestId, tenantId: user?.tenantId, userId: user?.id })
    // Rows of the audit log stay for years: strangers write none.
    if (user === undefined) return
    await audit.append({
      tenantId: user.tenantId,
      actor: `user:${user.id}`,
      action: 'rate_limited',
      detail: { limit },
      ...(requestId !== undefined && { requestId }),
    })
  }
  return async (name, key, res) => {
    const count = await rateLimits.consume(name, hashed(key))
    // Only the first refusal of a period is noted, so that refused requests cannot fill the audit log.
    if (!count.allowed && count.repeated !== true) await noteLimit(name, res)
    return count
  }
}

export const limiting =
  (countTry: CountTry): Limit =>
  (name, by = byAddress) =>
  async (req, res, next) => {
    const { allowed, retryAfterSeconds } = await countTry(name, by(req, res), res)
    if (!allowed) throw new HttpError('too_many', { retryAfterSeconds })
    next()
  }
