import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Pool } from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { AuditStore } from '../ports/audit-store.ts'
import type { Log } from '../ports/log.ts'
import { StoreError } from '../ports/store-error.ts'
import { HttpError } from './http-error.ts'
import { userOf } from './web-session.ts'

/** How many points each limit gives within how many seconds; a request takes one. */
export const LIMITS = {
  /** By address. */
  api: { points: 600, seconds: 60 },
  /** Booking and manage pages, by address. */
  public: { points: 600, seconds: 60 },
  /** By address and e-mail. */
  sign_in: { points: 10, seconds: 900 },
  /** By user. */
  connect: { points: 10, seconds: 600 },
  /** By address. */
  callback: { points: 30, seconds: 60 },
} as const satisfies Record<string, { points: number; seconds: number }>

export type LimitName = keyof typeof LIMITS

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
export function postgresRateLimits(pool: Pool): RateLimits {
  const limiters = new Map(
    Object.entries(LIMITS).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterPostgres({
        storeClient: pool,
        tableName: 'rate_limit',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration: seconds,
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
        if (!(refused instanceof RateLimiterRes)) throw new StoreError('unavailable', undefined)
        return {
          allowed: false,
          retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
          repeated: refused.consumedPoints > limiter.points + 1,
        }
      }
    },
  }
}

export type Limit = (name: LimitName, by?: (req: Request, res: Response) => string) => RequestHandler

const byAddress = (req: Request): string => req.ip ?? ''
export const byUser = (_req: Request, res: Response): string => userOf(res).id

/** Keys are hashed: neither addresses nor e-mail addresses reach the table. */
export function limiting({
  rateLimits,
  log,
  audit,
  sessionSecret,
}: {
  readonly rateLimits: RateLimits
  readonly log: Log
  readonly audit: AuditStore
  readonly sessionSecret: string
}): Limit {
  const hashed = (text: string): string =>
    createHmac('sha256', sessionSecret).update('rate-limit\n').update(text).digest('base64url')
  const noteLimit = async (limit: LimitName, { locals: { user, requestId } }: Response): Promise<void> => {
    log.warn('rate_limited', { limit, requestId, tenantId: user?.tenantId, userId: user?.id })
    await audit.append({
      tenantId: user?.tenantId,
      actor: user === undefined ? 'anonymous' : `user:${user.id}`,
      action: 'rate_limited',
      detail: { limit },
      ...(requestId !== undefined && { requestId }),
    })
  }
  return (name, by = byAddress) =>
    async (req, res, next) => {
      const { allowed, retryAfterSeconds, repeated } = await rateLimits.consume(name, hashed(by(req, res)))
      if (!allowed) {
        // Only the first refusal of a period is noted, so that refused requests cannot fill the audit log.
        if (repeated !== true) await noteLimit(name, res)
        throw new HttpError('too_many', { retryAfterSeconds })
      }
      next()
    }
}
