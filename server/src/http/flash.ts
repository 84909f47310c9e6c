import { createHmac } from 'node:crypto'
import type { Request, Response } from 'express'
import { MINUTE_MS } from '../domain/durations.ts'
import { cookieOf, sameSecret } from './csrf.ts'
import { cookieName, cookieOptions } from './web-session.ts'

const FLASH_MS = MINUTE_MS

/**
 * What an action has to say on the page it leads to, once. It stands in a cookie with an HMAC over the web session's id: an
 * address alone, which anybody can make, says nothing. The web session's row is not written, because each write could bring
 * back a session that another request has just ended.
 */
export interface Flash {
  set(req: Request, res: Response, path: string): void
  /** Whether an action has just led this web session to this path, query included; true once. */
  take(req: Request, res: Response): boolean
}

export function createFlash({
  appUrl,
  sessionSecret,
}: {
  readonly appUrl: string
  readonly sessionSecret: string
}): Flash {
  const cookie = cookieName('flash', appUrl)
  const key = createHmac('sha256', sessionSecret).update('flash').digest()
  const mac = (req: Request, path: string): string =>
    createHmac('sha256', key).update([req.sessionID, path].join('\n')).digest('base64url')
  return {
    set: (req, res, path) => void res.cookie(cookie, mac(req, path), { ...cookieOptions(appUrl), maxAge: FLASH_MS }),
    take(req, res) {
      const given = cookieOf(req, cookie)
      if (given === undefined) return false
      res.clearCookie(cookie, cookieOptions(appUrl))
      return sameSecret(given, mac(req, req.originalUrl))
    },
  }
}
