import { createHmac } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Interval } from '../domain/interval.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { Log } from '../ports/log.ts'
import type { Count, LimitRule, RateLimits, Try } from '../ports/rate-limits.ts'
import type { TenantSnapshot, TenantSnapshots } from '../ports/tenant-snapshot.ts'
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
} as const satisfies Record<string, LimitRule>

/** Bookings taken from clients within an hour. */
export interface BookingLimits {
  readonly byAddress: number
  readonly byTenant: number
}

const HOUR_SECONDS = 3600

export type LimitName = keyof typeof LIMITS | 'booking_address' | 'booking_tenant'

/** The rules of all limits, for the counter. */
export const limitRules = ({ byAddress, byTenant }: BookingLimits): Record<LimitName, LimitRule> => ({
  ...LIMITS,
  booking_address: { points: byAddress, seconds: HOUR_SECONDS },
  booking_tenant: { points: byTenant, seconds: HOUR_SECONDS },
})

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

export interface CountingParts {
  readonly rateLimits: RateLimits
  readonly snapshots: Pick<TenantSnapshots, 'countedBySlug'>
  readonly log: Log
  readonly audit: Pick<AuditStore, 'append'>
  readonly sessionSecret: string
}

/** Keys are hashed: neither addresses nor e-mail addresses reach the table. */
function counting({ log, audit, sessionSecret }: CountingParts) {
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
  return async <T extends { readonly count: Count }>(
    limit: LimitName,
    key: string,
    res: Response,
    consume: (tried: Try) => Promise<T>,
  ): Promise<T> => {
    const counted = await consume({ limit, key: hashed(key) })
    // Only the first refusal of a period is noted, so that refused requests cannot fill the audit log.
    if (!counted.count.allowed && counted.count.repeated !== true) await noteLimit(limit, res)
    return counted
  }
}

export function countingTries(parts: CountingParts): CountTry {
  const counted = counting(parts)
  return async (name, key, res) =>
    (await counted(name, key, res, async (tried) => ({ count: await parts.rateLimits.consume(tried) }))).count
}

export const limiting =
  (countTry: CountTry): Limit =>
  (name, by = byAddress) =>
  async (req, res, next) => {
    refuse(await countTry(name, by(req, res), res))
    next()
  }

function refuse({ allowed, retryAfterSeconds }: Count): void {
  if (!allowed) throw new HttpError('too_many', { retryAfterSeconds })
}

/** As `TenantSnapshots.bySlug`. */
export type ReadSnapshot = (slug: string, window: Interval) => Promise<TenantSnapshot | undefined>

/** A handler of a route that is limited by address. */
export type LimitedRead = <Path>(
  name: LimitName,
  handler: (req: Request<Path>, res: Response, read: ReadSnapshot) => Promise<void>,
) => RequestHandler<Path>

/**
 * Counts a request by the statement that reads what it is about. Where its handler ends without having read, the request is
 * counted alone, so that none is free.
 */
export function limitingReads(parts: CountingParts, countTry: CountTry): LimitedRead {
  const counted = counting(parts)
  return (name, handler) => async (req, res) => {
    const key = byAddress(req)
    let isCounted = false
    const countAlone = async () => refuse(await countTry(name, key, res))
    const read: ReadSnapshot = async (slug, window) => {
      isCounted = true
      const { count, snapshot } = await counted(name, key, res, (tried) =>
        parts.snapshots.countedBySlug(tried, slug, window),
      )
      refuse(count)
      return snapshot
    }
    try {
      await handler(req, res, read)
    } catch (error) {
      if (!isCounted) await countAlone()
      throw error
    }
    if (!isCounted) await countAlone()
  }
}
