import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { CalendarFeatures } from '../ports/calendar-binding.ts'
import { HttpError } from './http-error.ts'

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

/** Nothing is kept anywhere unless a route says otherwise: most pages show a person's sessions or her account. */
export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

const METHODS = new Set(['GET', 'HEAD', 'POST'])

export const knownMethods: RequestHandler = (req, _res, next) => {
  next(METHODS.has(req.method) ? undefined : new HttpError('wrong_method', { allow: [...METHODS].join(', ') }))
}

/** Ends a route's list of handlers: whatever method comes this far is not served here. */
export const onlyMethods =
  (...methods: readonly string[]): RequestHandler =>
  () => {
    throw new HttpError('wrong_method', { allow: methods.join(', ') })
  }

/**
 * Refuses posts that another site's page sent. Browsers say so in `Sec-Fetch-Site`; older ones at least send `Origin`,
 * which is `null` for our own forms too, because our pages send no referrer (Fetch standard, "append a request Origin
 * header"). What says nothing is left to the form's token.
 */
export function sameSitePosts(appUrl: string): RequestHandler {
  const trusted = new Set(['same-origin', 'none'])
  return (req, _res, next) => {
    if (req.method !== 'POST') return next()
    const site = req.get('sec-fetch-site')
    const origin = req.get('origin')
    const foreign = site === undefined ? origin !== undefined && ![appUrl, 'null'].includes(origin) : !trusted.has(site)
    next(foreign ? new HttpError('forged') : undefined)
  }
}
