import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Strict-Transport-Security (RFC 6797): how long browsers are to ask by https alone, and whether other hosts below ours, too. */
export interface Hsts {
  readonly maxAgeSeconds: number
  readonly includesSubdomains: boolean
}

/** The headers of every answer, errors included. No form leads away from here: `leave` in page-responses.ts does. */
export function securityHeaders({ maxAgeSeconds, includesSubdomains }: Hsts): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // Browsers ignore it over http, so it needs no condition.
    strictTransportSecurity: { maxAge: maxAgeSeconds, includeSubDomains: includesSubdomains },
    xFrameOptions: { action: 'deny' },
  })
}

/** No answer is cached unless its route says otherwise, because most pages show a person's sessions or account. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
