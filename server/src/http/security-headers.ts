import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { CalendarFeatures } from '../ports/calendar-binding.ts'

const YEAR_SECONDS = 31_536_000

/**
 * The headers of every answer, errors included. `form-action` lists the providers because Chromium applies it to the
 * redirect that answers a form post, and connecting is such a post.
 */
export function securityHeaders(features: readonly CalendarFeatures[]): RequestHandler {
  const formTargets = [...new Set(features.flatMap(({ formOrigins }) => formOrigins))]
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'", ...formTargets],
      },
    },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    // Browsers ignore it over http, so it needs no condition.
    strictTransportSecurity: { maxAge: YEAR_SECONDS, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  })
}

/** No answer is cached unless its route says otherwise, because most pages show a person's sessions or account. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}
