import type { Request, Response } from 'express'
import type { User } from '../ports/user-store.ts'
import type { Admission } from '../services/book-session.ts'
import { byAddress, type CountTry } from './rate-limit.ts'

/**
 * Whether one more booking of a tenant is taken from a request: so many an hour from one address, so many an hour in all.
 * Nothing that a client types is counted by: nobody proves an e-mail address here, so a limit by it would tell strangers
 * of the sessions of others, and shut their owner out. Who works for the tenant is neither counted nor refused.
 */
export async function admitBooking(
  countTry: CountTry,
  { tenantId, user }: { readonly tenantId: string; readonly user: User | undefined },
  req: Request<{ slug: string }>,
  res: Response,
): Promise<Admission> {
  if (user?.tenantId === tenantId) return { allowed: true }
  for (const [name, key] of [
    ['booking_address', byAddress(req)],
    ['booking_tenant', tenantId],
  ] as const) {
    const { allowed, retryAfterSeconds } = await countTry(name, key, res)
    if (!allowed) return { allowed, retryAfterMs: retryAfterSeconds * 1000 }
  }
  return { allowed: true }
}
