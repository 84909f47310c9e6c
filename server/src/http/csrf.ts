import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import { HttpError } from './http-error.ts'
import { cookieName, cookieOptions } from './web-session.ts'

/** A request of any route: Express types each by the parameters of its path. */
type Cookied = Pick<Request, 'get' | 'body'>

/**
 * The token in every form's hidden field `_csrf`: an HMAC over what the browser holds in a cookie that other sites can
 * neither read nor, thanks to `__Host-`, set.
 *
 * Signed in, that is the session's id. For everyone else (booking, managing a booking, signing in) it is a random
 * cookie of its own: a session would mean a database row for every visitor and robot, and a token tied to nothing
 * could be fetched by an attacker. `Sec-Fetch-Site` is checked before either (same-site-posts.ts). Tokens are computed, not
 * stored, and compared in constant time; that is why there is no library here.
 */
export interface Csrf {
  /** For the forms of signed-in pages. */
  sessionToken(req: Request): string
  /** For the forms of public pages; gives the browser its cookie when it has none. */
  browserToken(req: Cookied, res: Response): string
  isFromBrowser(req: Cookied): boolean
  readonly requireSessionToken: RequestHandler
  readonly requireBrowserToken: RequestHandler
}

export function createCsrf({
  appUrl,
  sessionSecret,
}: {
  readonly appUrl: string
  readonly sessionSecret: string
}): Csrf {
  const cookie = cookieName('browser', appUrl)
  const key = createHmac('sha256', sessionSecret).update('csrf').digest()
  const tokenFor = (binding: string): string => createHmac('sha256', key).update(binding).digest('base64url')
  const browserId = (req: Cookied): string | undefined => {
    const value = cookieOf(req, cookie)
    return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
  }
  const isFromBrowser = (req: Cookied): boolean => {
    const id = browserId(req)
    return id !== undefined && sameSecret(fieldOf(req), tokenFor(`browser:${id}`))
  }
  return {
    sessionToken: (req) => tokenFor(`session:${req.sessionID}`),
    browserToken(req, res) {
      const known = browserId(req)
      const id = known ?? randomBytes(32).toString('base64url')
      if (known === undefined) res.cookie(cookie, id, cookieOptions(appUrl))
      return tokenFor(`browser:${id}`)
    },
    isFromBrowser,
    requireSessionToken(req, _res, next) {
      next(sameSecret(fieldOf(req), tokenFor(`session:${req.sessionID}`)) ? undefined : new HttpError('expired_form'))
    },
    requireBrowserToken(req, _res, next) {
      next(isFromBrowser(req) ? undefined : new HttpError('expired_form'))
    },
  }
}

function fieldOf(req: Cookied): string {
  const body: unknown = req.body
  const value = typeof body === 'object' && body !== null && '_csrf' in body ? body._csrf : undefined
  return typeof value === 'string' ? value : ''
}

export function cookieOf(req: Pick<Request, 'get'>, name: string): string | undefined {
  const pairs = (req.get('cookie') ?? '').split(';').map((pair) => pair.trim().split(/=(.*)/s))
  return pairs.find(([found]) => found === name)?.[1]
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares in constant time. */
export const sameSecret = (given: string, expected: string): boolean => timingSafeEqual(digest(given), digest(expected))
