import { createHmac } from 'node:crypto'
import type { Request, Response } from 'express'
import { DAY_MS } from '../domain/durations.ts'
import { cookieOf, sameSecret } from './csrf.ts'
import { cookieName, cookieOptions } from './web-session.ts'

/** The longest that browsers keep a cookie (RFC 6265bis, section 5.5). */
const KNOWN_MS = 400 * DAY_MS

/**
 * A cookie for browsers in which somebody has signed in to an account before (OWASP's "device cookie"). The limits by account
 * do not count these, so that strangers who guess at an account cannot keep its owner out of it. It signs nobody in.
 */
export interface KnownBrowser {
  isKnown(req: Pick<Request, 'get'>, email: string): boolean
  remember(res: Response, email: string): void
}

export function createKnownBrowser(parts: { readonly appUrl: string; readonly sessionSecret: string }): KnownBrowser {
  const name = cookieName('known', parts.appUrl)
  const tokenFor = (email: string): string =>
    createHmac('sha256', parts.sessionSecret).update('known-browser\n').update(email.toLowerCase()).digest('base64url')
  return {
    isKnown: (req, email) => sameSecret(cookieOf(req, name) ?? '', tokenFor(email)),
    remember: (res, email) =>
      void res.cookie(name, tokenFor(email), { ...cookieOptions(parts.appUrl), maxAge: KNOWN_MS }),
  }
}
